// Every page of the product in every state worth looking at, each reached the way a person reaches it.

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "@playwright/test";

import { Authenticator, told } from "./authenticator.js";
import { Device } from "./device.js";
import { somebody } from "./fixtures.js";
import { RelyingParty } from "./relying-party.js";
import { Signet, freePort } from "./signet.js";
import { backIn, decide, decision, enterCode, field, identify, openAccount, prove, settled, signIn, signOut, signUp } from "./steps.js";
import { Authenticator as App, enrol } from "./totp.js";

const TWO_FACTORS = "urn:signet:acr:2";
const INSISTED = JSON.stringify({ id_token: { acr: { essential: true, value: TWO_FACTORS } } });

const heading = (page, name) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

async function mailed(page, signet) {
  const person = somebody();
  await page.goto(signet.url("/sign-up"));
  await signUp(page, person);
  await heading(page, "Check your email");
  return signet.mail(person.email);
}

async function resetLink(page, signet, person) {
  await page.goto(signet.url("/forgot-password"));
  await field(page, "identifier").fill(person.email);
  await page.getByRole("button", { name: "Send link" }).click();
  await heading(page, "Check your email");
  const { links } = await signet.mail(person.email);
  return links.find((link) => new URL(link).pathname === "/reset-password");
}

async function askForCode(page, signet, person) {
  await page.goto(signet.url("/login"));
  await identify(page, person.email);
  await page.getByRole("button", { name: "Email me a code" }).click();
  await heading(page, "Check your email");
}

async function mailedLink(page, signet, person) {
  await askForCode(page, signet, person);
  const { links } = await signet.mail(person.email);
  return links.find((link) => new URL(link).pathname === "/login/code");
}

const TERMS = {
  SIGNET_TERMS_URL: "https://example.com/terms",
  SIGNET_TERMS_VERSION: "2026-11",
  SIGNET_PRIVACY_URL: "https://example.com/privacy",
};

/** The form as it comes back to whoever has no script: the ticket it carries is one that nobody worked for. */
async function waitToSignUp(page, signet) {
  const { email, name, password } = somebody();
  for (let times = 0; times < 2; times += 1) {
    await page.request.post(signet.url("/sign-up"), { form: { email, name, new_password: password } });
  }
  await page.goto(signet.url("/sign-up"));
  await field(page, "email").fill(email);
  await field(page, "new_password").fill(password);
  await page.locator('form[action="/sign-up"]').evaluate((form) => {
    form.querySelector('[name="work_answer"]').value = "";
    form.submit();
  });
  await expect(page.getByRole("alert")).toContainText("Many requests came from your network.");
}

const elsewhere = ({ email }) => email.replace("@example.com", "@elsewhere.example");

async function changeAddress(page, signet, person) {
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/security"));
  await field(page, "email").fill(elsewhere(person));
  await page.getByRole("button", { name: "Change address" }).click();
  await expect(field(page, "code")).toBeVisible();
}

async function atConsent(page, app, person) {
  await page.goto(app.begin({ scope: "openid profile email offline_access" }).url);
  await signIn(page, person);
  await expect(decision(page, "allow")).toBeVisible();
}

async function allowed(page, app, person) {
  await atConsent(page, app, person);
  await decide(page, "allow");
  await page.waitForURL((url) => url.href.startsWith(app.redirectUri));
}

async function playground(page, signet, person) {
  await page.goto(signet.url("/playground"));
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await signIn(page, person);
  await decide(page, "allow");
  await heading(page, "Playground");
}

const signingIn = {
  login: ({ page, signet }) => page.goto(signet.url("/login")),
  "login-for-app": ({ page, app }) => page.goto(app.begin().url),
  "login-password": async ({ page, signet, person }) => {
    await page.goto(signet.url("/login"));
    await identify(page, person.email);
    await expect(field(page, "password")).toBeVisible();
  },
  "login-wrong-password": async ({ page, app, person }) => {
    await page.goto(app.begin().url);
    await identify(page, person.email);
    await prove(page, "not the password at all");
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "login-code": async ({ page, signet, person }) => {
    await askForCode(page, signet, person);
  },
  "login-code-error": async ({ page, signet, person }) => {
    await askForCode(page, signet, person);
    await enterCode(page, "12");
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "login-code-link": async ({ page, signet, person }) => {
    await page.goto(await mailedLink(page, signet, person));
    await heading(page, "Sign in here?");
  },
  "login-code-link-elsewhere": async ({ page, signet, person }) => {
    const link = await mailedLink(page, signet, person);
    await page.context().clearCookies();
    await page.goto(link);
    await heading(page, "Sign in here?");
  },
  "login-choose-signed-out": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await signOut(page);
    await page.goto(signet.url("/login"));
    await page.getByRole("link", { name: "Choose an account used here" }).click();
    await heading(page, "Choose an account");
  },
  "account-address-code": async ({ page, signet, person }) => {
    await changeAddress(page, signet, person);
  },
  "restore-email": async ({ page, signet, person }) => {
    await changeAddress(page, signet, person);
    const { codes } = await signet.mail(elsewhere(person));
    await enterCode(page, codes[0]);
    await expect(page.getByRole("status")).toContainText("Your email address is changed.");
    const { links } = await signet.mail(person.email);
    await page.goto(links.find((link) => new URL(link).pathname === "/restore-email"));
    await heading(page, "Bring your address back");
  },
  "login-choose-account": async ({ page, signet, app, person }) => {
    await openAccount(page, signet, person);
    await page.goto(app.begin({ prompt: "select_account" }).url);
    await heading(page, "Choose an account");
  },
  "sign-up": ({ page, signet }) => page.goto(signet.url("/sign-up")),
  "sign-up-strength": async ({ page, signet }) => {
    await page.goto(signet.url("/sign-up"));
    await settled(page);
    await field(page, "new_password").fill("correct horse battery");
    await expect(page.locator(".strength")).toContainText("Excellent.");
  },
  "sign-up-error": async ({ page, signet }) => {
    await page.goto(signet.url("/sign-up"));
    await signUp(page, { ...somebody(), password: "too short" });
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "sign-up-terms": async ({ page, serve }) => {
    await page.goto((await serve(TERMS)).url("/sign-up"));
    await expect(page.getByRole("checkbox")).toBeVisible();
  },
  "sign-up-wait": async ({ page, serve }) => {
    await waitToSignUp(page, await serve({ SIGNET_WORK_AFTER: "1" }));
  },
  terms: async ({ page, serve }) => {
    const signet = await serve(TERMS);
    const person = await signet.createUser(somebody());
    await page.goto(signet.url("/account"));
    await signIn(page, person);
    await heading(page, "Agree to the terms to go on");
  },
  "verify-email": ({ page, signet }) => mailed(page, signet),
  "verify-email-error": async ({ page, signet }) => {
    await mailed(page, signet);
    await enterCode(page, "12");
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "verify-email-resent": async ({ page, signet }) => {
    await mailed(page, signet);
    await page.getByRole("button", { name: "Send a new code" }).click();
    await expect(page.getByText("We sent a new code.")).toBeVisible();
  },
  "verify-email-link": async ({ page, signet }) => {
    const { links } = await mailed(page, signet);
    await page.goto(links[0]);
    await heading(page, "Confirm this email address?");
  },
  "verify-email-link-elsewhere": async ({ page, signet }) => {
    const { links } = await mailed(page, signet);
    await page.context().clearCookies();
    await page.goto(links[0]);
    await page.getByText("Not sure who chose the password?").click();
    await expect(field(page, "new_password")).toBeVisible();
  },
};

const recovering = {
  "forgot-password": ({ page, signet }) => page.goto(signet.url("/forgot-password")),
  "forgot-password-sent": ({ page, signet, person }) => resetLink(page, signet, person),
  "reset-password": async ({ page, signet, person }) => {
    await page.goto(await resetLink(page, signet, person));
    await heading(page, "Choose a new password");
  },
  "reset-password-error": async ({ page, signet, person }) => {
    await page.goto(await resetLink(page, signet, person));
    await field(page, "new_password").fill("too short");
    await page.getByRole("button", { name: "Save password" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
  },
};

/** The page that tells an app in a frame; gives the app's origin, which the page does ask. */
async function tellingApps(page, signet, person) {
  const app = await RelyingParty.start({ host: "localhost" });
  page.once("close", () => app.stop());
  app.page("/front", "<!doctype html><html lang=en><title>Heard</title><p>Signed out.</p></html>");
  const { redirectUri, origin } = app;
  const addresses = { redirectUri, frontchannelLogoutUri: `${origin}/front` };
  const client = await signet.createClient({ name: "Harbour Notes", type: "confidential", ...addresses });
  await app.connect(signet.issuer, client);
  const flow = app.begin();
  await page.goto(flow.url);
  await signIn(page, person);
  await decide(page, "allow");
  const { tokens } = await app.finish(flow, await backIn(app, page));
  await page.goto(`${app.metadata.end_session_endpoint}?${new URLSearchParams({ id_token_hint: tokens.id_token })}`);
  await heading(page, "You are signed out");
  await expect(page.frameLocator("iframe").getByText("Signed out.")).toBeAttached();
  return [origin];
}

/**
 * An app that registered itself asks for something that is wrong: the page before going back to it. Gives the origin of
 * the provider that lets apps register themselves.
 */
async function leaving(page, signet) {
  const open = await Signet.start({ SIGNET_REGISTRATION: "open" });
  page.once("close", () => open.stop());
  const redirect_uri = "https://app.example.com/callback";
  const registered = await fetch(open.url("/register"), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ client_name: "Harbour Notes", redirect_uris: [redirect_uri] }),
  });
  const { client_id } = await registered.json();
  const parameters = new URLSearchParams({ client_id, redirect_uri, response_type: "token", state: "s" });
  await page.goto(`${open.url("/authorize")}?${parameters}`);
  return [open.issuer];
}

/** A picture as an operator has one: 48 pixels of one colour each way, in the Portable Network Graphics format. */
export async function logoFile(page) {
  const path = join(await mkdtemp(join(tmpdir(), "signet-logo-")), "logo.png");
  await page.setContent("<style>body{margin:0;background:#7a0019}</style>");
  await page.screenshot({ path, clip: { x: 0, y: 0, width: 48, height: 48 } });
  return path;
}

/** The consent page of an app with a look of its own; gives the app, which is stopped with the page. */
export async function themedConsent(page, signet, person) {
  const app = await RelyingParty.start();
  page.once("close", () => app.stop());
  const { redirectUri } = app;
  const client = await signet.createClient({ name: "Crimson Ledger", type: "confidential", redirectUri });
  const look = ["--theme-accent", "#7a0019", "--theme-radius", "2", "--theme-logo", await logoFile(page)];
  await signet.cli(["client", "update", client.client_id, ...look]);
  await app.connect(signet.issuer, client);
  await atConsent(page, app, person);
  return app;
}

const deciding = {
  leaving: ({ page, signet }) => leaving(page, signet),
  consent: ({ page, app, person }) => atConsent(page, app, person),
  "consent-minimal": async ({ page, app, person }) => {
    await page.goto(app.begin({ scope: "openid" }).url);
    await signIn(page, person);
    await expect(decision(page, "allow")).toBeVisible();
  },
  "consent-more": async ({ page, app, person }) => {
    await page.goto(app.begin({ scope: "openid profile" }).url);
    await signIn(page, person);
    await page.getByLabel("For 30 days").check();
    await decide(page, "allow");
    await page.waitForURL((url) => url.href.startsWith(app.redirectUri));
    await page.goto(app.begin({ scope: "openid profile email offline_access" }).url);
    await expect(page.getByRole("heading", { name: /^You allowed/ })).toBeVisible();
  },
  "consent-error": async ({ page, app, person }) => {
    await atConsent(page, app, person);
    await page.locator('form[action="/consent"]').evaluate((form) => form.submit());
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "login-themed": async ({ page, serve }) => {
    const signet = await serve({ SIGNET_THEME_NAME: "Acme", SIGNET_THEME_ACCENT: "#7a0019", SIGNET_THEME_RADIUS: "0" });
    await page.goto(signet.url("/login"));
    await expect(page.getByRole("link", { name: "Acme" })).toBeVisible();
  },
  "consent-themed": async ({ page, signet, person }) => {
    await themedConsent(page, signet, person);
  },
  logout: async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/logout"));
    await heading(page, "Sign out?");
  },
  "signed-out": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await signOut(page);
  },
  "signed-out-frames": ({ page, signet, person }) => tellingApps(page, signet, person),
};

async function atDevice(page, signet, person) {
  const device = await Device.start(signet, { scope: "openid profile email offline_access" });
  await page.goto(device.codes.verification_uri_complete);
  await page.getByRole("button", { name: "Continue" }).click();
  await signIn(page, person);
  await expect(decision(page, "allow")).toBeVisible();
}

const connecting = {
  device: ({ page, signet }) => page.goto(signet.url("/device")),
  "device-error": async ({ page, signet }) => {
    await page.goto(signet.url("/device"));
    await enterCode(page, "nonsense");
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "device-confirm": ({ page, signet, person }) => atDevice(page, signet, person),
  "device-allowed": async ({ page, signet, person }) => {
    await atDevice(page, signet, person);
    await decide(page, "allow");
    await heading(page, "Go back to your device");
  },
  "device-denied": async ({ page, signet, person }) => {
    await atDevice(page, signet, person);
    await decide(page, "deny");
    await heading(page, "The device was denied");
  },
};

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

async function toTheCode(page, signet, person) {
  await openAccount(page, signet, person);
  await enrol(page, signet);
  await page.goto(signet.url("/account"));
  await signOut(page);
  await page.goto(signet.url("/account"));
  await signIn(page, person);
  await heading(page, "Enter your code");
}

/** The same person in another browser, and then here. */
async function twoSessions(page, signet, person) {
  const other = await page.context().browser().newContext();
  const there = await other.newPage();
  await openAccount(there, signet, person);
  await other.close();
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/sessions"));
  await heading(page, "Sessions");
}

export async function leaveAccount(page, signet, person) {
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/privacy"));
  await page.getByRole("link", { name: "Delete my account" }).click();
  await page.getByRole("button", { name: "Delete account" }).click();
  await heading(page, "Your account is deleted");
}

const account = {
  account: ({ page, signet, person }) => openAccount(page, signet, person),
  "account-error": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await field(page, "name").fill("A".repeat(101));
    await page.getByRole("button", { name: "Save profile" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "account-saved": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.getByRole("button", { name: "Save profile" }).click();
    await expect(page.getByRole("status")).toBeVisible();
  },
  "account-security": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/security"));
    await heading(page, "Security");
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
  "login-at-ip-address": async ({ page, serve }) => {
    const address = `127.0.0.1:${await freePort()}`;
    const signet = await serve({ SIGNET_ISSUER: `http://${address}`, SIGNET_LISTEN: address });
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
  "account-details": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await field(page, "given_name").fill("Ada <b>\"Countess\"</b>");
    await field(page, "street_address").fill("12 St James Square");
    await page.getByRole("button", { name: "Save details" }).click();
    await expect(page.getByRole("status")).toBeVisible();
    await expect(field(page, "given_name")).toHaveValue("Ada <b>\"Countess\"</b>");
  },
  "account-details-error": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await field(page, "phone_number").fill("020 7946 0000");
    await page.getByRole("button", { name: "Save details" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await expect(field(page, "phone_number")).toHaveAttribute("aria-invalid", "true");
  },
  "account-sessions": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/sessions"));
    await heading(page, "Sessions");
  },
  "account-sessions-two": async ({ page, signet, person }) => {
    await twoSessions(page, signet, person);
  },
  "account-reported": async ({ page, signet, person }) => {
    await twoSessions(page, signet, person);
    await page.getByRole("button", { name: "Not me" }).click();
    await expect(page.getByText("Set a new password now")).toBeVisible();
  },
  "account-activity": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/activity"));
    await heading(page, "Activity");
  },
  "account-activity-none": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/activity?topic=address&since=2001-01-01&until=2001-01-02"));
    await expect(page.getByText("Nothing of this kind happened then.")).toBeVisible();
  },
  "account-privacy": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/privacy"));
    await heading(page, "Privacy");
  },
  "account-privacy-sure": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/privacy?leave=1"));
    await expect(page.getByRole("heading", { level: 2, name: "Delete your account?" })).toBeVisible();
  },
  "restore-account-left": async ({ page, signet, person }) => {
    await leaveAccount(page, signet, person);
  },
  "restore-account": async ({ page, signet, person }) => {
    await leaveAccount(page, signet, person);
    await page.goto(signet.url("/login"));
    await signIn(page, person);
    await heading(page, "Restore your account?");
  },
  "account-apps-narrow": async ({ page, signet, app, person }) => {
    await allowed(page, app, person);
    await page.goto(signet.url("/account/apps"));
    await page.getByText("Change what it may do").click();
    await expect(page.getByRole("button", { name: "Save" })).toBeVisible();
  },
  "account-linked": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/linked"));
    await heading(page, "Linked accounts");
  },
  "account-apps": async ({ page, signet, app, person }) => {
    await allowed(page, app, person);
    await page.goto(signet.url("/account/apps"));
    await heading(page, "Connected apps");
  },
  "account-apps-empty": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/apps"));
    await heading(page, "Connected apps");
  },
};

const tools = {
  setup: ({ page, signet }) => page.goto(signet.setupUrl),
  "setup-error": async ({ page, signet }) => {
    await page.goto(signet.setupUrl);
    await field(page, "email").fill("admin@example.com");
    await field(page, "new_password").fill("too short");
    await page.getByRole("button", { name: "Create administrator" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "theme-preview": async ({ page, signet }) => {
    await page.goto(signet.url("/playground/theme?accent=%237a0019&radius=2"));
    await expect(page.locator(".button--primary")).toBeVisible();
  },
  "theme-preview-error": async ({ page, signet }) => {
    await page.goto(signet.url("/playground/theme?accent=%23ffcc00"));
    await expect(page.getByRole("alert")).toContainText("1.51:1");
  },
  playground: ({ page, signet }) => page.goto(signet.url("/playground")),
  "playground-done": ({ page, signet, person }) => playground(page, signet, person),
  mailbox: async ({ page, signet }) => {
    await mailed(page, signet);
    await page.goto(signet.url("/dev/mailbox"));
    await heading(page, "Mailbox");
  },
  "mailbox-mail": async ({ page, signet }) => {
    const { subject } = await mailed(page, signet);
    await page.goto(signet.url("/dev/mailbox"));
    await page.getByRole("link", { name: subject }).first().click();
    await heading(page, subject);
  },
};

const refusals = {
  "not-found": ({ page, signet }) => page.goto(signet.url("/no-such-page")),
  expired: ({ page, signet }) => page.goto(signet.url("/login?interaction=nonsense")),
  "link-refused": ({ page, signet }) => page.goto(signet.url("/verify-email?token=nonsense")),
  "app-refused": ({ page, signet }) => page.goto(signet.url("/authorize?client_id=nobody&response_type=code")),
  forbidden: async ({ page, signet, app }) => {
    app.page("/forged", `<!doctype html><title>Prize</title><form method="post" action="${signet.url("/sign-up")}"><button>Win</button></form>`);
    await page.goto(`${app.origin}/forged`);
    await page.getByRole("button", { name: "Win" }).click();
    await heading(page, "This request was not accepted");
  },
};

/** Name and way of every page. */
export const tour = Object.entries({ ...signingIn, ...recovering, ...deciding, ...connecting, ...account, ...tools, ...refusals });
