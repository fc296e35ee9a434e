// Pictures of every page, for people to look at: light and dark, narrow and wide.

import { fileURLToPath } from "node:url";

import { test } from "./support/fixtures.js";
import { tour } from "./support/tour.js";

const folder = fileURLToPath(new URL("../screenshots/", import.meta.url));

for (const [name, open] of tour) {
  test(name, async ({ page, signet, app, person, serve }) => {
    await open({ page, signet, app, person, serve });
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      for (const colorScheme of ["light", "dark"]) {
        await page.emulateMedia({ colorScheme });
        await page.screenshot({ path: `${folder}${name}-${colorScheme}-${width}.png`, fullPage: true });
      }
    }
  });
}
