// A single-page app on another origin, with oidc-client-ts in the page and nothing behind it.

import { expect, test as base } from "./support/fixtures.js";
import { decide, signIn } from "./support/steps.js";
import { signedIn, singlePageApp } from "./support/spa.js";

const test = base.extend({
  // The same host as the issuer on another port: another origin of the same site.
  spa: async ({ signet }, use) => {
    const spa = await singlePageApp(signet);
    await use(spa);
    await spa.stop();
  },
});

test("signs in by redirect and reads userinfo across origins", async ({ page, signet, spa, person }) => {
  const user = await signedIn(page, spa, person);
  expect(user.expired).toBe(false);
  expect(user.profile).toMatchObject({ iss: signet.issuer, email: person.email, name: person.name });
  const endpoint = spa.metadata.userinfo_endpoint;
  const info = await page.evaluate(async ([address, token]) => {
    const response = await fetch(address, { headers: { Authorization: `Bearer ${token}` } });
    return { status: response.status, body: await response.json() };
  }, [endpoint, user.access_token]);
  expect(info).toMatchObject({ status: 200, body: { sub: user.profile.sub, email: person.email } });
});

test("renews silently by its refresh token", async ({ page, spa, person }) => {
  const user = await signedIn(page, spa, person);
  const renewed = await page.evaluate(async () => {
    const { access_token, refresh_token, profile } = await window.manager.signinSilent();
    return { access_token, refresh_token, profile };
  });
  expect(renewed.profile.sub).toBe(user.profile.sub);
  expect(renewed.access_token).not.toBe(user.access_token);
  expect(renewed.refresh_token).not.toBe(user.refresh_token);
});

test("renews silently in a hidden frame with prompt=none", async ({ page, spa, person }) => {
  const user = await signedIn(page, spa, person);
  const renewed = await page.evaluate(async () => {
    const { profile } = await window.manager.signinSilent({ forceIframeAuth: true, silentRequestTimeoutInSeconds: 10 });
    return profile;
  });
  expect(renewed.sub).toBe(user.profile.sub);
});

test("renews by itself before the token expires", async ({ page, signet, person }) => {
  // Of the ten minutes that a token is good for, all but two seconds are too late for this app.
  const spa = await singlePageApp(signet, "automaticSilentRenew: true, accessTokenExpiringNotificationTimeInSeconds: 598,");
  const user = await signedIn(page, spa, person);
  const token = () => page.evaluate(async () => (await window.manager.getUser()).access_token);
  await expect.poll(token).not.toBe(user.access_token);
  expect((await spa.userinfo(await token())).status).toBe(200);
  await spa.stop();
});

test("signs in in a window of its own", async ({ page, spa, person }) => {
  await page.goto(`${spa.origin}/`);
  const [popup, profile] = await Promise.all([
    page.waitForEvent("popup").then(async (popup) => {
      await signIn(popup, person);
      await decide(popup, "allow");
      return popup;
    }),
    page.evaluate(async () => (await window.manager.signinPopup()).profile),
  ]);
  expect(profile.email).toBe(person.email);
  await expect.poll(() => popup.isClosed()).toBe(true);
});

test("gives up its tokens", async ({ page, spa, person }) => {
  const user = await signedIn(page, spa, person);
  await page.evaluate(() => window.manager.revokeTokens(["refresh_token"]));
  expect((await spa.refresh(user.refresh_token)).status).toBe(400);
  expect((await spa.userinfo(user.access_token)).status).toBe(401);
});

test("an origin that no client registered may not read tokens or userinfo", async ({ page, spa, app, person }) => {
  const user = await signedIn(page, spa, person);
  app.page("/elsewhere", "<!doctype html><title>Elsewhere</title>");
  const stranger = app.origin.replace("127.0.0.1", "localhost");
  await page.goto(`${stranger}/elsewhere`);
  const refused = await page.evaluate(async ([address, token]) => {
    try {
      await fetch(address, { headers: { Authorization: `Bearer ${token}` } });
      return "read";
    } catch (error) {
      return error.name;
    }
  }, [spa.metadata.userinfo_endpoint, user.access_token]);
  expect(refused).toBe("TypeError");
});

test("signs out through the provider and comes back", async ({ page, spa, person }) => {
  await signedIn(page, spa, person);
  await page.evaluate((back) => void window.manager.signoutRedirect({ post_logout_redirect_uri: back }), `${spa.origin}/`);
  const asked = page.locator('button[name="decision"][value="allow"]');
  const app = page.getByRole("heading", { name: "Harbour Board", level: 1 }).and(page.locator("body > h1"));
  await page.waitForURL((url) => url.pathname === "/logout" || url.origin === spa.origin);
  if (await asked.isVisible()) await asked.click();
  await expect(app).toBeVisible();
  expect(new URL(page.url()).origin).toBe(spa.origin);
});
