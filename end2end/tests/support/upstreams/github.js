// What GitHub documents of itself for apps, on this machine: the web application flow with PKCE, `GET /user` and
// `GET /user/emails`. https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";

const CODE_LIFETIME = 600_000;
const DOCUMENTATION = "https://docs.github.com/rest";

const LIMIT = { limit: 60, used: 0, remaining: 60, reset: 0 };
const LIMITS = { resources: { core: LIMIT }, rate: LIMIT };

const random = (bytes) => randomBytes(bytes).toString("hex");
const same = (one, other) => one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
const escaped = (text) => text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);

/** A server that looks like GitHub and its API. */
export class GitHubUpstream {
  #server = createServer((request, response) => void this.#answer(request, response));
  #people = new Map();
  #codes = new Map();
  #tokens = new Map();
  #redirectUris = [];

  static async start() {
    const github = new GitHubUpstream();
    github.#server.listen(0, "127.0.0.1");
    await once(github.#server, "listening");
    github.address = `http://localhost:${github.#server.address().port}`;
    github.clientId = `Iv1.${random(8)}`;
    github.secret = random(20);
    return github;
  }

  /** The table of Signet's configuration that leads here. */
  table({ id = "github", label = "GitHub", ...further } = {}) {
    const keys = {
      id,
      kind: "github",
      base_url: this.address,
      api_url: `${this.address}/api/v3`,
      client_id: this.clientId,
      client_secret: this.secret,
      label,
      allow_private_network: true,
      ...further,
    };
    const lines = Object.entries(keys).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    return ["[[providers]]", ...lines, ""].join("\n");
  }

  /** Takes the app's callback URLs. */
  async serve(redirectUris) {
    this.#redirectUris = redirectUris;
    return this;
  }

  /** Makes an account, or changes one: its number, its login, its name and its addresses. */
  person(id, { login, name = null, emails = [] }) {
    this.#people.set(id, { id, login, name, emails });
    return { id, login };
  }

  /** Signs in on its page and allows what is asked. */
  async signIn(page, { login }) {
    await page.waitForURL((url) => url.href.startsWith(`${this.address}/`));
    await page.getByLabel("Username").fill(login);
    await page.getByRole("button", { name: "Authorize" }).click();
  }

  async #answer(request, response) {
    const url = new URL(request.url, this.address);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const routes = {
      // Browsers ask every site for one.
      "GET /favicon.ico": () => response.writeHead(204).end(),
      "GET /login/oauth/authorize": () => this.#page(url.searchParams, response),
      "POST /login/oauth/authorize": () => this.#authorize(form, response),
      "POST /login/oauth/access_token": () => this.#exchange(form, request, response),
      "GET /api/v3/rate_limit": () => json(response, 200, LIMITS),
      "GET /api/v3/user": () => this.#user(request, response),
      "GET /api/v3/user/emails": () => this.#emails(request, response),
    };
    const route = routes[`${request.method} ${url.pathname}`];
    if (route) return route();
    return json(response, 404, { message: "Not Found", documentation_url: DOCUMENTATION });
  }

  #page(query, response) {
    if (query.get("client_id") !== this.clientId) return html(response, 404, "<h1>404</h1>");
    const hidden = [...query].map(
      ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
    );
    return html(
      response,
      200,
      `<h1>Authorize Signet</h1><form method="post" action="/login/oauth/authorize">${hidden.join("")}
       <label>Username <input name="username" value="${escaped(query.get("login") ?? "")}"></label>
       <button>Authorize</button><button name="cancel" value="1">Cancel</button></form>`,
    );
  }

  #authorize(form, response) {
    const redirectUri = form.get("redirect_uri") ?? this.#redirectUris[0];
    if (!this.#redirectUris.includes(redirectUri)) return html(response, 400, "<h1>redirect_uri_mismatch</h1>");
    const back = new URL(redirectUri);
    const person = [...this.#people.values()].find(({ login }) => login === form.get("username"));
    if (form.get("cancel") || !person) {
      back.searchParams.set("error", "access_denied");
      back.searchParams.set("error_description", "The user has denied your application access.");
    } else {
      const code = random(10);
      this.#codes.set(code, {
        person: person.id,
        redirectUri,
        scopes: (form.get("scope") ?? "").split(/[ ,]+/).filter(Boolean),
        challenge: form.get("code_challenge"),
        until: Date.now() + CODE_LIFETIME,
      });
      back.searchParams.set("code", code);
    }
    if (form.has("state")) back.searchParams.set("state", form.get("state"));
    response.writeHead(302, { location: back.href }).end();
  }

  // Errors have status 200, and the answer is a form unless JSON is asked for.
  #exchange(form, request, response) {
    const answer = (document) => {
      if (request.headers.accept?.includes("application/json")) return json(response, 200, document);
      response.writeHead(200, { "content-type": "application/x-www-form-urlencoded; charset=utf-8" });
      return response.end(new URLSearchParams(document).toString());
    };
    const refused = (error, description) =>
      answer({ error, error_description: description, error_uri: "https://docs.github.com/apps/troubleshooting" });
    if (form.get("client_id") !== this.clientId || !same(form.get("client_secret") ?? "", this.secret)) {
      return refused("incorrect_client_credentials", "The client_id and/or client_secret passed are incorrect.");
    }
    const code = this.#codes.get(form.get("code"));
    this.#codes.delete(form.get("code"));
    const verifier = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url");
    const proven = code && (!code.challenge || code.challenge === verifier);
    if (!proven || code.until < Date.now()) {
      return refused("bad_verification_code", "The code passed is incorrect or expired.");
    }
    if (form.get("redirect_uri") !== code.redirectUri) {
      return refused("redirect_uri_mismatch", "The redirect_uri MUST match the registered callback URL.");
    }
    const token = `gho_${random(18)}`;
    this.#tokens.set(token, code);
    return answer({ access_token: token, scope: code.scopes.join(","), token_type: "bearer" });
  }

  #known(request, response) {
    const token = this.#tokens.get(request.headers.authorization?.replace(/^Bearer /, ""));
    if (!request.headers["user-agent"]) {
      json(response, 403, { message: "Request forbidden by administrative rules." });
      return undefined;
    }
    if (!token) json(response, 401, { message: "Bad credentials", documentation_url: DOCUMENTATION, status: "401" });
    return token;
  }

  #user(request, response) {
    const token = this.#known(request, response);
    if (!token) return;
    const { id, login, name } = this.#people.get(token.person);
    const node = Buffer.from(`04:User${id}`).toString("base64");
    json(response, 200, { login, id, node_id: node, type: "User", site_admin: false, name, email: null, bio: null });
  }

  #emails(request, response) {
    const token = this.#known(request, response);
    if (!token) return;
    if (!token.scopes.some((scope) => scope === "user" || scope === "user:email")) {
      json(response, 404, { message: "Not Found", documentation_url: DOCUMENTATION, status: "404" });
      return;
    }
    json(response, 200, this.#people.get(token.person).emails);
  }

  /** Stops it. */
  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    if (this.#server.listening) await once(this.#server, "close");
  }
}

function json(response, status, document) {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(document));
}

function html(response, status, body) {
  response
    .writeHead(status, { "content-type": "text/html; charset=utf-8" })
    .end(`<!doctype html><html lang="en"><title>GitHub</title>${body}</html>`);
}
