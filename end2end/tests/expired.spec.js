// What is used up or unknown says so, and always offers a way on.

import { expect, somebody, test } from "./support/fixtures.js";
import { decide, enterCode, errorOf, field, identify, signIn, signOut, signUp } from "./support/steps.js";

const REFUSED = "That code doesn't work. Check it, send a new one, or open the link in the mail.";

const wrong = (code) => String((Number(code) + 1) % 1_000_000).padStart(6, "0");

async function refuse(page, code) {
  await enterCode(page, code);
  await expect(await errorOf(page, "code")).toHaveText(REFUSED);
  await expect(field(page, "code")).toHaveValue("");
}

async function signedUp(page, signet) {
  const person = somebody();
  await page.goto(signet.url("/sign-up"));
  await signUp(page, person);
  await expect(field(page, "code")).toBeVisible();
  const { codes } = await signet.mail(person.email);
  return { person, code: codes[0] };
}

test("after five wrong tries nobody types codes for a while, and the link of a new mail works", async ({ page, signet }) => {
  const { person, code } = await signedUp(page, signet);
  for (let tries = 0; tries < 5; tries += 1) await refuse(page, wrong(code));
  await enterCode(page, code);
  await expect(page.getByRole("alert")).toContainText("Too many attempts");
  await page.getByRole("button", { name: "Send a new code" }).click();
  await expect(page.getByRole("status")).toHaveText("We sent a new code. The old one no longer works.");
  const { links } = await signet.mail(person.email, 2);
  await page.goto(links.find((address) => new URL(address).pathname === "/verify-email"));
  await page.getByRole("button", { name: "Confirm email" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
});

test("a code works once", async ({ page, signet }) => {
  const { code } = await signedUp(page, signet);
  const form = page.url();
  await enterCode(page, code);
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
  await page.goto(form);
  await refuse(page, code);
});

test("a code is taken with spaces and dashes", async ({ page, signet }) => {
  const { code } = await signedUp(page, signet);
  await enterCode(page, ` ${code.slice(0, 3)}-${code.slice(3)} `);
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
});

for (const path of ["/login", "/consent"]) {
  for (const id of ["nonsense", "00000000-0000-7000-8000-000000000000"]) {
    test(`${path} of the unknown interaction "${id}" offers to start again`, async ({ page, signet, person }) => {
      const response = await page.goto(signet.url(`${path}?interaction=${id}`));
      expect(response.status()).toBe(410);
      await expect(page.getByRole("heading", { name: "This sign-in link expired" })).toBeVisible();
      await page.getByRole("link", { name: "Start again" }).click();
      await signIn(page, person);
      await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
    });
  }
}

test("a sign-in that another browser started cannot be continued", async ({ page, app, person, browser }, testInfo) => {
  await page.goto(app.begin().url);
  await identify(page, person.email);
  await expect(field(page, "password")).toBeVisible();
  const { javaScriptEnabled } = testInfo.project.use;
  const elsewhere = await browser.newContext({ javaScriptEnabled });
  const other = await elsewhere.newPage();
  expect((await other.goto(page.url())).status()).toBe(410);
  await expect(other.locator("main")).not.toContainText(person.email);
  await elsewhere.close();
});

test("a decision taken after the session ended asks to sign in again and keeps the app", async ({ page, context, signet, app, person }) => {
  await page.goto(app.begin().url);
  await signIn(page, person);
  await expect(page.getByRole("button", { name: "Allow", exact: true })).toBeVisible();
  const other = await context.newPage();
  await other.goto(signet.url("/account"));
  await signOut(other);
  await decide(page, "allow");
  await expect(page.getByRole("heading", { level: 1, name: `Sign in to ${app.name}` })).toBeVisible();
});

test("a page that does not exist says so and leads home", async ({ page, signet }) => {
  const response = await page.goto(signet.url("/no-such-page"));
  expect(response.status()).toBe(404);
  await expect(page.getByRole("heading", { name: "There is nothing here" })).toBeVisible();
  await expect(page.getByText(response.headers()["x-request-id"])).toBeVisible();
  await page.getByRole("link", { name: "Go to your account" }).click();
  await expect(field(page, "identifier")).toBeVisible();
});
