// Every page and error state breaks no policy, asks nobody else's server, and is held to the rules of WCAG 2.2 AA that a
// machine can check: in both colour schemes, with and without script, on a narrow screen, with text spaced, in the
// reader's own colours, without motion, from right to left and in Japanese.

import { borderless, colourViolations, cutOff, moving, overflow, ringless, spaceText, still, tooSmall, violations, wordViolations } from "./support/a11y.js";
import { expect, test as base } from "./support/fixtures.js";
import { inLanguage } from "./support/spoken.js";
import { settled } from "./support/steps.js";
import { tour } from "./support/tour.js";
import { meaning, watch } from "./support/watch.js";

// What only script can do, or only a browser that has it.
const NEEDS_SCRIPT = new Set([
  "sign-up-strength",
  "account-security-full",
  "login-passkey-last-used",
  "passkey-offer",
]);

// A trace runs script in every frame, which the sandbox around a mail refuses aloud.
base.use({ trace: "off" });

const test = base.extend({
  /** A page with script, where the test's own has none. */
  scripted: async ({ browser, javaScriptEnabled }, use) => {
    if (javaScriptEnabled !== false) return use(undefined);
    const context = await browser.newContext({ javaScriptEnabled: true, reducedMotion: "reduce" });
    await use(await context.newPage());
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
  test(`${name}: nothing to object to in light and dark, and all of it at 320 px`, { tag }, async ({ page: visited, scripted, signet, app, person, standing }) => {
    const wrong = watch(visited, signet, app);
    const { standingBy, besides } = meaning(standing, wrong);
    const opened = await open({ page: visited, signet, app, person, standing: standingBy });
    if (!scripted) {
      await settled(visited);
      expect(besides(opened), "policy, errors and other servers").toEqual([]);
    }
    if (/-error$|-wrong-password$/.test(name)) await expect.poll(() => ledTo(visited)).toBe("the mistake");
    const seen = () => (scripted ? still(visited, scripted) : visited);
    const page = await seen();
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    expect(await violations(page), "light").toEqual([]);
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    expect(await colourViolations(page), "dark").toEqual([]);
    expect(await moving(page), "reduced motion").toEqual([]);
    await page.emulateMedia({ reducedMotion: "no-preference" });
    expect(await moving(page), "what reduced motion spares").not.toEqual([]);
    await page.emulateMedia({ reducedMotion: "reduce", forcedColors: "active" });
    expect(await borderless(page), "forced colours").toEqual([]);
    expect(await ringless(page), "forced colours").toEqual([]);
    await page.emulateMedia({ forcedColors: "none" });
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await overflow(page)).toBe(0);
    expect(await tooSmall(page)).toEqual([]);
    await spaceText(page);
    expect(await overflow(page), "spaced text").toBe(0);
    expect(await cutOff(page), "spaced text").toEqual([]);
    // With script a mistake is gone when the page comes again.
    const languages = scripted || NEEDS_SCRIPT.has(name) ? Object.keys(LANGUAGES) : [];
    for (const language of languages) {
      await inLanguage(visited, language);
      const told = await seen();
      await expect(told.locator("html")).toHaveAttribute("dir", LANGUAGES[language]);
      expect(await wordViolations(told), language).toEqual([]);
      expect(await overflow(told), language).toBe(0);
    }
  });
}
