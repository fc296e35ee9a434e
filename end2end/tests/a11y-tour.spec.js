// Every page and error state against the rules of WCAG 2.2 AA that a machine can check: in both colour schemes, with and
// without script, on a narrow screen, with text spaced, in the reader's own colours, from right to left and in Japanese.

import { borderless, colourViolations, cutOff, overflow, spaceText, still, tooSmall, violations } from "./support/a11y.js";
import { expect, test as base } from "./support/fixtures.js";
import { inLanguage } from "./support/spoken.js";
import { tour } from "./support/tour.js";

// What only script can do, or only a browser that has it.
const NEEDS_SCRIPT = new Set([
  "sign-up-strength",
  "account-security-full",
  "login-passkey-last-used",
  "passkey-offer",
]);

const test = base.extend({
  scripted: async ({ browser }, use) => {
    const context = await browser.newContext({ javaScriptEnabled: true, reducedMotion: "reduce" });
    await use(context);
    await context.close();
  },
});

// One from right to left, and one in another script.
const LANGUAGES = { ar: "rtl", ja: "ltr" };

/** What the reader is led to after a mistake. */
const ledTo = (page) =>
  page.evaluate(() => {
    const { activeElement: active } = document;
    return active.matches('[aria-invalid="true"], [role="alert"]') ? "the mistake" : active.outerHTML.slice(0, 120);
  });

for (const [name, open] of tour) {
  const tag = NEEDS_SCRIPT.has(name) ? ["@script"] : [];
  test(`${name}: nothing to object to in light and dark, and all of it at 320 px`, { tag }, async ({ page: visited, scripted, javaScriptEnabled, signet, app, person, standing }) => {
    await open({ page: visited, signet, app, person, standing });
    if (/-error$|-wrong-password$/.test(name)) await expect.poll(() => ledTo(visited)).toBe("the mistake");
    const seen = () => (javaScriptEnabled === false ? still(visited, scripted) : visited);
    const page = await seen();
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    expect(await violations(page), "light").toEqual([]);
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    expect(await colourViolations(page), "dark").toEqual([]);
    await page.emulateMedia({ forcedColors: "active" });
    expect(await borderless(page), "forced colours").toEqual([]);
    await page.emulateMedia({ forcedColors: "none" });
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await overflow(page)).toBe(0);
    expect(await tooSmall(page)).toEqual([]);
    await spaceText(page);
    expect(await overflow(page), "spaced text").toBe(0);
    expect(await cutOff(page), "spaced text").toEqual([]);
    // With script a mistake is gone when the page comes again.
    const languages = javaScriptEnabled === false || NEEDS_SCRIPT.has(name) ? Object.keys(LANGUAGES) : [];
    for (const language of languages) {
      await inLanguage(visited, language);
      await expect(visited.locator("html")).toHaveAttribute("dir", LANGUAGES[language]);
      const told = await seen();
      expect(await violations(told), language).toEqual([]);
      await told.setViewportSize({ width: 320, height: 640 });
      expect(await overflow(told), language).toBe(0);
    }
  });
}
