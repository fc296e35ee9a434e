// What people do on the pages, by the names of fields and buttons.

import { expect } from "@playwright/test";

/** A field people see. */
export const field = (page, name) => page.locator(`input[name="${name}"]:visible`);

/** Submits the form that a visible field belongs to. */
export async function send(page, name) {
  const form = page.locator("form").filter({ has: field(page, name) });
  await form.locator('button[type="submit"]').click();
}

/** First step of signing in. */
export async function identify(page, email) {
  await field(page, "identifier").fill(email);
  await send(page, "identifier");
}

/** Second step of signing in. */
export async function prove(page, password) {
  await field(page, "password").fill(password);
  await send(page, "password");
}

/** Both steps of signing in. */
export async function signIn(page, { email, password }) {
  await identify(page, email);
  await prove(page, password);
}

/** Fills in the sign-up form. */
export async function signUp(page, { email, name, password }) {
  await field(page, "email").fill(email);
  await field(page, "name").fill(name);
  await field(page, "new_password").fill(password);
  await send(page, "new_password");
}

/** Types the mailed code. */
export async function enterCode(page, code) {
  await field(page, "code").fill(code);
  await send(page, "code");
}

/** The button of a decision. */
export const decision = (page, value) => page.locator(`button[name="decision"][value="${value}"]`);

/** Presses the button of a decision, which the consent page keeps dead for a moment. */
export async function decide(page, value) {
  const button = decision(page, value);
  await button.waitFor();
  // Before its style has come it looks as if it were alive.
  await page.waitForLoadState();
  await expect(button).toHaveCSS("pointer-events", "auto");
  await button.click();
}

/** Waits until the browser is back in the app and returns the address it came with. */
export async function backIn(app, page) {
  await page.waitForURL((url) => url.href.startsWith(`${app.redirectUri}?`));
  return page.url();
}

/** Waits until the island has taken over the page's forms; without script there is nothing to wait for. */
export async function settled(page) {
  await page.waitForLoadState("networkidle");
}

/** Opens the account as somebody who must sign in first. */
export async function openAccount(page, signet, person, realm) {
  await page.goto(signet.url("/account", realm));
  await signIn(page, person);
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
}

/** Signs out with the button at the top of the account. */
export async function signOut(page) {
  await page.getByRole("banner").getByRole("button", { name: "Sign out" }).click();
  const asked = decision(page, "allow");
  const done = page.getByRole("heading", { level: 1, name: "You are signed out" });
  await expect(asked.or(done)).toBeVisible();
  if (await asked.isVisible()) await asked.click();
  await expect(done).toBeVisible();
}

/** The element that says what is wrong with a field, found the way assistive technology does. */
export async function errorOf(page, name) {
  const input = field(page, name);
  await expect(input).toHaveAttribute("aria-invalid", "true");
  const described = (await input.getAttribute("aria-describedby")) ?? "";
  expect(described.split(" ")).toContain(`${name}-error`);
  return page.locator(`#${name}-error`);
}

/** The status of a page that says a link is used up or was never given. */
export function expectRefused(status) {
  expect([403, 404, 410]).toContain(status);
}
