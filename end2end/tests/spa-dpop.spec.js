// A single-page app whose tokens are bound to a key that the browser keeps and nobody can copy (RFC 9449), by
// oidc-client-ts.

import { expect, test as base } from "./support/fixtures.js";
import { signedIn, singlePageApp } from "./support/spa.js";

const BOUND = "dpop: { bind_authorization_code: true, store: new oidc.IndexedDbDPoPStore() }, loadUserInfo: false,";

const test = base.extend({
  spa: async ({ signet }, use) => {
    const spa = await singlePageApp(signet, BOUND);
    await use(spa);
    await spa.stop();
  },
});

/** Asks userinfo from the page, with the proof of the library. */
function userinfo(page, spa) {
  return page.evaluate(async (endpoint) => {
    const user = await window.manager.getUser();
    const proof = await window.manager.dpopProof(endpoint, user, "GET");
    const headers = { Authorization: `DPoP ${user.access_token}`, DPoP: proof };
    const response = await fetch(endpoint, { headers });
    return { status: response.status, body: await response.json() };
  }, spa.metadata.userinfo_endpoint);
}

test("its tokens are worth nothing without the key", async ({ page, spa, person }) => {
  const user = await signedIn(page, spa, person);
  expect(user.token_type).toBe("DPoP");
  expect(await userinfo(page, spa)).toMatchObject({ status: 200, body: { sub: user.profile.sub, email: person.email } });
  expect((await spa.userinfo(user.access_token)).status).toBe(401);
  expect((await spa.refresh(user.refresh_token)).status).toBe(400);
});

test("renews silently with a proof", async ({ page, spa, person }) => {
  const user = await signedIn(page, spa, person);
  const renewed = await page.evaluate(async () => {
    const { access_token, token_type } = await window.manager.signinSilent();
    return { access_token, token_type };
  });
  expect(renewed.token_type).toBe("DPoP");
  expect(renewed.access_token).not.toBe(user.access_token);
  expect((await userinfo(page, spa)).status).toBe(200);
});

test("reads across origins which nonce it must send", async ({ page, serve, person: { email, name, password } }) => {
  const signet = await serve({ SIGNET_REQUIRE_DPOP_NONCE: "true" });
  const person = await signet.createUser({ email, name, password });
  const spa = await singlePageApp(signet, BOUND);
  const user = await signedIn(page, spa, person);
  expect(user.token_type).toBe("DPoP");
  await spa.stop();
});
