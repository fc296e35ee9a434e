// A single-page app on another origin of the issuer's site, with oidc-client-ts in the page and nothing behind it.

import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { connectedApp } from "./fixtures.js";
import { decide, signIn } from "./steps.js";

const library = join(dirname(createRequire(import.meta.url).resolve("oidc-client-ts/package.json")), "dist/browser/oidc-client-ts.min.js");

const html = ({ issuer, client, redirectUri }, settings) => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Harbour Board</title><script src="/oidc.js"></script>
<script>
  window.manager = new oidc.UserManager({
    authority: ${JSON.stringify(issuer)},
    client_id: ${JSON.stringify(client.client_id)},
    redirect_uri: ${JSON.stringify(redirectUri)},
    scope: "openid profile email offline_access",
    loadUserInfo: true,
    automaticSilentRenew: false,
    ${settings}
  });
  window.arrived = (async () => {
    if (location.search.includes("state=")) {
      if (window.opener) await manager.signinPopupCallback();
      else if (window.parent !== window) await manager.signinSilentCallback();
      else await manager.signinCallback();
    }
  })();
</script>
<h1>Harbour Board</h1><button onclick="manager.signinRedirect()">Sign in</button></html>`;

/** Starts the app and registers it; `settings` are further settings of the library, as script. */
export async function singlePageApp(signet, settings = "") {
  const spa = await connectedApp(signet, { name: "Harbour Board", type: "public", host: "localhost" });
  for (const path of ["/", "/callback"]) spa.page(path, html(spa, settings));
  spa.file("/oidc.js", library, "text/javascript");
  return spa;
}

/** Signs in by redirect; what the library says of the person. */
export async function signedIn(page, spa, person) {
  await page.goto(`${spa.origin}/`);
  await page.getByRole("button", { name: "Sign in" }).click();
  await signIn(page, person);
  await decide(page, "allow");
  await page.waitForURL((url) => url.href.startsWith(spa.redirectUri));
  return page.evaluate(async () => {
    await window.arrived;
    const { profile, access_token, refresh_token, token_type, expired } = await window.manager.getUser();
    return { profile, access_token, refresh_token, token_type, expired };
  });
}
