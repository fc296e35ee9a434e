// People look after their own account: what happened, where they are signed in, what apps may do, taking everything
// along, and leaving.

import { readFile } from "node:fs/promises";

import { expect, test } from "./support/fixtures.js";
import { backIn, decide, openAccount, settled, signIn } from "./support/steps.js";
import { leaveAccount } from "./support/tour.js";

const heading = (page, name) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

/** Allows the app what it asks for; its tokens. */
async function allow(page, app, person, scope) {
  const flow = app.begin({ scope });
  await page.goto(flow.url);
  await signIn(page, person);
  await decide(page, "allow");
  const { tokens } = await app.finish(flow, await backIn(app, page));
  return tokens;
}

async function saved(page, press) {
  const [download] = await Promise.all([page.waitForEvent("download"), press()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), "utf8") };
}

test("everything that is kept comes as one file", async ({ page, signet, person }) => {
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/privacy"));
  const { name, text } = await saved(page, () => page.getByRole("button", { name: "Download my data" }).click());
  expect(name).toBe("my-data.json");
  const data = JSON.parse(text);
  expect(data.identifiers[0].value).toBe(person.email);
  expect(data.sessions).toHaveLength(1);
  expect(text).not.toContain(person.password);
});

test("an account that was left comes back by the mail, and by signing in", async ({ page, signet, person }) => {
  await leaveAccount(page, signet, person);
  const { links } = await signet.mail(person.email);
  await page.goto(links.find((link) => new URL(link).pathname === "/restore-account"));
  await page.getByRole("button", { name: "Restore account" }).click();
  await expect(page.getByText("Your account is restored. Sign in to go on.")).toBeVisible();

  await leaveAccount(page, signet, person);
  await page.goto(signet.url("/login"));
  await signIn(page, person);
  await heading(page, "Restore your account?");
  await page.getByRole("button", { name: "Restore account" }).click();
  await expect(page.getByText("Your account is restored. Sign in to go on.")).toBeVisible();
  await openAccount(page, signet, person);
});

test("activity is told in words, chosen by kind, and taken along", async ({ page, signet, person }) => {
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/activity"));
  await expect(page.getByText("Signed in", { exact: true })).toBeVisible();
  await page.getByLabel("What").selectOption("security");
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page.getByText("Nothing of this kind happened then.")).toBeVisible();
  await page.goto(signet.url("/account/activity"));
  const { name, text } = await saved(page, () => page.getByRole("link", { name: "CSV" }).click());
  expect(name).toBe("activity.csv");
  expect(text.split("\r\n")[0]).toBe("at,kind,what,address,user_agent");
  expect(text).toContain("user_signed_in");
});

test("a session that is not mine ends, and a new password is asked for", async ({ page, signet, person, browser }) => {
  const other = await browser.newContext();
  const there = await other.newPage();
  await openAccount(there, signet, person);
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/sessions"));
  await settled(page);
  await page.getByRole("button", { name: "Not me" }).click();
  await expect(page.getByText("Set a new password now")).toBeVisible();
  await there.goto(signet.url("/account"));
  await expect(there).toHaveURL(/\/login/);
  await other.close();
});

test("an app is left less, and then nothing at all", async ({ page, signet, app, person }) => {
  await allow(page, app, person, "openid email offline_access");
  await page.goto(signet.url("/account/apps"));
  await expect(page.getByRole("heading", { level: 2, name: "Apps that keep access" })).toBeVisible();
  await page.getByText("Change what it may do").click();
  await page.locator('input[name="scope"][value="offline_access"]').uncheck();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("The app may do less now.")).toBeVisible();
  await expect(page.getByRole("heading", { level: 2, name: "Apps you signed in to" })).toBeVisible();
  await settled(page);
  await page.getByRole("button", { name: "Remove access" }).click();
  await expect(page.getByText("No app can use your account.")).toBeVisible();
});
