// A person's own password: measured while it is typed, and changed in place.

import { expect, test } from "./support/fixtures.js";
import { field, openAccount, send, settled } from "./support/steps.js";

const said = (page) => page.locator(".strength");

test("how good a password is is said in words while it is typed @script", async ({ page, signet }) => {
  const asked = [];
  page.on("request", (request) => {
    if (request.method() === "POST") asked.push(new URL(request.url()).pathname);
  });
  await page.goto(signet.url("/sign-up"));
  await settled(page);
  await expect(said(page)).toHaveAttribute("aria-live", "polite");
  await expect(said(page)).toHaveText("");
  const password = field(page, "new_password");
  await password.pressSequentially("twelve chars", { delay: 20 });
  await expect(said(page)).toHaveText("Too short. 3 more characters are needed.");
  expect(asked, "typing is not asked about letter by letter").toEqual(["/api/password-strength"]);
  await field(page, "email").fill("ada.lovelace@example.com");
  await password.fill("ada.lovelace@example.com");
  await expect(said(page)).toContainText("Weak.");
  await password.fill("correct horse battery");
  await expect(said(page)).toHaveText("Excellent. It is very hard to guess.");
  await password.fill("");
  await expect(said(page)).toHaveText("");
});

test("Caps Lock is told below the password while somebody types there @script", async ({ page, signet }) => {
  await page.goto(signet.url("/sign-up"));
  await settled(page);
  const hint = page.getByText("Caps Lock is on.");
  const type = (name, on) =>
    field(page, name).dispatchEvent("keydown", { key: "A", bubbles: true, modifierCapsLock: on });
  await type("email", true);
  await expect(hint).toHaveCount(0);
  await type("new_password", true);
  await expect(hint).toBeVisible();
  await expect(hint).toHaveAttribute("aria-live", "polite");
  await type("new_password", false);
  await expect(hint).toHaveCount(0);
});

test("a password is changed in place and the old one no longer signs in", async ({ page, signet, person, browser }, { project }) => {
  await openAccount(page, signet, person);
  await page.goto(signet.url("/.well-known/change-password"));
  await field(page, "new_password").fill("too short");
  await send(page, "new_password");
  await expect(field(page, "new_password")).toHaveAttribute("aria-invalid", "true");
  const renewed = `${person.password} renewed`;
  await field(page, "new_password").fill(renewed);
  await send(page, "new_password");
  await expect(page.getByRole("status").filter({ hasText: "Your new password is saved." })).toBeVisible();
  const { subject } = await signet.mail(person.email);
  expect(subject).toContain("was changed");
  const { javaScriptEnabled } = project.use;
  const context = await browser.newContext({ javaScriptEnabled });
  await openAccount(await context.newPage(), signet, { ...person, password: renewed });
  await context.close();
  await page.reload();
  await expect(page.getByRole("heading", { level: 1, name: "Security" })).toBeVisible();
});
