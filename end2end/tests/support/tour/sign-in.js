// Signing up, signing in, and getting back in.

import { expect } from "@playwright/test";

import { somebody } from "../fixtures.js";
import { Signet } from "../signet.js";
import { enterCode, field, identify, openAccount, prove, settled, signIn, signOut, signUp } from "../steps.js";
import { askForCode, changeAddress, elsewhere, heading, leaveAccount, mailed, mailedLink, resetLink } from "./ways.js";

const TERMS = {
  SIGNET_TERMS_URL: "https://example.com/terms",
  SIGNET_TERMS_VERSION: "2026-11",
  SIGNET_PRIVACY_URL: "https://example.com/privacy",
};

const withTerms = (standing) => standing("terms", () => Signet.start(TERMS));

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

/** Signing in. */
export const signingIn = {
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
  "login-busy-error": async ({ page, signet, person }) => {
    await page.goto(signet.url("/login"));
    const interaction = new URL(page.url()).searchParams.get("interaction");
    const form = { interaction, identifier: person.email, password: "not the password at all" };
    for (let status = 0; status !== 429; ) status = (await page.request.post(signet.url("/login"), { form })).status();
    await identify(page, person.email);
    await settled(page);
    await prove(page, person.password);
    await expect(page.getByRole("alert")).toContainText("Too many attempts.");
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
  "login-choose-account": async ({ page, signet, app, person }) => {
    await openAccount(page, signet, person);
    await page.goto(app.begin({ prompt: "select_account" }).url);
    await heading(page, "Choose an account");
  },
};

/** Signing up. */
export const signingUp = {
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
  "sign-up-terms": async ({ page, standing }) => {
    await page.goto((await withTerms(standing)).url("/sign-up"));
    await expect(page.getByRole("checkbox")).toBeVisible();
  },
  "sign-up-wait": async ({ page, standing }) => {
    await waitToSignUp(page, await standing("work", () => Signet.start({ SIGNET_WORK_AFTER: "1" })));
  },
  terms: async ({ page, standing }) => {
    const signet = await withTerms(standing);
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

/** Getting back in. */
export const recovering = {
  "forgot-password": ({ page, signet }) => page.goto(signet.url("/forgot-password")),
  "forgot-password-error": async ({ page, signet }) => {
    await page.goto(signet.url("/forgot-password"));
    await settled(page);
    await field(page, "identifier").fill(" ");
    await page.getByRole("button", { name: "Send link" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
  },
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
  "restore-email": async ({ page, signet, person }) => {
    await changeAddress(page, signet, person);
    const { codes } = await signet.mail(elsewhere(person));
    await enterCode(page, codes[0]);
    await expect(page.getByRole("status")).toContainText("Your email address is changed.");
    const { links } = await signet.mail(person.email);
    await page.goto(links.find((link) => new URL(link).pathname === "/restore-email"));
    await heading(page, "Bring your address back");
  },
  "restore-account-left": async ({ page, signet, person }) => {
    await leaveAccount(page, signet, person);
  },
  "restore-account-used": async ({ page, signet, person }) => {
    await leaveAccount(page, signet, person);
    const { links } = await signet.mail(person.email);
    const link = links.find((link) => new URL(link).pathname === "/restore-account");
    await page.goto(link);
    await page.getByRole("button", { name: "Restore account" }).click();
    await expect(page.getByText("Your account is restored.")).toBeVisible();
    await page.goto(link);
    await heading(page, "This link doesn't work any more");
  },
  "restore-account": async ({ page, signet, person }) => {
    await leaveAccount(page, signet, person);
    await page.goto(signet.url("/login"));
    await signIn(page, person);
    await heading(page, "Restore your account?");
  },
};
