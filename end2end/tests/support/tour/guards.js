// What guards an account: the page that has it, and the ways on which it is asked for.

import { expect } from "@playwright/test";

import { Authenticator, told } from "../authenticator.js";
import { Signet, freePort } from "../signet.js";
import { enterCode, field, openAccount, prove, send, settled, signIn, signOut } from "../steps.js";
import { Authenticator as App, enrol } from "../totp.js";
import { changeAddress, heading, toTheCode } from "./ways.js";

const TWO_FACTORS = "urn:signet:acr:2";
const INSISTED = JSON.stringify({ id_token: { acr: { essential: true, value: TWO_FACTORS } } });

/** A server where no passkey can be: its host has no name. */
async function atIpAddress() {
  const address = `127.0.0.1:${await freePort()}`;
  return Signet.start({ SIGNET_ISSUER: `http://${address}`, SIGNET_LISTEN: address });
}

async function withPasskey(page, signet, person) {
  await openAccount(page, signet, person);
  // Whoever signs in where there is one is offered a passkey first.
  const authenticator = await Authenticator.of(page);
  await page.goto(signet.url("/account/security"));
  await page.getByRole("button", { name: "Create a passkey" }).click();
  await expect(page.getByText("The passkey is created.")).toBeVisible();
  // Autofill would sign in at once.
  await authenticator.touches(false);
  return authenticator;
}

/** Somebody comes back to where they last signed in with a passkey. */
async function cameByPasskey(page, signet, person) {
  const authenticator = await withPasskey(page, signet, person);
  await page.goto(signet.url("/account"));
  await signOut(page);
  await page.goto(signet.url("/login"));
  await settled(page);
  await authenticator.touches(true);
  await page.getByRole("button", { name: "Use a passkey" }).click();
  await heading(page, "Profile");
  await authenticator.touches(false);
  await signOut(page);
  await page.goto(signet.url("/login"));
  await expect(page.getByRole("button", { name: "Use a passkey Last used" })).toBeVisible();
}

/** A browser whose device makes passkeys signs in by password. */
async function toThePasskeyOffer(page, signet, person) {
  await Authenticator.of(page);
  await page.goto(signet.url("/account"));
  await told(page);
  await signIn(page, person);
  await heading(page, "Sign in faster next time");
}

async function askedForTwo(page, app, person, ask = { claims: INSISTED }) {
  await page.goto(app.begin(ask).url);
  await signIn(page, person);
  await heading(page, "Prove it in a second way");
}

async function enrolOnTheWay(page) {
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  const app = new App(await page.locator(".enrol__key code").innerText());
  await enterCode(page, await app.next());
  await heading(page, "Keep your recovery codes");
}

/** The page of what guards the account. */
async function atSecurity(page, signet, person) {
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/security"));
  await heading(page, "Security");
  await settled(page);
}

/** Whoever has a second factor since a moment ago proves both before what guards the account is removed. */
async function toTheProof(page, signet, person) {
  await openAccount(page, signet, person);
  await enrol(page, signet);
  await page.goto(signet.url("/account/security"));
  await page.getByRole("button", { name: "Remove authenticator app" }).or(page.locator('form:has([value="authenticator-remove"]) button')).first().click();
  await expect(field(page, "identifier")).toBeVisible();
}

/** What guards the account. */
export const guards = {
  "account-security": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/security"));
    await heading(page, "Security");
  },
  "account-password-error": async ({ page, signet, person }) => {
    await atSecurity(page, signet, person);
    await field(page, "new_password").fill("too short");
    await send(page, "new_password");
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "account-password-saved": async ({ page, signet, person }) => {
    await atSecurity(page, signet, person);
    await field(page, "new_password").fill(`${person.password} anew`);
    await send(page, "new_password");
    await expect(page.getByRole("status").first()).toContainText("password");
  },
  "account-address-error": async ({ page, signet, person }) => {
    await atSecurity(page, signet, person);
    await field(page, "email").fill(person.email);
    await send(page, "email");
    await expect(page.getByRole("alert")).toContainText("This is the address of your account already.");
  },
  "account-address-code-error": async ({ page, signet, person }) => {
    await changeAddress(page, signet, person);
    await settled(page);
    await enterCode(page, "12");
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "account-authenticator-error": async ({ page, signet, person }) => {
    await atSecurity(page, signet, person);
    await page.getByRole("button", { name: "Set up authenticator app" }).click();
    await enterCode(page, "000000");
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "account-prove": ({ page, signet, person }) => toTheProof(page, signet, person),
  "account-prove-error": async ({ page, signet, person }) => {
    await toTheProof(page, signet, person);
    await send(page, "identifier");
    await settled(page);
    await prove(page, "not the password at all");
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "account-security-full": async ({ page, signet, person }) => {
    await withPasskey(page, signet, person);
    const { app } = await enrol(page, signet);
    await page.goto(signet.url("/account"));
    await signOut(page);
    await page.goto(signet.url("/account"));
    await signIn(page, person);
    await page.getByRole("checkbox").check();
    await enterCode(page, await app.next());
    await heading(page, "Profile");
    await page.goto(signet.url("/account/security"));
    await heading(page, "Security");
  },
  "login-passkey-last-used": ({ page, signet, person }) => cameByPasskey(page, signet, person),
  "login-at-ip-address": async ({ page, standing }) => {
    const signet = await standing("at an IP address", atIpAddress);
    await page.goto(signet.url("/login"));
  },
  "passkey-offer": ({ page, signet, person }) => toThePasskeyOffer(page, signet, person),
  "enrolment-insisted": ({ page, app, person }) => askedForTwo(page, app, person),
  "enrolment-voluntary": ({ page, app, person }) => askedForTwo(page, app, person, { acr_values: TWO_FACTORS }),
  "enrolment-authenticator-error": async ({ page, app, person }) => {
    await askedForTwo(page, app, person);
    await page.getByRole("button", { name: "Set up authenticator app" }).click();
    await enterCode(page, "000000");
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "enrolment-codes": async ({ page, app, person }) => {
    await askedForTwo(page, app, person);
    await enrolOnTheWay(page);
  },
  "account-authenticator": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/security"));
    await page.getByRole("button", { name: "Set up authenticator app" }).click();
    await expect(page.getByRole("img", { name: "QR code with the key below" })).toBeVisible();
  },
  "account-recovery-codes": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await enrol(page, signet);
  },
  "second-factor": ({ page, signet, person }) => toTheCode(page, signet, person),
  "second-factor-error": async ({ page, signet, person }) => {
    await toTheCode(page, signet, person);
    await enterCode(page, "000000");
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "second-factor-recovery-error": async ({ page, signet, person }) => {
    await toTheCode(page, signet, person);
    await page.getByRole("link", { name: "Use a recovery code" }).click();
    await enterCode(page, "nonsense");
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "second-factor-recovery": async ({ page, signet, person }) => {
    await toTheCode(page, signet, person);
    await page.getByRole("link", { name: "Use a recovery code" }).click();
    await expect(field(page, "code")).toBeVisible();
  },
  "account-address-code": async ({ page, signet, person }) => {
    await changeAddress(page, signet, person);
  },
};
