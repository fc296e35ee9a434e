// Another provider that people have accounts at: the npm package oidc-provider with its pages for development, and one
// client, Signet.

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";

import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair } from "jose";
import Provider from "oidc-provider";

const CLIENT_ID = "signet";

// Its own are functions that tell the console that they should be replaced.
const LIFETIMES = { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 600, Interaction: 600, Session: 600 };

// So many seconds later a token is as good as over.
const SHORT = 30;

/** An OpenID Provider on this machine. */
export class OpenIdUpstream {
  #server = createServer();
  #people = new Map();
  #inIdToken;
  #refreshes;
  #keyFile;
  #clientKey;
  #signedIn = 0;
  #refreshed = 0;

  /**
   * Takes a port; `inIdToken` says whether ID tokens carry what UserInfo says, as Google's do, `refreshes` whether access
   * tokens end soon and come with refresh tokens. With a `keyFile`, a private key is written there, and the client proves
   * itself with that key alone.
   */
  static async start({ inIdToken = false, refreshes = false, keyFile } = {}) {
    const upstream = new OpenIdUpstream();
    upstream.#inIdToken = inIdToken;
    upstream.#refreshes = refreshes;
    if (keyFile) await upstream.#makeKey(keyFile);
    upstream.#server.listen(0, "127.0.0.1");
    await once(upstream.#server, "listening");
    upstream.issuer = `http://localhost:${upstream.#server.address().port}`;
    upstream.secret = randomBytes(32).toString("hex");
    return upstream;
  }

  async #makeKey(keyFile) {
    const { privateKey, publicKey } = await generateKeyPair("ES256", { extractable: true });
    await writeFile(keyFile, await exportPKCS8(privateKey), { mode: 0o600 });
    const jwk = await exportJWK(publicKey);
    this.#keyFile = keyFile;
    this.#clientKey = { ...jwk, alg: "ES256", use: "sig", kid: await calculateJwkThumbprint(jwk) };
  }

  /** The table of Signet's configuration that leads here. */
  table({ id, label, ...further }) {
    const keys = {
      id,
      kind: "oidc",
      issuer: this.issuer,
      client_id: CLIENT_ID,
      ...(this.#keyFile ? { private_key_file: this.#keyFile } : { client_secret: this.secret }),
      label,
      allow_private_network: true,
      ...further,
    };
    const lines = Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    return ["[[providers]]", ...lines, ""].join("\n");
  }

  /** Begins to answer, once it is known where the browser goes back to, and perhaps where sign-outs are told. */
  async serve(redirectUris, backchannelLogoutUri) {
    const { privateKey } = await generateKeyPair("RS256", { extractable: true });
    const key = { ...(await exportJWK(privateKey)), alg: "RS256", use: "sig", kid: randomBytes(8).toString("hex") };
    const configuration = {
      jwks: { keys: [key] },
      cookies: { keys: [randomBytes(32).toString("hex")], names: this.#cookieNames() },
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "locale"] },
      conformIdTokenClaims: !this.#inIdToken,
      clients: [this.#client(redirectUris, backchannelLogoutUri)],
      features: { backchannelLogout: { enabled: true } },
      issueRefreshToken: (_, client) => client.grantTypeAllowed("refresh_token"),
      // By itself it tells nobody on this machine of sign-outs.
      fetch: (address, { dispatcher: _, ...options }) => fetch(address, options),
      findAccount: (_, id) => this.#account(id),
      pkce: { required: () => true },
      ttl: this.#refreshes ? { ...LIFETIMES, AccessToken: SHORT, RefreshToken: 600 } : LIFETIMES,
    };
    const provider = quietly(() => new Provider(this.issuer, configuration));
    provider.on("interaction.ended", () => (this.#signedIn += 1));
    provider.on("grant.success", ({ oidc }) => (this.#refreshed += oidc.params.grant_type === "refresh_token" ? 1 : 0));
    this.#server.on("request", provider.callback());
    return this;
  }

  #client(redirectUris, backchannelLogoutUri) {
    const client = { client_id: CLIENT_ID, redirect_uris: redirectUris, ...this.#credential() };
    if (this.#refreshes) client.grant_types = ["authorization_code", "refresh_token"];
    if (!backchannelLogoutUri) return client;
    return { ...client, backchannel_logout_uri: backchannelLogoutUri, backchannel_logout_session_required: true };
  }

  #credential() {
    if (!this.#clientKey) return { client_secret: this.secret };
    return {
      token_endpoint_auth_method: "private_key_jwt",
      token_endpoint_auth_signing_alg: "ES256",
      jwks: { keys: [this.#clientKey] },
    };
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

  /** Signs out on its pages, of everything. */
  async signOut(page) {
    await page.goto(`${this.issuer}/session/end`);
    await page.getByRole("button", { name: "Yes, sign me out" }).click();
    await page.waitForURL(`${this.issuer}/session/end/success`);
  }

  /** Whose access token it is. */
  async userinfo(accessToken) {
    const response = await fetch(`${this.issuer}/me`, { headers: { authorization: `Bearer ${accessToken}` } });
    return { status: response.status, claims: await response.json() };
  }

  /** How often a refresh token was used. */
  get refreshed() {
    return this.#refreshed;
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
