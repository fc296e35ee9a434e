// Pictures of every page, for people to look at: light and dark, narrow and wide.

import { fileURLToPath } from "node:url";

import { test } from "./support/fixtures.js";
import { inLanguage } from "./support/spoken.js";
import { tour } from "./support/tour.js";

// Pages that show how the other scripts and the other direction look.
const LANGUAGES = ["ar", "ja"];
const SHOWN = [
  "login", "login-for-app", "login-password", "login-providers", "login-choose-account", "sign-up", "sign-up-address", "consent",
  "consent-unreviewed", "account", "account-picture", "account-apps", "account-apps-two", "account-linked-one",
  "account-sessions", "account-sessions-place", "account-security-full", "account-recovery-codes", "account-prove",
  "account-activity", "account-privacy", "account-privacy-sure", "restore-account-left", "device-confirm", "second-factor",
  "not-found", "too-many",
];

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
  test(name, async ({ page, signet, app, person, standing }) => {
    await open({ page, signet, app, person, standing });
    await picture(page, name);
  });
}

for (const [name, open] of tour.filter(([name]) => SHOWN.includes(name))) {
  for (const language of LANGUAGES) {
    test(`${name} in ${language}`, async ({ page, signet, app, person, standing }) => {
      await open({ page, signet, app, person, standing });
      await inLanguage(page, language);
      await picture(page, `${name}-${language}`);
    });
  }
}
