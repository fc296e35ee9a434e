// Two people share one browser: neither ever sees the other's account.

import { expect, somebody, test } from "./support/fixtures.js";
import { backIn, decide, decision, openAccount, signIn, signOut } from "./support/steps.js";

const PAGES = ["/account", "/account/security", "/account/sessions", "/account/apps"];

async function expectNothingOf(page, signet, { email, name }) {
  for (const path of PAGES) {
    await page.goto(signet.url(path));
    const html = await page.content();
    expect(html).not.toContain(email);
    expect(html).not.toContain(name);
  }
}

async function pair(signet) {
  const first = await signet.createUser(somebody("Berta First"));
  const second = await signet.createUser(somebody("Cyrus Second"));
  return { first, second };
}

async function through(page, app, flow) {
  await decide(page, "allow");
  return (await app.finish(flow, await backIn(app, page))).claims;
}

test("the second person sees nothing of the first, who signed out", async ({ page, signet }) => {
  const { first, second } = await pair(signet);
  await openAccount(page, signet, first);
  await expect(page.getByText(first.email)).toBeVisible();
  await signOut(page);
  await page.goto(signet.url("/account"));
  await expect(page.locator("body")).not.toContainText(first.email);
  await signIn(page, second);
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
  await expect(page.getByText(second.email)).toBeVisible();
  await expectNothingOf(page, signet, first);
});

test("after signing out, back shows nothing of the account", async ({ page, signet }) => {
  const { first } = await pair(signet);
  await openAccount(page, signet, first);
  await signOut(page);
  await page.goBack();
  await expect(page.locator("body")).not.toContainText(first.email);
  await page.goBack();
  await expect(page.locator("body")).not.toContainText(first.email);
});

test("signing out ends the session itself, not only the cookie", async ({ page, context, signet, request }) => {
  const { first } = await pair(signet);
  await openAccount(page, signet, first);
  const kept = (await context.cookies(signet.issuer)).map(({ name, value }) => `${name}=${value}`).join("; ");
  const read = () => request.get(signet.url("/account"), { headers: { Cookie: kept } });
  expect(await (await read()).text()).toContain(first.email);
  await signOut(page);
  expect(await (await read()).text()).not.toContain(first.email);
});

test("a session ended from another browser is over within a second", async ({ page, signet, browser }, testInfo) => {
  const { first } = await pair(signet);
  await openAccount(page, signet, first);
  const { javaScriptEnabled } = testInfo.project.use;
  const elsewhere = await browser.newContext({ javaScriptEnabled });
  const other = await elsewhere.newPage();
  await openAccount(other, signet, first);
  await other.goto(signet.url("/account/sessions"));
  await expect(other.getByText("This browser")).toHaveCount(1);
  await other.getByRole("button", { name: "Sign out everywhere else" }).click();
  await expect(other.getByRole("status")).toHaveText("Signed out there.");
  await page.goto(signet.url("/account"));
  await expect(page.locator("body")).not.toContainText(first.email);
  await other.goto(signet.url("/account"));
  await expect(other.getByText(first.email)).toBeVisible();
  await elsewhere.close();
});

test("prompt=select_account lets people choose, and each app run gets who was chosen", async ({ page, signet, app }) => {
  const { first, second } = await pair(signet);
  const begun = app.begin();
  await page.goto(begun.url);
  await signIn(page, first);
  expect((await through(page, app, begun)).email).toBe(first.email);

  const added = app.begin({ prompt: "select_account" });
  await page.goto(added.url);
  await expect(page.getByRole("heading", { name: "Choose an account" })).toBeVisible();
  await page.getByRole("button", { name: "Use another account" }).click();
  await signIn(page, second);
  expect((await through(page, app, added)).email).toBe(second.email);

  for (const chosen of [first, second]) {
    const flow = app.begin({ prompt: "select_account" });
    await page.goto(flow.url);
    await expect(page.getByRole("button", { name: first.email })).toBeVisible();
    await page.getByRole("button", { name: chosen.email }).click();
    expect((await app.finish(flow, await backIn(app, page))).claims.email).toBe(chosen.email);
  }
});

test("consent is asked of the account shown, which can be switched", async ({ page, signet, app }) => {
  const { first, second } = await pair(signet);
  const flow = app.begin();
  await page.goto(flow.url);
  await signIn(page, first);
  await expect(page.locator("main")).toContainText(first.email);
  await page.getByRole("link", { name: "Switch account" }).click();
  await page.getByRole("button", { name: "Use another account" }).click();
  await signIn(page, second);
  await expect(decision(page, "allow")).toBeVisible();
  await expect(page.locator("main")).toContainText(second.email);
  expect((await through(page, app, flow)).email).toBe(second.email);
});

test("an app that signs out ends the session and gets the browser back", async ({ page, signet, app, person }) => {
  const flow = app.begin();
  await page.goto(flow.url);
  await signIn(page, person);
  await decide(page, "allow");
  const { tokens } = await app.finish(flow, await backIn(app, page));
  const ending = new URL(app.metadata.end_session_endpoint);
  const back = `${app.origin}/`;
  app.page("/", "<!doctype html><title>Harbour Notes</title><h1>Signed out of the app</h1>");
  ending.search = new URLSearchParams({ id_token_hint: tokens.id_token, post_logout_redirect_uri: back, state: "bye" });
  await page.goto(ending.href);
  if (page.url().startsWith(signet.issuer)) await decide(page, "allow");
  await page.waitForURL(`${back}?state=bye`);
  await page.goto(signet.url("/account"));
  await expect(page.locator("body")).not.toContainText(person.email);
});

test("a consent page left open does not answer for whoever signs in next", async ({ page, signet, app }) => {
  const { first, second } = await pair(signet);
  const flow = app.begin();
  await page.goto(flow.url);
  await signIn(page, first);
  await expect(decision(page, "allow")).toBeVisible();
  const tab = await page.context().newPage();
  await tab.goto(signet.url("/account"));
  await signOut(tab);
  await tab.close();
  await decide(page, "allow");
  await signIn(page, second);
  await expect(page.locator("main")).toContainText(second.email);
  await expect(page.locator("main")).not.toContainText(first.email);
  expect((await through(page, app, flow)).email).toBe(second.email);
});
