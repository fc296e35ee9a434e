// Journeys without a pointer, and what assistive technology is told.

import { expect, somebody, test } from "./support/fixtures.js";
import { violations, WCAG } from "./support/a11y.js";
import { tabTo } from "./support/keyboard.js";
import { field, identify, send, signIn, signUp } from "./support/steps.js";

async function fillByKeyboard(page, values) {
  for (const [name, value] of Object.entries(values)) {
    await tabTo(page, field(page, name));
    await page.keyboard.type(value);
  }
  await page.keyboard.press("Enter");
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

test("signing up needs no pointer", async ({ page, signet }) => {
  const person = somebody();
  await page.goto(signet.url("/sign-up"));
  await fillByKeyboard(page, { email: person.email, name: person.name, new_password: person.password });
  await expect(field(page, "code")).toBeVisible();
  const { codes } = await signet.mail(person.email);
  await fillByKeyboard(page, { code: codes[0] });
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
});

test("deciding about an app needs no pointer: boxes and periods are ticked, and Allow is pressed", async ({ page, app, person }) => {
  await page.goto(app.begin({ scope: "openid profile email" }).url);
  await signIn(page, person);
  const profile = page.locator('input[name="scope"][value="profile"]');
  await tabTo(page, profile);
  await page.keyboard.press("Space");
  await expect(profile).not.toBeChecked();
  await tabTo(page, page.getByLabel("Until you remove it"));
  await page.keyboard.press("ArrowDown");
  await expect(page.getByLabel("For 30 days")).toBeChecked();
  await tabTo(page, page.locator('button[name="decision"][value="allow"]'));
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.href.startsWith(app.redirectUri));
});

test("the account needs no pointer: a name is changed, an app is removed, and the way out is found", async ({ page, signet, app, person }) => {
  await page.goto(app.begin().url);
  await signIn(page, person);
  await tabTo(page, page.locator('button[name="decision"][value="allow"]'));
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.href.startsWith(app.redirectUri));
  await page.goto(signet.url("/account"));
  await tabTo(page, field(page, "name"));
  await page.keyboard.press("End");
  await page.keyboard.type(" Lovelace");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("status")).toBeVisible();
  await expect(field(page, "name")).toHaveValue(`${person.name} Lovelace`);
  await page.goto(signet.url("/account/apps"));
  await tabTo(page, page.getByRole("button", { name: /Remove/ }).first());
  await page.keyboard.press("Enter");
  await expect(page.getByText("No app can use your account.")).toBeVisible();
  await tabTo(page, page.getByRole("banner").getByRole("button", { name: "Sign out" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: /Sign out\?|You are signed out/ })).toBeVisible();
});

test("a code is pasted into one field, with whatever stands between its digits", async ({ page, signet }) => {
  const person = somebody();
  await page.goto(signet.url("/sign-up"));
  await signUp(page, person);
  await expect(field(page, "code")).toHaveCount(1);
  const { codes } = await signet.mail(person.email);
  const spaced = codes[0].replace(/^(...)/, "$1 ");
  await field(page, "code").focus();
  await page.evaluate((text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    document.activeElement.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
    document.execCommand("insertText", false, text);
  }, spaced);
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
