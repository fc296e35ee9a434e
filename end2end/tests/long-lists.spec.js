// Lists of the account that are longer than a page: people go on to the next, end something there and are still there.

import { expect, test as base } from "./support/fixtures.js";
import { manyApps, manySessions, ON_A_PAGE } from "./support/many.js";
import { begin, open, speaking, told } from "./support/spoken.js";
import { settled } from "./support/steps.js";

const test = base.extend({
  apps: [
    async ({ signet }, use) => {
      const apps = await manyApps(signet);
      await use(apps);
      await apps.stop();
    },
    { scope: "worker", timeout: 180_000 },
  ],
});

const LISTS = [
  { path: "/account/apps", title: "apps-title", done: "apps-removed", field: "client_id" },
  { path: "/account/sessions", title: "sessions-title", done: "sessions-ended", field: "session" },
];

for (const language of ["en", "ar", "ja"]) {
  const spoken = speaking(language);
  const { words } = spoken;

  for (const { path, title, done, field } of LISTS) {
    test(`of ${path} the second page is gone to, left shorter and come back to in ${language}`, async ({ page, signet, apps, person }) => {
      if (field === "session") await manySessions(signet, person);
      await begin(page, signet, person, spoken);
      if (field === "client_id") await apps.usedIn(page);
      await open(page, signet, spoken, path, title);
      const pages = page.getByRole("navigation", { name: words("pager-label") });
      const named = () => page.locator(`input[name="${field}"]:not([value="others"])`).evaluateAll((fields) => [...new Set(fields.map(({ value }) => value))]);
      const listed = page.locator("main .list__item");
      const first = await named();
      await expect(listed).toHaveCount(ON_A_PAGE);
      await expect(pages.getByRole("link")).toHaveText([words("pager-next")]);

      await pages.getByRole("link", { name: words("pager-next") }).click();
      await expect(pages.getByRole("link")).toHaveText([words("pager-first")]);
      await settled(page);
      const second = await named();
      expect(second.filter((one) => first.includes(one))).toEqual([]);
      const address = page.url();
      await page.locator(`form:has(input[name="${field}"]):not(:has(input[name="act"])):not(:has([value="others"])) button`).first().click();
      await told(page, spoken, done);
      expect(page.url()).toContain(new URL(address).search);
      await expect.poll(named).toEqual(second.slice(1));

      await settled(page);
      await pages.getByRole("link", { name: words("pager-first") }).click();
      await expect(listed).toHaveCount(ON_A_PAGE);
      expect(await named()).toEqual(first);
    });
  }
}
