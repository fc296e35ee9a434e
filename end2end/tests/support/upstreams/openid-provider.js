// Another provider that people have accounts at: the npm package oidc-provider with its pages for development, and one
// client, Signet.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

import { exportJWK, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const CLIENT_ID = "signet";

// Its own are functions that tell the console that they should be replaced.
const LIFETIMES = { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 };

/** An OpenID Provider on this machine. */
export class OpenIdUpstream {
  #server = createServer();
  #people = new Map();
  #inIdToken;
  #signedIn = 0;

  /** Takes a port; `inIdToken` says whether ID tokens carry what UserInfo says, as Google's do. */
  static async start({ inIdToken = false } = {}) {
    const upstream = new OpenIdUpstream();
    upstream.#inIdToken = inIdToken;
    upstream.#server.listen(0, "127.0.0.1");
    await once(upstream.#server, "listening");
    upstream.issuer = `http://localhost:${upstream.#server.address().port}`;
    upstream.secret = randomBytes(32).toString("hex");
    return upstream;
  }

  /** The table of Signet's configuration that leads here. */
  table({ id, label, ...further }) {
    const keys = {
      id,
      kind: "oidc",
      issuer: this.issuer,
      client_id: CLIENT_ID,
      client_secret: this.secret,
      label,
      allow_private_network: true,
      ...further,
    };
    const lines = Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    return ["[[providers]]", ...lines, ""].join("\n");
  }

  /** Begins to answer, once it is known where the browser goes back to. */
  async serve(redirectUris) {
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    const key = { ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: randomBytes(8).toString("hex") };
    const configuration = {
      jwks: { keys: [key] },
      cookies: { keys: [randomBytes(32).toString("hex")], names: this.#cookieNames() },
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "locale"] },
      conformIdTokenClaims: !this.#inIdToken,
      clients: [{ client_id: CLIENT_ID, client_secret: this.secret, redirect_uris: redirectUris }],
      findAccount: (_, id) => this.#account(id),
      pkce: { required: () => true },
      ttl: LIFETIMES,
    };
    const provider = quietly(() => new Provider(this.issuer, configuration));
    provider.on("interaction.ended", () => (this.#signedIn += 1));
    this.#server.on("request", provider.callback());
    return this;
  }

  // Cookies know no ports, and two providers of a test are on one host.
  #cookieNames() {
    const mark = new URL(this.issuer).port;
    return { session: `session-${mark}`, interaction: `interaction-${mark}`, resume: `resume-${mark}` };
  }

  #account(id) {
    const claims = this.#people.get(id);
    return claims && { accountId: id, claims: () => ({ sub: id, ...claims }) };
  }

  /** Makes an account, or gives another one's claims to it; who signs in types `subject`. */
  person(subject, claims) {
    this.#people.set(subject, claims);
    return { subject, ...claims };
  }

  /** Signs in on its pages and allows what is asked. */
  async signIn(page, { subject }) {
    await page.waitForURL((url) => url.href.startsWith(`${this.issuer}/`));
    await page.locator('input[name="login"]').fill(subject);
    await page.locator('input[name="password"]').fill("any");
    await page.getByRole("button", { name: "Sign-in" }).click();
    await page.getByRole("button", { name: "Continue" }).click();
  }

  /** How many pages of its were answered. */
  get answered() {
    return this.#signedIn;
  }

  /** Stops it. */
  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, "close");
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
