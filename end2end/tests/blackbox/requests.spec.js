// What a request may say besides what it is for, and what is fetched for it: OpenID Connect Core §3.1.2.1, §5.4, §8.1
// and §10.1.1, RP-Initiated Logout §2.

import { Application } from "../support/blackbox/application.js";
import { ApplicationKey } from "../support/blackbox/keys.js";
import { differs, expect, test } from "../support/blackbox/rules.js";

const GOODBYE = "https://app.example.com/bye";

const WISHES = {
  display: ["page", "popup", "touch", "wap", "hologram"],
  ui_locales: ["de fr-CA en", "xx-unknown", "i-klingon fr"],
  claims_locales: ["en de", "xx"],
  acr_values: ["urn:example:unheard-of", "0 1 urn:example:x"],
  login_hint: ["nobody@example.com", "+49 30 1234", "\"><script>alert(1)</script>"],
};

for (const [name, values] of Object.entries(WISHES)) {
  test(`Core §3.1.2.1: a ${name} that nobody can follow is a wish and no error`, async ({ app, agent, ada }) => {
    for (const value of values) {
      const { tokens } = await app.signIn(agent, ada, { [name]: value });
      const { payload } = await app.verify(tokens.id_token);
      expect(values).not.toContain(payload.acr);
    }
  });
}

test("Core §3.1.2.1: whoever a hint names has to sign in all the same", async ({ app, agent, ada, bob }) => {
  const nobodyYet = await app.authorize(agent, undefined, { prompt: "none", login_hint: ada.email });
  expect(nobodyYet.parameters).toMatchObject({ error: "login_required" });
  const { asked, tokens } = await app.signIn(agent, bob, { login_hint: ada.email });
  expect(asked).toContain("sign-in");
  expect((await app.userinfo(tokens.access_token)).body.email).toBe(bob.email);
});

test("Core §5.4: address and phone may be asked for, and what nobody has is left out", async ({ provider, agent, ada }) => {
  expect(provider.metadata.scopes_supported).toEqual(expect.arrayContaining(["address", "phone"]));
  const app = await Application.register(provider, { scope: "openid email address phone" });
  const { tokens } = await app.signIn(agent, ada, { scope: "openid email address phone" });
  expect(tokens.scope.split(" ")).toEqual(expect.arrayContaining(["address", "phone"]));
  const { body } = await app.userinfo(tokens.access_token);
  expect(body).toMatchObject({ sub: expect.any(String), email: ada.email });
  for (const value of Object.values(body)) expect([null, ""]).not.toContain(value);
});

test("Core §8.1: names of people need one host, or a document that says whose it is", async ({ provider }) => {
  const hosts = ["https://one.example.com/cb", "https://other.example.com/cb"];
  const { status, body } = await Application.registration(provider, { subject_type: "pairwise", redirect_uris: hosts });
  expect([status, body.error]).toEqual([400, "invalid_client_metadata"]);
  const plain = { subject_type: "pairwise", sector_identifier_uri: "http://one.example.com/sector.json" };
  expect((await Application.registration(provider, plain)).status).toBe(400);
});

/** An app whose keys are at an address of its own, and how it proves itself with a key. */
async function publishing(provider, listener, key) {
  const app = await Application.register(provider, {
    grant_types: ["client_credentials"],
    redirect_uris: [],
    response_types: [],
    token_endpoint_auth_method: "private_key_jwt",
    token_endpoint_auth_signing_alg: "ES256",
    jwks_uri: listener.publish("/keys", key.jwks),
  });
  return async (key) => {
    const fields = await key.assertion(app.id, provider.issuer);
    return (await app.token({ grant_type: "client_credentials" }, { credentials: { headers: {}, fields } })).status;
  };
}

test("Core §10.1.1: keys are read where the client has them", async ({ provider, listener }) => {
  const [own, strange] = [await ApplicationKey.of("ES256"), await ApplicationKey.of("ES256")];
  const provenBy = await publishing(provider, listener, own);
  expect(await provenBy(own)).toBe(200);
  expect(await provenBy(strange)).toBe(401);
});

const A_MINUTE = differs("keeps the keys it has read for a minute, whichever is asked for");

test("Core §10.1.1: a key that is published is found once it is used", A_MINUTE, async ({ provider, listener }) => {
  const [first, second] = [await ApplicationKey.of("ES256"), await ApplicationKey.of("ES256")];
  const provenBy = await publishing(provider, listener, first);
  expect(await provenBy(first)).toBe(200);
  listener.publish("/keys", second.jwks);
  expect(await provenBy(second)).toBe(200);
});

test("RP-Initiated Logout §2: a state without an address leads nowhere", async ({ provider, agent, ada }) => {
  const app = await Application.vouchedFor(provider, { post_logout_redirect_uris: [GOODBYE] });
  await app.signIn(agent, ada);
  const leave = `${app.metadata.end_session_endpoint}?${new URLSearchParams({ state: "s", client_id: app.id })}`;
  const { mode, page } = await app.visit(agent, leave, ada);
  expect(mode).toBe("page");
  expect(page.html).not.toContain(GOODBYE);
});

test("Core §3.1.3.6: what an ID token says ends, and is of now", async ({ app, agent, ada }) => {
  const before = Math.floor(Date.now() / 1000) - 1;
  const { payload } = await app.verify((await app.signIn(agent, ada)).tokens.id_token);
  expect(payload.iat).toBeGreaterThanOrEqual(before);
  expect(payload.exp).toBeGreaterThan(payload.iat);
  expect(payload.exp - payload.iat).toBeLessThanOrEqual(86_400);
});
