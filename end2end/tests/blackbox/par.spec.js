// Pushed authorization requests and request objects: RFC 9126, RFC 9101, OpenID Connect Core §6.

import { Application, basic } from "../support/blackbox/application.js";
import { ApplicationKey, unsigned } from "../support/blackbox/keys.js";
import { expect, test } from "../support/blackbox/rules.js";

const push = (app, parameters, options) => app.post(app.metadata.pushed_authorization_request_endpoint, parameters, options);

/** The address at which a pushed request is carried out. */
const addressOf = (app, request_uri, more = {}) => app.authorizationUrl({ client_id: app.id, request_uri, ...more });

test("RFC 9126 §2.2: a pushed request is carried out, and nothing beside it", async ({ app, agent, ada }) => {
  const { parameters, verifier } = app.request({ state: "inside" });
  const { status, body, headers } = await push(app, parameters);
  expect(status).toBe(201);
  expect(body).toMatchObject({ request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:/), expires_in: expect.any(Number) });
  expect(headers.get("cache-control")).toContain("no-store");
  const outcome = await app.visit(agent, addressOf(app, body.request_uri, { state: "outside" }), ada);
  expect(outcome.parameters.state).toBe("inside");
  expect((await app.redeem({ ...outcome, verifier })).status).toBe(200);
});

test("RFC 9126 §7.3: a pushed request is carried out once", async ({ app, agent, ada }) => {
  const { body } = await push(app, app.request().parameters);
  expect((await app.visit(agent, addressOf(app, body.request_uri), ada)).parameters.code).toBeTruthy();
  const again = await app.visit(agent, addressOf(app, body.request_uri), ada);
  expect(again.parameters).not.toHaveProperty("code");
});

test("RFC 9126 §2.2: a pushed request is worth nothing to another client", async ({ provider, app, agent, ada }) => {
  const { body } = await push(app, app.request().parameters);
  const other = await Application.register(provider);
  const { mode, parameters } = await other.visit(agent, addressOf(other, body.request_uri), ada);
  expect(parameters).not.toHaveProperty("code");
  // Whether the other client is told by redirect, RFC 9126 leaves open.
  if (mode === "query") expect(parameters.error).toBeTruthy();
});

test("RFC 9126 §2.1: whoever pushes proves who they are", async ({ app }) => {
  const { parameters } = app.request();
  const credentials = { headers: basic(app.id, "wrong"), fields: {} };
  const { status, body } = await push(app, parameters, { credentials });
  expect([status, body.error]).toEqual([401, "invalid_client"]);
});

test("RFC 9126 §2.1: a pushed request names no other request", async ({ app }) => {
  const request_uri = "urn:ietf:params:oauth:request_uri:other";
  const { status, body } = await push(app, { ...app.request().parameters, request_uri });
  expect(status).toBe(400);
  expect(["invalid_request", "invalid_request_uri", "request_uri_not_supported"]).toContain(body.error);
});

test("RFC 9126 §2.3: what is wrong is told to whoever pushes it", async ({ app }) => {
  const wrong = [{ redirect_uri: "https://elsewhere.example.com/cb" }, { response_type: "nonsense" }, { code_challenge_method: "plain" }];
  for (const changes of wrong) {
    const { status, body } = await push(app, app.request(changes).parameters);
    expect(status).toBe(400);
    expect(["invalid_request", "unsupported_response_type", "invalid_redirect_uri"]).toContain(body.error);
  }
});

test("RFC 9126 §6: a client may bind itself to push", async ({ provider, agent, ada }) => {
  const app = await Application.register(provider, { require_pushed_authorization_requests: true });
  const plain = await app.authorize(agent, ada);
  expect(plain.parameters).not.toHaveProperty("code");
  const { body } = await push(app, app.request().parameters);
  expect((await app.visit(agent, addressOf(app, body.request_uri), ada)).parameters.code).toBeTruthy();
});

/** An app that signs its requests, and its key. */
async function signing(provider, alg) {
  const key = await ApplicationKey.of(alg);
  const app = await Application.register(provider, { request_object_signing_alg: alg, jwks: key.jwks });
  return { app, key };
}

/** The claims of a request object (RFC 9101 §4). */
function claimsOf(app, parameters) {
  const now = Math.floor(Date.now() / 1000);
  return { ...parameters, iss: app.id, aud: app.provider.issuer, iat: now, nbf: now, exp: now + 60 };
}

const sent = (app, request, more = {}) => {
  const { client_id, response_type, scope } = app.request().parameters;
  return app.authorizationUrl({ client_id, response_type, scope, ...more, request });
};

for (const alg of ["RS256", "ES256", "EdDSA"]) {
  test(`RFC 9101 §4: a request object signed with ${alg} says what counts`, async ({ provider, agent, ada }) => {
    const { app, key } = await signing(provider, alg);
    const { parameters, verifier } = app.request({ state: "inside" });
    const request = await key.sign(claimsOf(app, parameters), { typ: "oauth-authz-req+jwt" });
    const outcome = await app.visit(agent, sent(app, request, { state: "outside" }), ada);
    expect(outcome.parameters.state).toBe("inside");
    expect((await app.redeem({ ...outcome, verifier })).status).toBe(200);
  });
}

test("RFC 9101 §6: a request object of somebody else gets nothing", async ({ provider, agent, ada }) => {
  const { app, key } = await signing(provider, "ES256");
  const stranger = await ApplicationKey.of("ES256");
  const claims = claimsOf(app, app.request().parameters);
  const wrong = [
    stranger.sign(claims),
    unsigned(claims),
    key.sign({ ...claims, client_id: "somebody" }),
    key.sign({ ...claims, aud: "https://elsewhere.example.com" }),
    key.sign({ ...claims, exp: claims.iat - 60 }),
    key.sign({ ...claims, redirect_uri: "https://elsewhere.example.com/cb" }),
  ];
  for (const request of wrong) {
    const { parameters, to = "" } = await app.visit(agent, sent(app, await request), ada);
    expect(parameters).not.toHaveProperty("code");
    expect(to).not.toContain("elsewhere");
  }
});

test("RFC 9126 §3: a request object may be pushed", async ({ provider, agent, ada }) => {
  const { app, key } = await signing(provider, "ES256");
  const { parameters, verifier } = app.request();
  const { status, body } = await push(app, { request: await key.sign(claimsOf(app, parameters)) });
  expect(status).toBe(201);
  const outcome = await app.visit(agent, addressOf(app, body.request_uri), ada);
  expect((await app.redeem({ ...outcome, verifier })).status).toBe(200);
});
