// Tokens bound to a key: RFC 9449.

import { Application, ask } from "../support/blackbox/application.js";
import { ApplicationKey, digest } from "../support/blackbox/keys.js";
import { expect, test } from "../support/blackbox/rules.js";

/** Signs in with a proof of `key`; the token response. */
async function bound(app, agent, person, key, claims) {
  const outcome = await app.authorize(agent, person);
  const proof = await key.proof("POST", app.metadata.token_endpoint, claims);
  return app.redeem(outcome, {}, { headers: { DPoP: proof } });
}

/** Asks userinfo for `token` with a proof. */
async function userinfo(app, token, key, { htm = "GET", htu = app.metadata.userinfo_endpoint, ...claims } = {}) {
  const proof = await key.proof(htm, htu, { ath: digest(token), ...claims });
  return ask(app.metadata.userinfo_endpoint, { headers: { Authorization: `DPoP ${token}`, DPoP: proof } });
}

for (const alg of ["ES256", "EdDSA"]) {
  test(`RFC 9449 §5: a token asked for with a proof of ${alg} is bound to its key`, async ({ app, agent, ada }) => {
    const key = await ApplicationKey.of(alg);
    const { status, body } = await bound(app, agent, ada, key);
    expect([status, body.token_type]).toEqual([200, "DPoP"]);
    const { body: told } = await app.introspect(body.access_token);
    expect(told).toMatchObject({ active: true, token_type: "DPoP", cnf: { jkt: key.thumbprint } });
    expect((await userinfo(app, body.access_token, key)).status).toBe(200);
  });
}

test("RFC 9449 §7.1: a bound token without its proof is refused", async ({ app, agent, ada }) => {
  const [key, stranger] = await Promise.all([ApplicationKey.of("ES256"), ApplicationKey.of("ES256")]);
  const { body } = await bound(app, agent, ada, key);
  const token = body.access_token;
  expect((await app.userinfo(token)).status).toBe(401);
  expect((await userinfo(app, token, stranger)).status).toBe(401);
  const unproven = await ask(app.metadata.userinfo_endpoint, { headers: { Authorization: `DPoP ${token}` } });
  expect(unproven.status).toBeGreaterThanOrEqual(400);
});

test("RFC 9449 §4.3: a proof of something else proves nothing", async ({ app, agent, ada }) => {
  const key = await ApplicationKey.of("ES256");
  const { body } = await bound(app, agent, ada, key);
  const now = Math.floor(Date.now() / 1000);
  const wrong = [
    { htm: "POST" },
    { htu: app.metadata.token_endpoint },
    { ath: digest("another") },
    { ath: undefined },
    { iat: now - 3600 },
    { iat: undefined },
    { jti: undefined },
  ];
  for (const claims of wrong) {
    const { status, headers } = await userinfo(app, body.access_token, key, claims);
    expect(status).toBe(401);
    expect(headers.get("www-authenticate")).toContain("DPoP");
  }
  expect((await userinfo(app, body.access_token, key)).status).toBe(200);
});

test("RFC 9449 §4.3: htu is compared without query and fragment", async ({ app, agent, ada }) => {
  const key = await ApplicationKey.of("ES256");
  const { body } = await bound(app, agent, ada, key);
  const htu = app.metadata.userinfo_endpoint;
  expect((await userinfo(app, body.access_token, key, { htu: htu.replace("http:", "HTTP:") })).status).toBe(200);
});

test("RFC 9449 §11.1: a proof proves once", async ({ app, agent, ada }) => {
  const key = await ApplicationKey.of("ES256");
  const first = await bound(app, agent, ada, key, { jti: "the-same" });
  expect(first.status).toBe(200);
  const { status, body } = await bound(app, agent, ada, key, { jti: "the-same" });
  expect(status).toBe(400);
  expect(["invalid_dpop_proof", "invalid_grant"]).toContain(body.error);
});

test("RFC 9449 §5: a wrong proof gets no token", async ({ app, agent, ada }) => {
  const key = await ApplicationKey.of("ES256");
  const { status, body } = await bound(app, agent, ada, key, { htu: app.metadata.userinfo_endpoint });
  expect([status, body.error]).toEqual([400, "invalid_dpop_proof"]);
});

test("RFC 9449 §10: a code is bound to the key named when it was asked for", async ({ app, agent, ada }) => {
  const [key, stranger] = await Promise.all([ApplicationKey.of("ES256"), ApplicationKey.of("ES256")]);
  const proof = (of) => of.proof("POST", app.metadata.token_endpoint);
  const first = await app.authorize(agent, ada, { dpop_jkt: key.thumbprint });
  const refused = await app.redeem(first, {}, { headers: { DPoP: await proof(stranger) } });
  expect([refused.status, refused.body.error]).toEqual([400, "invalid_grant"]);
  const second = await app.authorize(agent, ada, { dpop_jkt: key.thumbprint });
  expect((await app.redeem(second, {}, { headers: { DPoP: await proof(key) } })).status).toBe(200);
});

test("RFC 9449 §5: a public client's refresh token is bound to its key", async ({ provider, agent, ada }) => {
  const app = await Application.register(provider, { token_endpoint_auth_method: "none" });
  const [key, stranger] = await Promise.all([ApplicationKey.of("ES256"), ApplicationKey.of("ES256")]);
  const { body } = await bound(app, agent, ada, key);
  const refresh = async (of) => app.refresh(body.refresh_token, {}, { headers: of && { DPoP: await of.proof("POST", app.metadata.token_endpoint) } });
  expect((await refresh(stranger)).status).toBe(400);
  expect((await refresh(undefined)).status).toBe(400);
  const { status, body: next } = await refresh(key);
  expect([status, next.token_type]).toEqual([200, "DPoP"]);
});

test("RFC 9449 §5.2: a client may bind itself to proofs", async ({ provider, agent, ada }) => {
  const app = await Application.register(provider, { dpop_bound_access_tokens: true });
  const { status, body } = await app.redeem(await app.authorize(agent, ada));
  expect(status).toBe(400);
  expect(["invalid_dpop_proof", "invalid_request", "invalid_grant"]).toContain(body.error);
});

test("RFC 9449 §8: who must send a nonce is told which", async ({ strictProvider }) => {
  const app = await Application.register(strictProvider, { grant_types: ["client_credentials"], redirect_uris: [], response_types: [] });
  const key = await ApplicationKey.of("ES256");
  const ask = async (claims) => {
    const proof = await key.proof("POST", app.metadata.token_endpoint, claims);
    return app.token({ grant_type: "client_credentials" }, { headers: { DPoP: proof } });
  };
  const told = await ask({});
  expect([told.status, told.body.error]).toEqual([400, "use_dpop_nonce"]);
  const nonce = told.headers.get("dpop-nonce");
  expect(nonce).toBeTruthy();
  expect((await ask({ nonce: "another" })).body.error).toBe("use_dpop_nonce");
  const { status, body } = await ask({ nonce });
  expect([status, body.token_type]).toEqual([200, "DPoP"]);
});
