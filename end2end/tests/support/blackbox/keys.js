// Keys of applications and what they sign with them, all of it by the npm package jose.

import { createHash, randomUUID } from "node:crypto";

import { SignJWT, UnsecuredJWT, calculateJwkThumbprint, exportJWK, generateKeyPair } from "jose";

const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** The digest of a token as `ath` has it. */
export const digest = (token) => createHash("sha256").update(token).digest("base64url");

/** A key pair of an application. */
export class ApplicationKey {
  /** A new one. */
  static async of(alg) {
    const key = Object.assign(new ApplicationKey(), { alg });
    const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
    key.privateKey = privateKey;
    key.jwk = { ...(await exportJWK(publicKey)), alg, use: "sig", kid: randomUUID() };
    key.thumbprint = await calculateJwkThumbprint(key.jwk);
    return key;
  }

  /** What others need to verify with it. */
  get jwks() {
    return { keys: [this.jwk] };
  }

  /** A JWT of these claims. */
  sign(claims, header = {}) {
    return new SignJWT(claims).setProtectedHeader({ alg: this.alg, kid: this.jwk.kid, ...header }).sign(this.privateKey);
  }

  /** The parameters by which a client says that it is itself (RFC 7523 §2.2). */
  async assertion(clientId, audience, changes = {}) {
    const now = Math.floor(Date.now() / 1000);
    const claims = { iss: clientId, sub: clientId, aud: audience, iat: now, exp: now + 60, jti: randomUUID(), ...changes };
    return { client_assertion_type: ASSERTION_TYPE, client_assertion: await this.sign(claims) };
  }

  /** A DPoP proof (RFC 9449 §4.2). */
  proof(htm, htu, claims = {}) {
    const { kty, crv, x, y } = this.jwk;
    const jwk = JSON.parse(JSON.stringify({ kty, crv, x, y }));
    const all = { htm, htu, iat: Math.floor(Date.now() / 1000), jti: randomUUID(), ...claims };
    return new SignJWT(all).setProtectedHeader({ alg: this.alg, typ: "dpop+jwt", jwk }).sign(this.privateKey);
  }
}

/** A JWT that nobody signed. */
export const unsigned = (claims) => new UnsecuredJWT(claims).encode();
