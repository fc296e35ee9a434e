import { defineConfig } from "@playwright/test";

import { browser } from "./tests/support/chromium.js";

export default defineConfig({
  testDir: "tests",
  testMatch: "**/screenshots.spec.js",
  outputDir: "test-results/screenshots",
  workers: 2,
  fullyParallel: true,
  timeout: 60_000,
  reporter: "list",
  use: { ...browser, actionTimeout: 10_000, navigationTimeout: 15_000, contextOptions: { reducedMotion: "reduce" } },
});
