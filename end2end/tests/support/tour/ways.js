// The ways to pages of the tour that others go on from.

import { expect } from "@playwright/test";

import { somebody } from "../fixtures.js";
import { decide, decision, field, identify, openAccount, signIn, signOut, signUp } from "../steps.js";
import { enrol } from "../totp.js";

/** The heading of the page people came to. */
export const heading = (page, name) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

/** Signs somebody new up; the mail they get. */
export async function mailed(page, signet) {
  const person = somebody();
  await page.goto(signet.url("/sign-up"));
  await signUp(page, person);
  await heading(page, "Check your email");
  return signet.mail(person.email);
}

/** The mailed link that leads to a new password. */
export async function resetLink(page, signet, person) {
  await page.goto(signet.url("/forgot-password"));
  await field(page, "identifier").fill(person.email);
  await page.getByRole("button", { name: "Send link" }).click();
  await heading(page, "Check your email");
  const { links } = await signet.mail(person.email);
  return links.find((link) => new URL(link).pathname === "/reset-password");
}

/** Asks for a mailed code instead of a password. */
export async function askForCode(page, signet, person) {
  await page.goto(signet.url("/login"));
  await identify(page, person.email);
  await page.getByRole("button", { name: "Email me a code" }).click();
  await heading(page, "Check your email");
}

/** The mailed link that signs in. */
export async function mailedLink(page, signet, person) {
  await askForCode(page, signet, person);
  const { links } = await signet.mail(person.email);
  return links.find((link) => new URL(link).pathname === "/login/code");
}

/** Where the person moves to. */
export const elsewhere = ({ email }) => email.replace("@example.com", "@elsewhere.example");

/** Asks for another address, as far as the code. */
export async function changeAddress(page, signet, person) {
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/security"));
  await field(page, "email").fill(elsewhere(person));
  await page.getByRole("button", { name: "Change address" }).click();
  await expect(field(page, "code")).toBeVisible();
}

/** The page on which the person decides about the app. */
export async function atConsent(page, app, person) {
  await page.goto(app.begin({ scope: "openid profile email offline_access" }).url);
  await signIn(page, person);
  await expect(decision(page, "allow")).toBeVisible();
}

/** The app was allowed what it asked for. */
export async function allowed(page, app, person) {
  await atConsent(page, app, person);
  await decide(page, "allow");
  await page.waitForURL((url) => url.href.startsWith(app.redirectUri));
}

/** The page that asks for the second factor. */
export async function toTheCode(page, signet, person) {
  await openAccount(page, signet, person);
  await enrol(page, signet);
  await page.goto(signet.url("/account"));
  await signOut(page);
  await page.goto(signet.url("/account"));
  await signIn(page, person);
  await heading(page, "Enter your code");
}

/** The same person in another browser, and then here. */
export async function twoSessions(page, signet, person) {
  const other = await page.context().browser().newContext();
  const there = await other.newPage();
  await openAccount(there, signet, person);
  await other.close();
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/sessions"));
  await heading(page, "Sessions");
}

/** The account is left. */
export async function leaveAccount(page, signet, person) {
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/privacy"));
  await page.getByRole("link", { name: "Delete my account" }).click();
  await page.getByRole("button", { name: "Delete account" }).click();
  await heading(page, "Your account is deleted");
}
