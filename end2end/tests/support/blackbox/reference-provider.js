// The npm package oidc-provider with its own pages for development: a provider somebody else wrote, which the rules
// are held to as well, so that a wrong rule shows.

import { randomBytes, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

import { exportJWK, generateKeyPair } from "jose";
import Provider, { errors } from "oidc-provider";

import { filled } from "./user-agent.js";

const CLAIMS = {
  openid: ["sub"],
  email: ["email", "email_verified"],
  profile: ["name"],
  address: ["address"],
  phone: ["phone_number", "phone_number_verified"],
};

// Its own are functions that tell the console that they should be replaced.
const LIFETIMES = {
  AccessToken: 600,
  AuthorizationCode: 60,
  BackchannelLogout: 60,
  ClientCredentials: 600,
  DeviceCode: 600,
  Grant: 3600,
  IdToken: 600,
  Interaction: 600,
  PushedAuthorizationRequest: 60,
  RefreshToken: 3600,
  Session: 3600,
};

async function signingKeys() {
  const keys = ["RS256", "ES256", "EdDSA"].map(async (alg) => {
    const { privateKey } = await generateKeyPair(alg, { extractable: true });
    return { ...(await exportJWK(privateKey)), alg, use: "sig", kid: `${alg}-key` };
  });
  return { keys: await Promise.all(keys) };
}

/** A server of its own, at which everybody may register. */
export class ReferenceProvider {
  name = "oidc-provider";
  #server;
  #people = new Map();
  #apis = new Map();

  /** Starts it; `nonces` makes it demand nonces in DPoP proofs. */
  static async start({ nonces = false } = {}) {
    const provider = new ReferenceProvider();
    provider.#server = createServer().listen(0, "127.0.0.1");
    await once(provider.#server, "listening");
    provider.issuer = `http://localhost:${provider.#server.address().port}`;
    const configuration = await provider.#configuration(nonces);
    const oidc = quietly(() => new Provider(provider.issuer, configuration));
    provider.#server.on("request", oidc.callback());
    return provider;
  }

  async #configuration(nonces) {
    const enabled = { enabled: true };
    const own = (_, client, token) => token.clientId === client.clientId;
    return {
      jwks: await signingKeys(),
      cookies: { keys: [randomBytes(32).toString("hex")], long: { sameSite: "none" } },
      enableHttpPostMethods: true,
      claims: CLAIMS,
      subjectTypes: ["public", "pairwise"],
      pairwiseIdentifier: (_, account, client) => `${account}-${client.clientId}`,
      findAccount: (_, id) => this.#account(id),
      rotateRefreshToken: true,
      ttl: LIFETIMES,
      // Apps' servers are on this machine, which its own dispatcher keeps requests from.
      fetch: (url, { dispatcher: _, ...options }) => fetch(url, options),
      features: {
        backchannelLogout: enabled,
        claimsParameter: enabled,
        clientCredentials: enabled,
        deviceFlow: enabled,
        dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => nonces },
        introspection: { enabled: true, allowedPolicy: own },
        jwtIntrospection: enabled,
        jwtUserinfo: enabled,
        pushedAuthorizationRequests: enabled,
        registration: enabled,
        registrationManagement: enabled,
        requestObjects: enabled,
        resourceIndicators: {
          enabled: true,
          getResourceServerInfo: (_, resource) => this.#api(resource),
          useGrantedResource: () => true,
        },
        revocation: enabled,
        rpInitiatedLogout: enabled,
      },
    };
  }

  #account(id) {
    const person = this.#people.get(id);
    if (!person) return undefined;
    return { accountId: id, claims: () => ({ sub: id, email: person.email, email_verified: true, name: person.name }) };
  }

  #api(resource) {
    const alg = this.#apis.get(resource);
    if (!alg) throw new errors.InvalidTarget();
    return { scope: "", accessTokenFormat: "jwt", jwt: { sign: { alg } } };
  }

  /** An account; its pages ask for no password that they would check. */
  async createUser(person) {
    this.#people.set(person.email, person);
    return person;
  }

  /** An API that takes JWT access tokens signed with `alg`; its resource indicator. */
  async createApi(alg) {
    const resource = `https://api.example.com/${alg}/${randomUUID()}`;
    this.#apis.set(resource, alg);
    return resource;
  }

  /** How `person` answers a page, deciding for or against an app; nothing if it asks for nothing. */
  fill({ url, forms, html }, person, decision) {
    const [form] = forms;
    if (!form) return undefined;
    const answer = (step, values) => ({ step, ...filled(form, values) });
    const { prompt, user_code: code } = Object.fromEntries(form.fields);
    if (prompt === "login") return person && answer("sign-in", { login: person.email, password: "any" });
    if (prompt === "consent") {
      return decision === "allow" ? answer("consent", {}) : { step: "consent", visit: `${url}/abort` };
    }
    if (html.includes('name="logout"')) return answer("sign-out", { logout: "yes" });
    return code ? answer("code", {}) : undefined;
  }

  /** Stops it. */
  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}

// It tells the console that its pages and its memory are not for production.
function quietly(start) {
  const { info, warn } = console;
  Object.assign(console, { info() {}, warn() {} });
  try {
    return start();
  } finally {
    Object.assign(console, { info, warn });
  }
}
