// What tokens say and how they end: OpenID Connect Core §2, §3.1.3.6 and §5.3, RFC 6749 §6, RFC 6750, RFC 7009, RFC 7662,
// RFC 9068, RFC 9700 §4.14.

import { createHash } from "node:crypto";

import { Application, ask, basic } from "../support/blackbox/application.js";
import { expect, test } from "../support/blackbox/rules.js";

// `at_hash` takes the hash of the signature's algorithm; Ed25519 is at home with SHA-512.
const HASHES = { RS256: "sha256", ES256: "sha256", EdDSA: "sha512" };

for (const [alg, hash] of Object.entries(HASHES)) {
  test(`Core §2, §3.1.3.6: an ID token signed with ${alg} holds`, async ({ provider, agent, ada }) => {
    const app = await Application.register(provider, { id_token_signed_response_alg: alg });
    const { tokens } = await app.signIn(agent, ada);
    const { payload, protectedHeader } = await app.verify(tokens.id_token);
    expect(protectedHeader).toMatchObject({ alg, kid: expect.any(String) });
    expect(payload.exp).toBeGreaterThan(payload.iat);
    const half = createHash(hash).update(tokens.access_token).digest();
    // Not every provider sends it with a code flow, where it is optional.
    if (payload.at_hash) expect(payload.at_hash).toBe(half.subarray(0, half.length / 2).toString("base64url"));
    await expect(app.verify(tokens.id_token, { audience: "somebody-else" })).rejects.toThrow(/aud/);
  });

  test(`RFC 9068 §2: an access token for an API signed with ${alg} is at+jwt`, async ({ provider, app, agent, ada }) => {
    const resource = await provider.createApi(alg);
    const { tokens } = await app.signIn(agent, ada, { resource });
    const { payload, protectedHeader } = await app.verify(tokens.access_token, { audience: resource, typ: "at+jwt" });
    expect(protectedHeader.alg).toBe(alg);
    expect(payload).toMatchObject({ client_id: app.id, jti: expect.any(String), exp: expect.any(Number), iat: expect.any(Number) });
    const { payload: said } = await app.verify(tokens.id_token);
    expect(payload.sub).toBe(said.sub);
    await expect(app.verify(tokens.id_token, { typ: "at+jwt" })).rejects.toThrow(/typ/);
  });
}

test("Core §5.3.2: userinfo speaks of whom the ID token is about, within the scope", async ({ app, agent, ada }) => {
  const { tokens } = await app.signIn(agent, ada, { scope: "openid email" });
  const { payload } = await app.verify(tokens.id_token);
  const { status, body } = await app.userinfo(tokens.access_token);
  expect([status, body.sub, body.email]).toEqual([200, payload.sub, ada.email]);
  expect(body).not.toHaveProperty("name");
});

test("Core §5.3.2: userinfo may be signed, and is then for the client", async ({ provider, agent, ada }) => {
  const app = await Application.register(provider, { userinfo_signed_response_alg: "ES256" });
  const { tokens } = await app.signIn(agent, ada);
  const { headers, text } = await app.userinfo(tokens.access_token);
  expect(headers.get("content-type")).toMatch(/^application\/jwt/);
  const { payload } = await app.verify(text);
  expect(payload).toMatchObject({ email: ada.email, sub: expect.any(String) });
});

test("Core §5.3.1: userinfo is asked by GET and by POST", async ({ app, agent, ada }) => {
  const { tokens } = await app.signIn(agent, ada);
  const headers = { Authorization: `Bearer ${tokens.access_token}` };
  const posted = await ask(app.metadata.userinfo_endpoint, { method: "POST", headers });
  expect([posted.status, posted.body]).toEqual([200, (await app.userinfo(tokens.access_token)).body]);
});

test("RFC 6750 §3.1: who shows no token is told how, who shows a wrong one is told that", async ({ app, agent, ada }) => {
  const endpoint = app.metadata.userinfo_endpoint;
  const none = await ask(endpoint);
  expect(none.status).toBe(401);
  expect(none.headers.get("www-authenticate")).toMatch(/^(Bearer|DPoP)/);
  expect(none.headers.get("www-authenticate")).not.toContain("error=");
  const wrong = await app.userinfo("nonsense");
  expect(wrong.status).toBe(401);
  expect(wrong.headers.get("www-authenticate")).toContain('error="invalid_token"');
  const { tokens } = await app.signIn(agent, ada);
  expect((await app.userinfo(tokens.refresh_token)).status).toBe(401);
  expect((await app.userinfo(tokens.id_token)).status).toBe(401);
});

test("RFC 9700 §4.3.2: a token in an address is not looked at", async ({ app, agent, ada }) => {
  const { tokens } = await app.signIn(agent, ada);
  const { status } = await ask(`${app.metadata.userinfo_endpoint}?access_token=${tokens.access_token}`);
  expect(status).toBeGreaterThanOrEqual(400);
});

test("RFC 9700 §4.14.2: a refresh token that comes again ends the whole family", async ({ app, agent, ada }) => {
  const { tokens } = await app.signIn(agent, ada);
  const { status, body: next } = await app.refresh(tokens.refresh_token);
  expect(status).toBe(200);
  expect(next.refresh_token).not.toBe(tokens.refresh_token);
  const again = await app.refresh(tokens.refresh_token);
  expect([again.status, again.body.error]).toEqual([400, "invalid_grant"]);
  expect((await app.refresh(next.refresh_token)).body.error).toBe("invalid_grant");
  expect((await app.userinfo(next.access_token)).status).toBe(401);
});

test("RFC 6749 §6: a refresh narrows the scope and never widens it", async ({ app, agent, ada }) => {
  const { tokens } = await app.signIn(agent, ada);
  const wider = await app.refresh(tokens.refresh_token, { scope: "openid profile" });
  expect([wider.status, wider.body.error]).toEqual([400, "invalid_scope"]);
  const { body: narrow } = await app.refresh(tokens.refresh_token, { scope: "openid" });
  expect(narrow.scope).toBe("openid");
  expect((await app.userinfo(narrow.access_token)).body).not.toHaveProperty("email");
  const { body: whole } = await app.refresh(narrow.refresh_token);
  expect((await app.userinfo(whole.access_token)).body.email).toBe(ada.email);
});

test("RFC 6749 §6: a refresh token is worth nothing to another client", async ({ provider, app, agent, ada }) => {
  const { tokens } = await app.signIn(agent, ada);
  const other = await Application.register(provider);
  const { status, body } = await other.refresh(tokens.refresh_token);
  expect([status, body.error]).toEqual([400, "invalid_grant"]);
  expect((await app.refresh(tokens.refresh_token)).status).toBe(200);
});

test("Core §12.2: the ID token of a refresh is about the same person and sign-in", async ({ app, agent, ada }) => {
  const { tokens } = await app.signIn(agent, ada, { max_age: "3600" });
  const { payload: first } = await app.verify(tokens.id_token);
  const { body } = await app.refresh(tokens.refresh_token);
  const { payload } = await app.verify(body.id_token);
  const { iss, sub, auth_time } = first;
  expect(payload).toMatchObject({ iss, sub, auth_time });
});

test("RFC 7662 §2.2: a token is told of to its client", async ({ app, agent, ada }) => {
  const { tokens } = await app.signIn(agent, ada);
  const { body } = await app.introspect(tokens.access_token);
  expect(body).toMatchObject({ active: true, client_id: app.id, exp: expect.any(Number) });
  expect(body.scope.split(" ")).toContain("email");
});

test("RFC 9701 §5: what is told of a token may be signed, for whoever asks", async ({ provider, agent, ada }) => {
  const app = await Application.register(provider, { introspection_signed_response_alg: "ES256" });
  const { tokens } = await app.signIn(agent, ada);
  const headers = { Accept: "application/token-introspection+jwt" };
  const { status, text } = await app.introspect(tokens.access_token, { headers });
  expect(status).toBe(200);
  const { payload, protectedHeader } = await app.verify(text, { typ: "token-introspection+jwt" });
  expect(protectedHeader.alg).toBe("ES256");
  expect(payload.token_introspection).toMatchObject({ active: true, client_id: app.id });
  for (const claim of ["sub", "exp"]) expect(payload).not.toHaveProperty(claim);
});

test("RFC 7662 §2.1: a public client is told nothing of another's token", async ({ provider, app, agent, ada }) => {
  const { tokens } = await app.signIn(agent, ada);
  const other = await Application.register(provider, { token_endpoint_auth_method: "none" });
  const { body } = await other.introspect(tokens.access_token);
  expect(body.active ?? false).toBe(false);
  expect(body).not.toHaveProperty("sub");
});

test("RFC 7662 §2.2: of what is no token, nothing is told", async ({ app }) => {
  const { status, body } = await app.introspect("nonsense");
  expect([status, body]).toEqual([200, { active: false }]);
});

test("RFC 7662 §4: of another client's token, nothing is told", async ({ provider, app, agent, ada }) => {
  const { tokens } = await app.signIn(agent, ada);
  const other = await Application.register(provider);
  for (const token of [tokens.access_token, tokens.refresh_token]) {
    expect((await other.introspect(token)).body).toEqual({ active: false });
  }
});

test("RFC 7662 §2.1: whoever asks must prove who they are", async ({ provider, app, agent, ada }) => {
  const { tokens } = await app.signIn(agent, ada);
  const nobody = { headers: {}, fields: {} };
  const wrong = { headers: basic(app.id, "wrong"), fields: {} };
  for (const credentials of [nobody, wrong]) {
    const { status, body } = await app.introspect(tokens.access_token, { credentials });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(body).not.toHaveProperty("active");
  }
  expect(provider.metadata.introspection_endpoint_auth_methods_supported ?? []).not.toContain("none");
});

test("RFC 7009 §2.1: a refresh token that is given up ends with its access tokens", async ({ app, agent, ada }) => {
  const { tokens } = await app.signIn(agent, ada);
  expect((await app.revoke(tokens.refresh_token)).status).toBe(200);
  expect((await app.refresh(tokens.refresh_token)).body.error).toBe("invalid_grant");
  expect((await app.userinfo(tokens.access_token)).status).toBe(401);
  expect((await app.introspect(tokens.access_token)).body).toEqual({ active: false });
});

test("RFC 7009 §2.2: what is no token is given up as well", async ({ app }) => {
  expect((await app.revoke("nonsense")).status).toBe(200);
});

test("RFC 7009 §2.1: nobody gives up another client's token", async ({ provider, app, agent, ada }) => {
  const { tokens } = await app.signIn(agent, ada);
  const other = await Application.register(provider);
  await other.revoke(tokens.access_token);
  await other.revoke(tokens.refresh_token);
  expect((await app.userinfo(tokens.access_token)).status).toBe(200);
  expect((await app.refresh(tokens.refresh_token)).status).toBe(200);
});

test("RFC 8707 §2: an API that nobody knows is invalid_target", async ({ app, agent, ada }) => {
  const { parameters } = await app.authorize(agent, ada, { resource: "https://unknown.example.com/" });
  expect(parameters.error).toBe("invalid_target");
});

test("RFC 8707 §2.2: a refresh asks for one of the APIs that were allowed, and no other", async ({ provider, app, agent, ada }) => {
  const [allowed, other] = [await provider.createApi("ES256"), await provider.createApi("RS256")];
  const { tokens } = await app.signIn(agent, ada, { resource: allowed });
  const { body } = await app.refresh(tokens.refresh_token, { resource: allowed });
  await app.verify(body.access_token, { audience: allowed, typ: "at+jwt" });
  const refused = await app.refresh(body.refresh_token, { resource: other });
  expect([refused.status, refused.body.error]).toEqual([400, "invalid_target"]);
});
