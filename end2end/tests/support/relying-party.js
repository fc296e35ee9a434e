// A relying party of its own: it sends the browser to sign in, takes the answer at its redirect URI, and redeems
// and checks what it gets, with nothing but fetch and node's crypto.

import { createHash, createPublicKey, randomBytes, verify } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";

const token = () => randomBytes(32).toString("base64url");
const sha256 = (text) => createHash("sha256").update(text).digest();
const decoded = (part) => JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

const document = (title, body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}`;

function callbackPage(parameters) {
  const rows = [...parameters].map(([name, value]) => `<dt>${escaped(name)}</dt><dd>${escaped(value)}</dd>`);
  return document("Back in the app", `<dl>${rows.join("")}</dl>`);
}

/** A web application on its own origin. */
export class RelyingParty {
  #server;
  #pages = new Map();
  #routes = new Map();

  /** Listens on a free port; `host` decides whether browsers take it for the same site as the issuer. */
  static async start({ host = "127.0.0.1" } = {}) {
    const party = new RelyingParty();
    party.#server = createServer((request, response) => void party.#answer(request, response));
    party.#server.listen(0, "127.0.0.1");
    await once(party.#server, "listening");
    party.origin = `http://${host}:${party.#server.address().port}`;
    party.redirectUri = `${party.origin}/callback`;
    return party;
  }

  /** Serves `body` at `path`. */
  page(path, body, type = "text/html; charset=utf-8") {
    this.#pages.set(path, { type, body: async () => body });
  }

  /** Serves a file at `path`. */
  file(path, location, type) {
    this.#pages.set(path, { type, body: () => readFile(location) });
  }

  /** Answers what is asked at `path` by `answer(parameters, response)`. */
  route(path, answer) {
    this.#routes.set(path, answer);
  }

  async #answer(request, response) {
    const { pathname, searchParams } = new URL(request.url, this.origin);
    const page = this.#pages.get(pathname);
    const route = this.#routes.get(pathname);
    if (route) {
      route(searchParams, response);
    } else if (page) {
      response.setHeader("Content-Type", page.type);
      response.end(await page.body());
    } else if (pathname === "/callback") {
      response.setHeader("Content-Type", "text/html; charset=utf-8");
      response.end(callbackPage(searchParams));
    } else {
      response.statusCode = pathname === "/favicon.ico" ? 204 : 404;
      response.end();
    }
  }

  /** Registers as `client` with the provider at `issuer` and reads its metadata. */
  async connect(issuer, client) {
    this.issuer = issuer;
    this.client = client;
    const response = await fetch(`${issuer}/.well-known/openid-configuration`);
    if (!response.ok) throw new Error(`discovery answered ${response.status}`);
    this.metadata = await response.json();
    return this;
  }

  /** Begins a sign-in: what to remember, and where to send the browser. */
  begin({ scope = "openid profile email", ...more } = {}) {
    const flow = { state: token(), nonce: token(), verifier: token() };
    const parameters = new URLSearchParams({
      response_type: "code",
      client_id: this.client.client_id,
      redirect_uri: this.redirectUri,
      scope,
      state: flow.state,
      nonce: flow.nonce,
      code_challenge: sha256(flow.verifier).toString("base64url"),
      code_challenge_method: "S256",
      ...more,
    });
    return { ...flow, url: `${this.metadata.authorization_endpoint}?${parameters}` };
  }

  #post(endpoint, parameters) {
    const { client_id: id, client_secret: secret } = this.client;
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    if (secret) {
      const pair = [id, secret].map(encodeURIComponent).join(":");
      headers.Authorization = `Basic ${Buffer.from(pair).toString("base64")}`;
    }
    const body = new URLSearchParams({ ...parameters, ...(secret ? {} : { client_id: id }) });
    return fetch(endpoint, { method: "POST", headers, body });
  }

  /** Redeems a code; the answer as it came. */
  redeem(flow, code) {
    const { redirectUri: redirect_uri } = this;
    const parameters = { grant_type: "authorization_code", code, redirect_uri, code_verifier: flow.verifier };
    return this.#post(this.metadata.token_endpoint, parameters);
  }

  /** Uses a refresh token; the answer as it came. */
  refresh(refresh_token) {
    return this.#post(this.metadata.token_endpoint, { grant_type: "refresh_token", refresh_token });
  }

  /** Asks who the user is; the answer as it came. */
  userinfo(accessToken) {
    return fetch(this.metadata.userinfo_endpoint, { headers: { Authorization: `Bearer ${accessToken}` } });
  }

  /** The tokens and checked ID token claims that the browser's return gives. */
  async finish(flow, address) {
    const answer = new URL(address).searchParams;
    if (answer.get("state") !== flow.state) throw new Error("the answer belongs to another sign-in");
    if (answer.get("iss") !== this.issuer) throw new Error("the answer is from another issuer");
    const response = await this.redeem(flow, answer.get("code"));
    const tokens = await response.json();
    if (!response.ok) throw new Error(`the token endpoint answered ${response.status} ${tokens.error}`);
    return { tokens, claims: await this.checked(tokens, flow.nonce) };
  }

  /** The claims of an ID token, its signature and claims checked (OpenID Connect Core 1.0 §3.1.3.7). */
  async checked({ id_token: idToken, access_token: accessToken }, nonce) {
    const [header, payload, signature] = idToken.split(".");
    const { alg, kid } = decoded(header);
    if (alg !== "RS256") throw new Error(`the ID token is signed with ${alg}`);
    const { keys } = await (await fetch(this.metadata.jwks_uri)).json();
    const jwk = keys.find((key) => key.kid === kid);
    if (!jwk) throw new Error("the ID token's key is not published");
    const key = createPublicKey({ key: jwk, format: "jwk" });
    const signed = Buffer.from(`${header}.${payload}`);
    if (!verify("sha256", signed, key, Buffer.from(signature, "base64url"))) throw new Error("the signature is wrong");
    const claims = decoded(payload);
    this.#check(claims, accessToken, nonce);
    return claims;
  }

  #check(claims, accessToken, nonce) {
    const now = Date.now() / 1000;
    const facts = {
      iss: claims.iss === this.issuer,
      aud: [claims.aud].flat().includes(this.client.client_id),
      nonce: claims.nonce === nonce,
      iat: Math.abs(claims.iat - now) < 60,
      exp: claims.exp > now,
      sub: typeof claims.sub === "string" && claims.sub.length > 0,
      at_hash: claims.at_hash === sha256(accessToken).subarray(0, 16).toString("base64url"),
    };
    const wrong = Object.keys(facts).filter((name) => !facts[name]);
    if (wrong.length > 0) throw new Error(`wrong in the ID token: ${wrong.join(", ")}`);
  }

  /** Stops listening. */
  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
