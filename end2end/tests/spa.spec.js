// A single-page app on another origin, with oidc-client-ts in the page and nothing behind it.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { connectedApp, expect, test as base } from "./support/fixtures.js";
import { decide, signIn } from "./support/steps.js";

const library = join(dirname(createRequire(import.meta.url).resolve("oidc-client-ts/package.json")), "dist/browser/oidc-client-ts.min.js");

const html = ({ issuer, client, redirectUri }) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Harbour Board</title><script src="/oidc.js"></script>
<script>
  window.manager = new oidc.UserManager({
    authority: ${JSON.stringify(issuer)},
    client_id: ${JSON.stringify(client.client_id)},
    redirect_uri: ${JSON.stringify(redirectUri)},
    scope: "openid profile email offline_access",
    loadUserInfo: true,
    automaticSilentRenew: false,
  });
  window.arrived = (async () => {
    if (location.search.includes("state=")) {
      if (window.parent !== window) await manager.signinSilentCallback();
      else await manager.signinCallback();
    }
  })();
</script>
<h1>Harbour Board</h1><button onclick="manager.signinRedirect()">Sign in</button></html>`;

const test = base.extend({
  // The same host as the issuer on another port: another origin of the same site.
  spa: async ({ signet }, use) => {
    const spa = await connectedApp(signet, { name: "Harbour Board", type: "public", host: "localhost" });
    for (const path of ["/", "/callback"]) spa.page(path, html(spa));
    spa.file("/oidc.js", library, "text/javascript");
    await use(spa);
    await spa.stop();
  },
});

async function signedIn(page, spa, person) {
  await page.goto(`${spa.origin}/`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await signIn(page, person);
  await decide(page, "allow");
  await page.waitForURL((url) => url.href.startsWith(spa.redirectUri));
  return page.evaluate(async () => {
    await window.arrived;
    const { profile, access_token, refresh_token, expired } = await window.manager.getUser();
    return { profile, access_token, refresh_token, expired };
  });
}

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
