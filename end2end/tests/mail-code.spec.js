// Signing in by mail, changing the address, and choosing among the accounts of a browser: with and without script.

import { Authenticator, offer, told } from "./support/authenticator.js";
import { expect, somebody, test } from "./support/fixtures.js";
import { backIn, decide, enterCode, errorOf, expectRefused, field, identify, openAccount, send, signIn, signOut } from "./support/steps.js";

const profile = (page) => expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
const linkOf = ({ links }, path) => links.find((link) => new URL(link).pathname === path);

/** Asks for a code from the step where the password is asked for. */
async function askForCode(page, email) {
  await identify(page, email);
  await expect(field(page, "password")).toBeVisible();
  await page.getByRole("button", { name: "Email me a code" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Check your email" })).toBeVisible();
}

async function secondBrowser(browser, { project }) {
  const { javaScriptEnabled } = project.use;
  const context = await browser.newContext({ javaScriptEnabled });
  return { context, page: await context.newPage() };
}

test("the mailed code signs in to the app that waits", async ({ page, signet, app, person }) => {
  const flow = app.begin();
  await page.goto(flow.url);
  await askForCode(page, person.email);
  await expect(page.locator("main")).toContainText("a***@example.com");
  const { codes, subject, text, html } = await signet.mail(person.email);
  expect(subject).toContain(codes[0]);
  for (const part of [text, html]) {
    expect(part).toContain(codes[0]);
    expect(part).toContain("Sign in");
    expect(part).not.toContain(person.name);
  }
  await enterCode(page, codes[0]);
  await decide(page, "allow");
  const { claims } = await app.finish(flow, await backIn(app, page));
  expect(claims.email).toBe(person.email);
  expect(claims.amr).toEqual(["otp"]);
});

for (const by of ["code", "link"]) {
  test(`after the mailed ${by} a passkey is offered where the device makes them @script`, async ({ page, signet, person }) => {
    await Authenticator.of(page);
    await page.goto(signet.url("/login"));
    await told(page);
    await askForCode(page, person.email);
    const mail = await signet.mail(person.email);
    if (by === "code") {
      await enterCode(page, mail.codes[0]);
    } else {
      await page.goto(linkOf(mail, "/login/code"));
      await page.getByRole("button", { name: "Sign in" }).click();
    }
    await expect(offer(page)).toBeVisible();
    await page.getByRole("button", { name: "Not now" }).click();
    await profile(page);
    await signOut(page);
    await openAccount(page, signet, person);
  });
}

test("somebody without an account reads the same page", async ({ page, signet }) => {
  const nobody = somebody();
  await page.goto(signet.url("/login"));
  await askForCode(page, nobody.email);
  await expect(page.locator("main")).toContainText("If an account exists for a***@example.com, we sent a code.");
  await enterCode(page, "000000");
  await expect(await errorOf(page, "code")).toContainText("That code doesn't work.");
  expect(await signet.mails(nobody.email)).toEqual([]);
});

test("a new code takes the place of the one before", async ({ page, signet, person }) => {
  await page.goto(signet.url("/login"));
  await askForCode(page, person.email);
  const first = await signet.mail(person.email);
  await page.getByRole("button", { name: "Send a new code" }).click();
  await expect(page.getByRole("status")).toHaveText("We sent a new code. The old one no longer works.");
  const second = await signet.mail(person.email, 2);
  if (first.codes[0] !== second.codes[0]) {
    await enterCode(page, first.codes[0]);
    await expect(await errorOf(page, "code")).toContainText("That code doesn't work.");
  }
  await enterCode(page, second.codes[0]);
  await profile(page);
});

test("a mail scanner that follows the link signs nobody in, the button does", async ({ page, signet, person }) => {
  await page.goto(signet.url("/login"));
  await askForCode(page, person.email);
  const link = linkOf(await signet.mail(person.email), "/login/code");
  for (const method of ["GET", "HEAD", "GET"]) expect((await fetch(link, { method })).status).toBe(200);
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "Sign in here?" })).toBeVisible();
  await expect(page.getByText("another browser")).toHaveCount(0);
  await page.getByRole("button", { name: "Sign in" }).click();
  await profile(page);
  expectRefused((await page.goto(link)).status());
  await page.getByRole("link", { name: "Go to sign in" }).click();
  await expect(page.locator("main")).not.toContainText("doesn't work");
});

test("in another browser the link says so, and signs in there and nowhere else", async ({ page, signet, person, browser }, testInfo) => {
  await page.goto(signet.url("/login"));
  await askForCode(page, person.email);
  const link = linkOf(await signet.mail(person.email), "/login/code");
  const phone = await secondBrowser(browser, testInfo);
  await phone.page.goto(link);
  await expect(phone.page.getByText("This was asked for in another browser.")).toBeVisible();
  await expect(phone.page.getByText(person.email)).toBeVisible();
  await phone.page.getByRole("button", { name: "Sign in here" }).click();
  await profile(phone.page);
  await page.goto(signet.url("/account"));
  await expect(field(page, "identifier")).toBeVisible();
  await phone.context.close();
});

test("whoever forgot the password is back in by mail and sets a new one", async ({ page, signet, person, browser }, testInfo) => {
  await page.goto(signet.url("/login"));
  await askForCode(page, person.email);
  const { codes } = await signet.mail(person.email);
  await enterCode(page, codes[0]);
  await profile(page);
  await page.goto(signet.url("/account/security"));
  const renewed = { ...person, password: `${person.password} renewed` };
  await field(page, "new_password").fill(renewed.password);
  await send(page, "new_password");
  await expect(page.getByText("Your new password is saved.")).toBeVisible();
  const { subject } = await signet.mail(person.email, 2);
  expect(subject).toContain("was changed");
  await page.goto(signet.url("/account"));
  await profile(page);
  const other = await secondBrowser(browser, testInfo);
  await other.page.goto(signet.url("/account"));
  await signIn(other.page, renewed);
  await profile(other.page);
  await other.context.close();
});

test("a reset link opened in another browser says so before it sets a password", async ({ page, signet, person, browser }, testInfo) => {
  await page.goto(signet.url("/forgot-password"));
  await field(page, "identifier").fill(person.email);
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  const link = linkOf(await signet.mail(person.email), "/reset-password");
  await page.goto(link);
  await expect(page.getByText("asked for in another browser")).toHaveCount(0);
  const phone = await secondBrowser(browser, testInfo);
  await phone.page.goto(link);
  await expect(phone.page.getByText("This link was asked for in another browser.")).toBeVisible();
  const renewed = { ...person, password: `${person.password} renewed` };
  await field(phone.page, "new_password").fill(renewed.password);
  await send(phone.page, "new_password");
  await signIn(phone.page, renewed);
  await profile(phone.page);
  await phone.context.close();
});

test("an address changes by the code mailed to it, and the old one brings itself back", async ({ page, signet, person, browser }, testInfo) => {
  const moved = { ...person, email: person.email.replace("@example.com", "@elsewhere.example") };
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/security"));
  await field(page, "email").fill(person.email);
  await send(page, "email");
  await expect(await errorOf(page, "email")).toHaveText("This is the address of your account already.");
  await field(page, "email").fill(moved.email);
  await send(page, "email");
  await expect(page.getByText("Type its code here; until then nothing changes.")).toBeVisible();
  const { codes, text } = await signet.mail(moved.email);
  expect(text).toContain("Use this address for your account");
  await enterCode(page, codes[0]);
  await expect(page.getByRole("status")).toContainText("Your email address is changed.");
  await expect(page.getByText(moved.email).first()).toBeVisible();
  const told = await signet.mail(person.email);
  for (const part of [told.text, told.html]) {
    expect(part).toContain("72 hours");
    expect(part).not.toContain(moved.email);
  }
  const owner = await secondBrowser(browser, testInfo);
  await owner.page.goto(linkOf(told, "/restore-email"));
  await expect(owner.page.getByText(person.email)).toBeVisible();
  const restored = { ...person, password: `${person.password} again` };
  await field(owner.page, "new_password").fill(restored.password);
  await send(owner.page, "new_password");
  await expect(owner.page.getByRole("status")).toContainText("Your address is back");
  await signIn(owner.page, restored);
  await profile(owner.page);
  await page.goto(signet.url("/account"));
  await expect(field(page, "identifier")).toBeVisible();
  await owner.context.close();
});

test("an address of somebody else looks the same and tells its owner", async ({ page, signet, person }) => {
  const other = await signet.createUser(somebody());
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/security"));
  await field(page, "email").fill(other.email);
  await send(page, "email");
  await expect(page.getByText("Type its code here; until then nothing changes.")).toBeVisible();
  const { subject, codes } = await signet.mail(other.email);
  expect(subject).toContain("You already have an account");
  expect(codes).toEqual([]);
});

test("a browser offers who was signed in, masked, and forgets on demand", async ({ page, signet, person }) => {
  await openAccount(page, signet, person);
  await signOut(page);
  await page.goto(signet.url("/login"));
  await expect(page.locator("body")).not.toContainText(person.email);
  await page.getByRole("link", { name: "Choose an account used here" }).click();
  await expect(page.locator("body")).not.toContainText(person.email);
  const known = page.getByRole("button", { name: "a***@example.com Signed out" });
  await known.click();
  await field(page, "password").fill(person.password);
  await send(page, "password");
  await profile(page);
  await signOut(page);
  await page.goto(signet.url("/login"));
  await page.getByRole("link", { name: "Choose an account used here" }).click();
  await page.getByRole("button", { name: "Remove a***@example.com" }).click();
  await expect(field(page, "identifier")).toBeVisible();
  await expect(page.getByRole("link", { name: "Choose an account used here" })).toHaveCount(0);
});

test("how somebody last signed in is marked in that browser only", async ({ page, signet, person, browser }, testInfo) => {
  const marked = (where) => where.getByRole("button", { name: "Email me a code Last used" });
  await page.goto(signet.url("/login"));
  await askForCode(page, person.email);
  await enterCode(page, (await signet.mail(person.email)).codes[0]);
  await profile(page);
  await signOut(page);
  await page.goto(signet.url("/login"));
  await identify(page, person.email);
  await expect(marked(page)).toBeVisible();
  const other = await secondBrowser(browser, testInfo);
  await other.page.goto(signet.url("/login"));
  await identify(other.page, person.email);
  await expect(field(other.page, "password")).toBeVisible();
  await expect(marked(other.page)).toHaveCount(0);
  await other.context.close();
});

// Every state in which somebody may come to the sign-in, and the way on from there.
const STATES = {
  "/login/code": 200,
  "/login/code?interaction=nonsense": 410,
  "/login/code?token=nonsense": 403,
  "/login/code?interaction=00000000-0000-7000-8000-000000000000&flow=00000000-0000-7000-8000-000000000000": 410,
  "/restore-email": 403,
  "/restore-email?token=nonsense": 403,
  "/reset-password": 403,
};

for (const [path, status] of Object.entries(STATES)) {
  test(`${path} says what is the matter and leads on`, async ({ page, signet, person }) => {
    expect((await page.goto(signet.url(path))).status()).toBe(status);
    if (status !== 200) await page.locator("main a.button").click();
    await signIn(page, person);
    await profile(page);
  });
}

test("going back from the code, the password still works", async ({ page, signet, person }) => {
  await page.goto(signet.url("/login"));
  await askForCode(page, person.email);
  await page.goBack();
  await field(page, "password").fill(person.password);
  await send(page, "password");
  await profile(page);
});

test("of two tabs one asks for a code and the other signs in", async ({ page, context, signet, person }) => {
  await page.goto(signet.url("/login"));
  await askForCode(page, person.email);
  const other = await context.newPage();
  await openAccount(other, signet, person);
  await enterCode(page, (await signet.mail(person.email)).codes[0]);
  await profile(page);
});

test("a code of one realm is nothing in another", async ({ page, signet, person }) => {
  await signet.cli(["realm", "create", "harbour"]).catch(() => {});
  await page.goto(signet.url("/login"));
  await askForCode(page, person.email);
  const link = new URL(linkOf(await signet.mail(person.email), "/login/code"));
  expectRefused((await page.goto(signet.url(`${link.pathname}${link.search}`, "harbour"))).status());
  await page.locator("main a.button").click();
  await expect(field(page, "identifier")).toBeVisible();
});
