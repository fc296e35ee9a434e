// Pictures of every page, for people to look at: light and dark, narrow and wide.

import { fileURLToPath } from "node:url";

import { test } from "./support/fixtures.js";
import { tour } from "./support/tour.js";

// Pages that show how the other scripts and the other direction look.
const LANGUAGES = ["ar", "ja"];
const SHOWN = ["login", "login-for-app", "login-password", "sign-up", "consent", "account", "account-apps", "account-sessions", "account-security-full", "account-activity", "account-privacy", "device-confirm", "second-factor", "not-found"];

const folder = fileURLToPath(new URL("../screenshots/", import.meta.url));

async function picture(page, name) {
  for (const width of [320, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${folder}${name}-${colorScheme}-${width}.png`, fullPage: true });
    }
  }
}

for (const [name, open] of tour) {
  test(name, async ({ page, signet, app, person, serve }) => {
    await open({ page, signet, app, person, serve });
    await picture(page, name);
  });
}

for (const [name, open] of tour.filter(([name]) => SHOWN.includes(name))) {
  for (const language of LANGUAGES) {
    test(`${name} in ${language}`, async ({ page, signet, app, person, serve }) => {
      await open({ page, signet, app, person, serve });
      const { origin, port } = new URL(signet.url("/"));
      await page.context().addCookies([{ name: `signet-language-${port}`, value: language, url: origin }]);
      await page.reload();
      await picture(page, `${name}-${language}`);
    });
  }
}
