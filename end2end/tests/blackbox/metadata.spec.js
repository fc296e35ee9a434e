// What a provider and a client say of themselves: OpenID Connect Discovery, RFC 8414, RFC 7517, RFC 7591, RFC 7592.

import { Application, CALLBACK, ask } from "../support/blackbox/application.js";
import { differs, expect, test } from "../support/blackbox/rules.js";

const PRIVATE = ["d", "p", "q", "dp", "dq", "qi", "k", "oth"];

test("Discovery §4.3: the document names the issuer it was read from", async ({ provider }) => {
  const { status, body, headers } = await ask(`${provider.issuer}/.well-known/openid-configuration`);
  expect([status, body.issuer]).toEqual([200, provider.issuer]);
  expect(headers.get("content-type")).toMatch(/^application\/json/);
});

test("RFC 8414 §3: the same document is where OAuth looks for it", async ({ provider }) => {
  const { body } = await ask(`${provider.issuer}/.well-known/oauth-authorization-server`);
  expect(body).toEqual(provider.metadata);
});

test("Discovery §3: every endpoint that is named is there, on the issuer's origin", async ({ provider }) => {
  const named = Object.entries(provider.metadata).filter(([name]) => /_(endpoint|uri)$/.test(name) && !/^op_/.test(name));
  expect(named.length).toBeGreaterThanOrEqual(10);
  for (const [, address] of named) {
    expect(address.startsWith(`${provider.issuer}/`)).toBe(true);
    const asked = async (method) => (await fetch(address, { method, redirect: "manual" })).status;
    const isThere = (status) => status < 500 && ![404, 405].includes(status);
    expect(isThere(await asked("GET")) || isThere(await asked("POST")), address).toBe(true);
  }
});

test("Discovery §3: what an OpenID Provider must support is named", async ({ provider }) => {
  const { metadata } = provider;
  expect(metadata.response_types_supported).toContain("code");
  expect(metadata.id_token_signing_alg_values_supported).toContain("RS256");
  expect(metadata.id_token_signing_alg_values_supported).not.toContain("none");
  expect(metadata.subject_types_supported).toContain("public");
  expect(metadata.code_challenge_methods_supported).toEqual(["S256"]);
  expect(metadata.authorization_response_iss_parameter_supported).toBe(true);
  expect(metadata.scopes_supported).toContain("openid");
});

test("RFC 7517 §4: keys are public, told apart, and of the algorithms that are named", async ({ provider }) => {
  const { body } = await ask(provider.metadata.jwks_uri);
  expect(body.keys.length).toBeGreaterThanOrEqual(3);
  expect(new Set(body.keys.map(({ kid }) => kid)).size).toBe(body.keys.length);
  for (const key of body.keys) {
    expect(PRIVATE.filter((member) => member in key)).toEqual([]);
    expect(key).toMatchObject({ kid: expect.any(String), use: "sig", alg: expect.any(String) });
    expect(provider.metadata.id_token_signing_alg_values_supported).toContain(key.alg);
  }
});

test("RFC 7591 §3.2.1: what was registered is told, and may not be kept", async ({ provider }) => {
  const { status, body, headers } = await Application.registration(provider, { client_name: "Orchard", scope: "openid email" });
  expect(status).toBe(201);
  expect(headers.get("cache-control")).toContain("no-store");
  expect(body).toMatchObject({
    client_id: expect.any(String),
    client_secret: expect.any(String),
    client_secret_expires_at: expect.any(Number),
    client_name: "Orchard",
    redirect_uris: [CALLBACK],
  });
  expect(body.scope.split(" ").sort()).toEqual(["email", "openid"]);
});

test("RFC 7591 §3.2.2: addresses that lead astray are not registered", async ({ provider }) => {
  for (const uri of [`${CALLBACK}#fragment`, "not an address", "javascript:alert(1)"]) {
    const { status, body } = await Application.registration(provider, { redirect_uris: [uri] });
    expect(status, uri).toBe(400);
    expect(["invalid_redirect_uri", "invalid_client_metadata"]).toContain(body.error);
  }
});

const HTTP_FOR_CODES = differs("asks for https of implicit clients only, which is all that Registration §2 asks");

test("RFC 9700 §2.6: no code travels by http", HTTP_FOR_CODES, async ({ provider }) => {
  const { status, body } = await Application.registration(provider, { redirect_uris: ["http://app.example.com/cb"] });
  expect([status, body.error]).toEqual([400, "invalid_redirect_uri"]);
});

test("RFC 7591 §3.2.2: metadata nobody understands is refused", async ({ provider }) => {
  const wrong = [
    { token_endpoint_auth_method: "a_handshake" },
    { id_token_signed_response_alg: "none" },
    { subject_type: "secret" },
    { token_endpoint_auth_method: "private_key_jwt" },
    { grant_types: ["urn:example:grant"] },
  ];
  for (const members of wrong) {
    const { status, body } = await Application.registration(provider, members);
    expect([status, body.error], JSON.stringify(members)).toEqual([400, "invalid_client_metadata"]);
  }
});

test("RFC 7591 §3.1: a registration is one JSON object", async ({ provider }) => {
  const send = (body, type) => ask(provider.metadata.registration_endpoint, { method: "POST", headers: { "Content-Type": type }, body });
  const members = JSON.stringify({ redirect_uris: [CALLBACK] });
  for (const [body, type] of [["[]", "application/json"], ["{", "application/json"], ["null", "application/json"], [members, "text/plain"]]) {
    const { status } = await send(body, type);
    expect([400, 415], body).toContain(status);
  }
  expect((await send(members, "application/json")).status).toBe(201);
});

test("RFC 7592 §2: a client reads and removes its registration with its token", async ({ provider, agent, ada }) => {
  const app = await Application.register(provider);
  const { registration_client_uri: address, registration_access_token: token } = app.told;
  const headers = { Authorization: `Bearer ${token}` };
  expect((await ask(address)).status).toBe(401);
  expect((await ask(address, { headers: { Authorization: "Bearer wrong" } })).status).toBe(401);
  const { status, body } = await ask(address, { headers });
  expect([status, body.client_id]).toEqual([200, app.id]);
  expect((await ask(address, { method: "DELETE", headers })).status).toBe(204);
  expect((await ask(address, { headers })).status).toBe(401);
  expect((await app.authorize(agent, ada)).mode).toBe("page");
  const gone = await app.token({ grant_type: "authorization_code", code: "x", redirect_uri: CALLBACK });
  expect([gone.status, gone.body.error]).toEqual([401, "invalid_client"]);
});

test("RFC 7592 §2: a client's token opens no other registration", async ({ provider }) => {
  const [one, other] = [await Application.register(provider), await Application.register(provider)];
  const headers = { Authorization: `Bearer ${one.told.registration_access_token}` };
  expect((await ask(other.told.registration_client_uri, { headers })).status).toBe(401);
  expect((await ask(other.told.registration_client_uri, { method: "DELETE", headers })).status).toBe(401);
  expect((await other.introspect("x")).status).toBe(200);
});
