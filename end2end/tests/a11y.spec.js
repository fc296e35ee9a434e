// Every page and error state against the rules of WCAG 2.2 AA that a machine can check, in both colour schemes.

import { AxeBuilder } from "@axe-core/playwright";

import { expect, test } from "./support/fixtures.js";
import { field, identify } from "./support/steps.js";
import { tour } from "./support/tour.js";

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

async function violations(page) {
  const { violations: found } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

async function tooSmall(page) {
  const targets = page.locator("button:visible, input:visible");
  const boxes = await targets.evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().toJSON()));
  return boxes.filter(({ width, height }) => width < 24 || height < 24);
}

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const [name, open] of tour) {
  test(`${name}: nothing to object to in light and dark, and all of it at 320 px`, async ({ page, signet, app, person }) => {
    await open({ page, signet, app, person });
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      expect(await violations(page), colorScheme).toEqual([]);
    }
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await overflow(page)).toBe(0);
    expect(await tooSmall(page)).toEqual([]);
  });
}

test("signing in needs no pointer", async ({ page, signet, person }) => {
  await page.goto(signet.url("/login"));
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await expect(field(page, "identifier")).toBeFocused();
  await page.keyboard.type(person.email);
  await page.keyboard.press("Enter");
  await expect(field(page, "password")).toBeVisible();
  await field(page, "password").focus();
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
});

test("fields say to password managers what they are", async ({ page, signet, person }) => {
  const expected = { identifier: "username", password: "current-password" };
  await page.goto(signet.url("/login"));
  await expect(field(page, "identifier")).toHaveAttribute("autocomplete", expected.identifier);
  await identify(page, person.email);
  await expect(field(page, "password")).toHaveAttribute("autocomplete", expected.password);
  await page.goto(signet.url("/sign-up"));
  const signUp = { email: "email", name: "name", new_password: "new-password" };
  for (const [name, token] of Object.entries(signUp)) {
    await expect(field(page, name)).toHaveAttribute("autocomplete", token);
  }
});

test("an error is in the title, announced, and leads to its field", async ({ page, signet, person }) => {
  await page.goto(signet.url("/login"));
  await identify(page, person.email);
  await field(page, "password").fill("not the password at all");
  await page.keyboard.press("Enter");
  const alert = page.getByRole("alert");
  await expect(alert).toContainText("That email or password isn't right.");
  await expect(page.locator('input[name="password"][aria-invalid="true"]')).toHaveAttribute("aria-describedby", /password-error/);
  await expect(field(page, "password")).toBeFocused();
});
