// An app: it registers itself and asks whatever a rule wants asked, right or wrong.

import { createHash, randomBytes } from "node:crypto";

import { createRemoteJWKSet, jwtVerify } from "jose";

export const CALLBACK = "https://app.example.com/cb";
const JSON_TYPE = { "Content-Type": "application/json" };

const USUAL = {
  client_name: "Garden",
  redirect_uris: [CALLBACK],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  token_endpoint_auth_method: "client_secret_basic",
};

const random = () => randomBytes(32).toString("base64url");
const challengeOf = (verifier) => createHash("sha256").update(verifier).digest("base64url");

/** `usual` with `changes`; what is undefined in them is left out. */
export const changed = (usual, changes) => {
  const all = Object.entries({ ...usual, ...changes });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined));
};

/** A response that was read. */
async function read(response) {
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, text, body: isJson && text ? JSON.parse(text) : undefined };
}

/** HTTP Basic with an id and a secret (RFC 6749 §2.3.1). */
export const basic = (id, secret) => {
  const pair = [id, secret].map(encodeURIComponent).join(":");
  return { Authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
};

/** Asks and reads the answer. */
export const ask = async (url, options) => read(await fetch(url, { redirect: "manual", ...options }));

/** A client of a provider. */
export class Application {
  /** What a provider says of itself. */
  static async metadata(provider) {
    provider.metadata ??= (await ask(`${provider.issuer}/.well-known/openid-configuration`)).body;
    return provider.metadata;
  }

  /** Sends a registration; the answer as it came. */
  static async registration(provider, members) {
    const { registration_endpoint: endpoint } = await Application.metadata(provider);
    return ask(endpoint, { method: "POST", headers: JSON_TYPE, body: JSON.stringify(changed(USUAL, members)) });
  }

  /** An app that registered itself with these members, or instead of the usual ones. */
  static async register(provider, members = {}) {
    const { status, text, body: told } = await Application.registration(provider, members);
    if (status !== 201) throw new Error(`registration answered ${status} ${text}`);
    return Application.#of(provider, told);
  }

  /** An app that the operator vouches for; one that registered itself where a provider trusts those as much. */
  static async vouchedFor(provider, members = {}) {
    if (!provider.createApplication) return Application.register(provider, members);
    await Application.metadata(provider);
    return Application.#of(provider, await provider.createApplication(changed(USUAL, members)));
  }

  static #of(provider, told) {
    const [redirectUri] = told.redirect_uris ?? [];
    return Object.assign(new Application(), { provider, told, id: told.client_id, redirectUri, metadata: provider.metadata });
  }

  /** An authorization request: its parameters and what to remember of it. */
  request(changes = {}) {
    const verifier = random();
    const parameters = changed(
      {
        response_type: "code",
        client_id: this.id,
        redirect_uri: this.redirectUri,
        scope: "openid email offline_access",
        prompt: "consent",
        state: random(),
        nonce: random(),
        code_challenge: challengeOf(verifier),
        code_challenge_method: "S256",
      },
      changes,
    );
    return { verifier, parameters, url: this.authorizationUrl(parameters) };
  }

  /** The address of an authorization request. */
  authorizationUrl(parameters) {
    return `${this.metadata.authorization_endpoint}?${new URLSearchParams(parameters)}`;
  }

  /** Sends somebody's browser to `url`, posting `fields` if there are any; where it ends. */
  visit(agent, url, person, decision = "allow", fields = undefined) {
    const isOutside = (address) => !address.startsWith("/") && !address.startsWith(`${this.provider.issuer}/`);
    return agent.walk(url, { isOutside, fields, fill: (page) => this.provider.fill(page, person, decision) });
  }

  /** An authorization request carried out; the outcome and what to remember of the request. */
  async authorize(agent, person, changes = {}) {
    const request = this.request(changes);
    return { ...request, ...(await this.visit(agent, request.url, person)) };
  }

  /** What authenticates this app, as it is registered. */
  credentials() {
    const { client_secret: secret, token_endpoint_auth_method: method } = this.told;
    if (method === "client_secret_basic") return { headers: basic(this.id, secret), fields: {} };
    if (method === "client_secret_post") return { headers: {}, fields: { client_id: this.id, client_secret: secret } };
    return { headers: {}, fields: { client_id: this.id } };
  }

  /** Posts to an endpoint with this app's credentials, or with others. */
  post(endpoint, fields, { headers = {}, credentials = this.credentials() } = {}) {
    const body = new URLSearchParams(changed(credentials.fields, fields));
    return ask(endpoint, { method: "POST", headers: { ...credentials.headers, ...headers }, body });
  }

  /** Asks the token endpoint. */
  token(fields, options) {
    return this.post(this.metadata.token_endpoint, fields, options);
  }

  /** Redeems the code of an outcome. */
  redeem({ parameters, verifier }, changes = {}, options) {
    const usual = { grant_type: "authorization_code", code: parameters.code, redirect_uri: this.redirectUri, code_verifier: verifier };
    return this.token(changed(usual, changes), options);
  }

  /** Uses a refresh token. */
  refresh(refreshToken, changes = {}, options) {
    return this.token({ grant_type: "refresh_token", refresh_token: refreshToken, ...changes }, options);
  }

  /** A whole flow: its outcome and the tokens. */
  async signIn(agent, person, changes) {
    const outcome = await this.authorize(agent, person, changes);
    const { status, text, body: tokens } = await this.redeem(outcome);
    if (status !== 200) throw new Error(`the token endpoint answered ${status} ${text}`);
    return { ...outcome, tokens };
  }

  /** Asks who the person is. */
  userinfo(token, headers = {}) {
    return ask(this.metadata.userinfo_endpoint, { headers: { Authorization: `Bearer ${token}`, ...headers } });
  }

  /** Asks about a token. */
  introspect(token, options) {
    return this.post(this.metadata.introspection_endpoint, { token }, options);
  }

  /** Gives up a token. */
  revoke(token, options) {
    return this.post(this.metadata.revocation_endpoint, { token }, options);
  }

  /** The claims and header of a JWT of the provider for this app, checked by jose against the published keys. */
  verify(jwt, options = {}) {
    const keys = createRemoteJWKSet(new URL(this.metadata.jwks_uri));
    return jwtVerify(jwt, keys, { issuer: this.provider.issuer, audience: this.id, ...options });
  }
}
