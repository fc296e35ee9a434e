import { defineConfig } from "@playwright/test";

import { browser } from "./tests/support/chromium.js";

// Taken by `npm run screenshots` only.
const PICTURES = "**/screenshots.spec.js";

// Specs that are about script itself, like the tests tagged @script; everything else runs with and without it.
const NEEDS_SCRIPT = ["**/spa*.spec.js", "**/a11y.spec.js"];

// Rules of the protocol, which need no page: held to Signet, and to a provider somebody else wrote.
const RULES = "**/blackbox/*.spec.js";

export default defineConfig({
  testDir: "tests",
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["json", { outputFile: "test-results/results.json" }]],
  use: { ...browser, actionTimeout: 20_000, navigationTimeout: 20_000, trace: "retain-on-failure" },
  projects: [
    { name: "rules", testMatch: RULES },
    { name: "rules at oidc-provider", testMatch: RULES, use: { providerName: "oidc-provider" } },
    { name: "script", testIgnore: [PICTURES, RULES] },
    { name: "no-script", testIgnore: [PICTURES, RULES, ...NEEDS_SCRIPT], grepInvert: /@script/, use: { javaScriptEnabled: false } },
  ],
});
