// How clients prove who they are: RFC 6749 §2.3 and §5.2, RFC 7523 §2.2 and §3, OpenID Connect Core §9.

import { ApplicationKey, unsigned } from "../support/blackbox/keys.js";
import { Application, basic } from "../support/blackbox/application.js";
import { differs, expect, test } from "../support/blackbox/rules.js";

const GRANT = { grant_type: "client_credentials" };
const MACHINE = { grant_types: ["client_credentials"], redirect_uris: [], response_types: [] };

const withoutProof = (app) => ({ headers: {}, fields: { client_id: app.id } });

/** An app that proves itself with a key, and the key. */
async function keyed(provider, alg = "ES256") {
  const key = await ApplicationKey.of(alg);
  const proof = { token_endpoint_auth_method: "private_key_jwt", token_endpoint_auth_signing_alg: alg, jwks: key.jwks };
  return { key, app: await Application.register(provider, { ...MACHINE, ...proof }) };
}

const provenBy = (app, assertion) => app.token(GRANT, { credentials: { headers: {}, fields: assertion } });

test("RFC 6749 §4.4: a client gets a token for itself, and no refresh token", async ({ provider }) => {
  const app = await Application.register(provider, MACHINE);
  const { status, body } = await app.token(GRANT);
  expect(status).toBe(200);
  expect(body).toMatchObject({ access_token: expect.any(String), token_type: "Bearer" });
  expect(body).not.toHaveProperty("refresh_token");
  expect(body).not.toHaveProperty("id_token");
});

test("RFC 6749 §5.2: a wrong secret is invalid_client, with a challenge to whoever used Basic", async ({ provider }) => {
  const app = await Application.register(provider, MACHINE);
  const { status, body, headers } = await app.token(GRANT, { credentials: { headers: basic(app.id, "wrong"), fields: {} } });
  expect([status, body.error]).toEqual([401, "invalid_client"]);
  expect(headers.get("www-authenticate")).toMatch(/^Basic /);
});

test("RFC 6749 §5.2: an unknown client is answered like one with a wrong secret", async ({ provider }) => {
  const app = await Application.register(provider, MACHINE);
  const answers = ["nobody", app.id].map((id) => app.token(GRANT, { credentials: { headers: basic(id, "wrong"), fields: {} } }));
  const [unknown, wrong] = await Promise.all(answers);
  expect(unknown.status).toBe(wrong.status);
  expect(unknown.text).toBe(wrong.text);
});

test("RFC 7617 §2: credentials that cannot be read prove nothing", async ({ provider }) => {
  const app = await Application.register(provider, MACHINE);
  const encoded = (text) => Buffer.from(text).toString("base64");
  const unreadable = ["Basic", "Basic !!!", `Basic ${encoded(app.id)}`, `Basic ${encoded(`${app.id}:%zz`)}`, "Bearer x", `Basic ${encoded(`${app.id}:`)}`];
  for (const Authorization of unreadable) {
    const { status, body } = await app.token(GRANT, { credentials: { headers: { Authorization }, fields: {} } });
    expect([400, 401], Authorization).toContain(status);
    expect(["invalid_client", "invalid_request"]).toContain(body.error);
  }
});

test("RFC 6749 §2.3: a client with a secret must prove itself", async ({ provider }) => {
  const app = await Application.register(provider, MACHINE);
  const { status, body } = await app.token(GRANT, { credentials: withoutProof(app) });
  expect([status, body.error]).toEqual([401, "invalid_client"]);
});

test("RFC 6749 §2.3: one kind of proof at a time", async ({ provider }) => {
  const app = await Application.register(provider, MACHINE);
  const { client_secret } = app.told;
  const { status, body } = await app.token({ ...GRANT, client_id: app.id, client_secret });
  expect([400, 401]).toContain(status);
  expect(["invalid_request", "invalid_client"]).toContain(body.error);
});

const EITHER_WAY = differs("takes a secret in the header or in the body, whichever is registered");

test("Registration §2: the registered kind of proof and no other", EITHER_WAY, async ({ provider }) => {
  const app = await Application.register(provider, { ...MACHINE, token_endpoint_auth_method: "client_secret_post" });
  const credentials = { headers: basic(app.id, app.told.client_secret), fields: {} };
  expect((await app.token(GRANT)).status).toBe(200);
  const { status, body } = await app.token(GRANT, { credentials });
  expect([status, body.error]).toEqual([401, "invalid_client"]);
});

test("RFC 7523 §3: an assertion proves a client once", async ({ provider }) => {
  const { app, key } = await keyed(provider);
  const assertion = await key.assertion(app.id, provider.issuer);
  expect((await provenBy(app, assertion)).status).toBe(200);
  const again = await provenBy(app, assertion);
  expect([again.status, again.body.error]).toEqual([401, "invalid_client"]);
});

for (const alg of ["RS256", "ES256", "EdDSA"]) {
  test(`Core §9: an assertion may be signed with ${alg}`, async ({ provider }) => {
    const { app, key } = await keyed(provider, alg);
    expect((await provenBy(app, await key.assertion(app.id, provider.issuer))).status).toBe(200);
  });
}

const now = () => Math.floor(Date.now() / 1000);

const WRONG = {
  "is for another server": (own, app) => own.assertion(app.id, "https://elsewhere.example.com"),
  "comes from somebody else": (own, app, issuer) => own.assertion(app.id, issuer, { iss: "somebody" }),
  "is about somebody else": (own, app, issuer) => own.assertion(app.id, issuer, { sub: "somebody" }),
  "is over": (own, app, issuer) => own.assertion(app.id, issuer, { exp: now() - 60 }),
  "never ends": (own, app, issuer) => own.assertion(app.id, issuer, { exp: undefined }),
  "is not good yet": (own, app, issuer) => own.assertion(app.id, issuer, { nbf: now() + 600 }),
  "a stranger signed": async (own, app, issuer) => (await ApplicationKey.of("ES256")).assertion(app.id, issuer),
};

for (const [what, make] of Object.entries(WRONG)) {
  test(`RFC 7523 §3: an assertion that ${what} proves nothing`, async ({ provider }) => {
    const { app, key } = await keyed(provider);
    const { status, body } = await provenBy(app, await make(key, app, provider.issuer));
    expect([status, body.error]).toEqual([401, "invalid_client"]);
  });
}

test("RFC 8725 §3.1: an assertion that nobody signed proves nothing", async ({ provider }) => {
  const { app, key } = await keyed(provider);
  const assertion = await key.assertion(app.id, provider.issuer);
  const claims = JSON.parse(Buffer.from(assertion.client_assertion.split(".")[1], "base64url").toString());
  const { status } = await provenBy(app, { ...assertion, client_assertion: unsigned(claims) });
  expect([400, 401]).toContain(status);
});

test("RFC 6749 §5.2: a grant nobody knows is unsupported", async ({ app }) => {
  for (const grant_type of ["password", "urn:example:grant"]) {
    const { status, body } = await app.token({ grant_type });
    expect([status, body.error]).toEqual([400, "unsupported_grant_type"]);
  }
  const { status, body } = await app.token({ code: "x" });
  expect([status, body.error]).toEqual([400, "invalid_request"]);
});

const AS_INVALID_REQUEST = differs("answers invalid_request");

test("RFC 6749 §5.2: a grant the client is not registered for is unauthorized_client", AS_INVALID_REQUEST, async ({ app }) => {
  const { status, body } = await app.token(GRANT);
  expect([status, body.error]).toEqual([400, "unauthorized_client"]);
});

test("RFC 6749 §3.2: parameters come in the body, by POST", async ({ provider }) => {
  const app = await Application.register(provider, { ...MACHINE, token_endpoint_auth_method: "client_secret_post" });
  const { fields } = app.credentials();
  const query = `${app.metadata.token_endpoint}?${new URLSearchParams({ ...GRANT, ...fields })}`;
  expect((await fetch(query)).ok).toBe(false);
  expect((await fetch(query, { method: "POST" })).ok).toBe(false);
});
