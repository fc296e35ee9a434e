// The mailed link: looking at it changes nothing, the button behind it does, once.

import { expect, somebody, test } from "./support/fixtures.js";
import { enterCode, errorOf, expectRefused, field, signIn, signUp } from "./support/steps.js";

const confirm = (page) => page.getByRole("button", { name: "Confirm email" });
const confirmOwn = (page) => page.getByRole("button", { name: "Confirm with this password" });

async function mailedLink(page, signet, person) {
  await page.goto(signet.url("/sign-up"));
  await signUp(page, person);
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  const { links } = await signet.mail(person.email);
  const link = links.find((address) => new URL(address).pathname === "/verify-email");
  expect(link.startsWith(signet.issuer)).toBe(true);
  return link;
}

test("a mail scanner that follows the link uses nothing up", async ({ page, signet }) => {
  const person = somebody();
  const link = await mailedLink(page, signet, person);
  for (const method of ["GET", "HEAD", "GET"]) {
    expect((await fetch(link, { method })).status).toBe(200);
  }
  await page.goto(link);
  await expect(page.getByRole("heading", { name: "Confirm this email address?" })).toBeVisible();
  await page.goto(signet.url("/account"));
  await signIn(page, person);
  await expect(page.getByRole("alert")).toContainText("That email or password isn't right.");
  await page.goto(link);
  await confirm(page).click();
  await expect(page.getByText("Confirmed", { exact: true })).toBeVisible();
});

test("whoever did not choose the password chooses another one", async ({ page, signet, browser }, testInfo) => {
  const stranger = somebody();
  const link = await mailedLink(page, signet, stranger);
  const { javaScriptEnabled } = testInfo.project.use;
  const elsewhere = await browser.newContext({ javaScriptEnabled });
  const owner = await elsewhere.newPage();
  await owner.goto(link);
  await owner.getByText("Not sure who chose the password?").click();
  await field(owner, "new_password").fill("too short");
  await confirmOwn(owner).click();
  await expect(await errorOf(owner, "new_password")).toHaveText("Choose a password of at least 15 characters.");
  const person = { ...stranger, password: `${stranger.password} of the owner` };
  await field(owner, "new_password").fill(person.password);
  await confirmOwn(owner).click();
  await expect(owner.getByRole("status")).toHaveText("Your email is confirmed. Sign in to go on.");
  await page.goto(signet.url("/login"));
  await signIn(page, stranger);
  await expect(page.getByRole("alert")).toContainText("That email or password isn't right.");
  await signIn(owner, person);
  await expect(owner.getByText("Confirmed", { exact: true })).toBeVisible();
  await elsewhere.close();
});

test("the link works in another browser than the one that signed up, once", async ({ page, signet, browser }, testInfo) => {
  const person = somebody();
  const link = await mailedLink(page, signet, person);
  const { javaScriptEnabled } = testInfo.project.use;
  const elsewhere = await browser.newContext({ javaScriptEnabled });
  const phone = await elsewhere.newPage();
  await phone.goto(link);
  await expect(phone.getByText("The account was started in another browser")).toBeVisible();
  await confirm(phone).click();
  await expect(phone.getByRole("status")).toHaveText("Your email is confirmed. Sign in to go on.");
  await signIn(phone, person);
  await expect(phone.getByText("Confirmed", { exact: true })).toBeVisible();

  const second = await phone.goto(link);
  expectRefused(second.status());
  await expect(phone.getByRole("heading", { name: "This link doesn't work any more" })).toBeVisible();
  await phone.getByRole("link", { name: "Go to sign in" }).click();
  await expect(phone.locator("main")).not.toContainText("doesn't work");
  await elsewhere.close();
});

test("the code of a mail whose link was used works no more", async ({ page, signet, context }) => {
  const person = somebody();
  const link = await mailedLink(page, signet, person);
  const other = await context.newPage();
  await other.goto(link);
  await confirm(other).click();
  await other.waitForURL((url) => url.pathname !== "/verify-email");
  const { codes } = await signet.mail(person.email);
  await enterCode(page, codes[0]);
  await expect(page.getByRole("alert")).toHaveText("That code doesn't work. Check it, send a new one, or open the link in the mail.");
});

test("the password is reset by a link that is used up by its form only", async ({ page, signet, person }) => {
  await page.goto(signet.url("/forgot-password"));
  await page.locator('input[name="identifier"]').fill(person.email);
  await page.getByRole("button", { name: "Send link" }).click();
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  const { links } = await signet.mail(person.email);
  const link = links.find((address) => new URL(address).pathname === "/reset-password");
  for (const method of ["GET", "HEAD"]) expect((await fetch(link, { method })).status).toBe(200);

  await page.goto(link);
  const renewed = { ...person, password: `${person.password} renewed` };
  await page.locator('input[name="new_password"]').fill(renewed.password);
  await page.getByRole("button", { name: "Save password" }).click();
  await expect(page.getByRole("status")).toHaveText("Your new password is saved. Sign in with it.");
  await signIn(page, renewed);
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
  expectRefused((await page.goto(link)).status());
});

test("signing up with an address that has an account looks the same and tells its owner", async ({ page, signet, person }) => {
  await page.goto(signet.url("/sign-up"));
  await signUp(page, { ...somebody(), email: person.email });
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  const { subject, codes } = await signet.mail(person.email);
  expect(subject).toContain("You already have an account");
  expect(codes).toEqual([]);
});
