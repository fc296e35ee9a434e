// Every page and error state against the rules of WCAG 2.2 AA that a machine can check, in both colour schemes.

import { AxeBuilder } from "@axe-core/playwright";

import { expect, somebody, test } from "./support/fixtures.js";
import { field, identify, send, signUp } from "./support/steps.js";
import { tour } from "./support/tour.js";

const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

async function violations(page, tags = [...WCAG, "best-practice"]) {
  // Nothing runs in a sandboxed frame, axe included; what the mail's frame shows is looked at by itself below.
  const { violations: found } = await new AxeBuilder({ page }).exclude("iframe[sandbox]").withTags(tags).analyze();
  return found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

/** Controls under 24 px; a label is part of the target of its control (WCAG 2.2, 2.5.8). */
async function tooSmall(page) {
  return page.locator("button:visible, input:visible").evaluateAll((elements) =>
    elements
      .map((element) => ({ name: element.name || element.textContent, box: (element.closest("label") ?? element).getBoundingClientRect() }))
      .filter(({ box }) => box.width < 24 || box.height < 24)
      .map(({ name, box }) => `${name} ${box.width}x${box.height}`),
  );
}

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const [name, open] of tour) {
  test(`${name}: nothing to object to in light and dark, and all of it at 320 px`, async ({ page, signet, app, person, serve }) => {
    await open({ page, signet, app, person, serve });
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
  const expected = { identifier: "username webauthn", password: "current-password" };
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

test("the mails themselves have nothing to object to", async ({ page, signet, person }) => {
  const { email, name, password } = somebody();
  await page.goto(signet.url("/sign-up"));
  await signUp(page, { email, name, password });
  await expect(field(page, "code")).toBeVisible();
  await page.goto(signet.url("/forgot-password"));
  await field(page, "identifier").fill(person.email);
  await send(page, "identifier");
  await expect(page.getByRole("heading", { level: 1, name: "Check your email" })).toBeVisible();
  for (const to of [email, person.email]) {
    const { html } = await signet.mail(to);
    await page.goto("about:blank");
    await page.setContent(html);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      // A mail is part of the mail program's page, which has the landmarks.
      expect(await violations(page, WCAG), colorScheme).toEqual([]);
    }
  }
});
