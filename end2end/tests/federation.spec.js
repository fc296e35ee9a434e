// Signing in with an account that somebody has elsewhere, at real providers on this machine.

import { randomBytes } from "node:crypto";

import { Authenticator, offer, told } from "./support/authenticator.js";
import { connectedApp, somebody } from "./support/fixtures.js";
import { backIn, decide, enterCode, field, identify, prove, signIn } from "./support/steps.js";
import { accountAt, expect, profile, test, through } from "./support/upstreams/fixtures.js";

for (const { id, label } of [
  { id: "google", label: "Google" },
  { id: "acme", label: "Acme" },
  // It knows Signet by its key (private_key_jwt), the others by a secret.
  { id: "globex", label: "Globex" },
  { id: "github", label: "GitHub" },
]) {
  test(`somebody new uses an app with their account at ${label}`, async ({ page, signet, upstreams }) => {
    const app = await connectedApp(signet);
    const person = somebody("Ĝrace Ωmega 李");
    const account = accountAt(upstreams, id, person);
    const flow = app.begin({ scope: "openid profile email" });
    await page.goto(flow.url);
    await through(page, label).click();
    await upstreams[id].signIn(page, account);
    await decide(page, "allow");
    const { claims } = await app.finish(flow, await backIn(app, page));
    expect(claims).toMatchObject({ email: person.email, email_verified: true, name: person.name });
    await app.stop();
  });
}

for (const { id, label, dated } of [
  { id: "google", label: "Google", dated: true },
  { id: "github", label: "GitHub", dated: false },
]) {
  test(`whoever comes through ${label} is offered a passkey if that is a fresh proof @script`, async ({ page, signet, upstreams }) => {
    await Authenticator.of(page);
    const account = accountAt(upstreams, id, somebody());
    await page.goto(signet.url("/account"));
    await told(page);
    await through(page, label).click();
    await upstreams[id].signIn(page, account);
    await expect(dated ? offer(page) : profile(page)).toBeVisible();
    if (dated) await page.getByRole("button", { name: "Not now" }).click();
    await expect(profile(page)).toBeVisible();
  });
}

test("the same account elsewhere is the same person here, whatever its address is by then", async ({ page, signet, upstreams, browser }, testInfo) => {
  const person = somebody();
  const account = accountAt(upstreams, "github", person);
  await page.goto(signet.url("/account"));
  await through(page, "GitHub").click();
  await upstreams.github.signIn(page, account);
  await expect(profile(page)).toBeVisible();

  const other = somebody();
  const emails = [{ email: other.email, primary: true, verified: true, visibility: null }];
  upstreams.github.person(account.id, { login: `${account.login}-renamed`, name: "Renamed", emails });
  const elsewhere = await browser.newContext({ javaScriptEnabled: testInfo.project.use.javaScriptEnabled });
  const again = await elsewhere.newPage();
  await again.goto(signet.url("/account"));
  await through(again, "GitHub").click();
  await upstreams.github.signIn(again, { login: `${account.login}-renamed` });
  await expect(profile(again)).toBeVisible();
  await expect(again.getByText(person.email).first()).toBeVisible();
  await expect(again.getByText(other.email)).toHaveCount(0);
  await elsewhere.close();
});

test("an account with the same address is linked only after it was proven", async ({ page, signet, upstreams }) => {
  const person = await signet.createUser(somebody());
  const account = accountAt(upstreams, "google", person);
  await page.goto(signet.url("/account"));
  await through(page, "Google").click();
  await upstreams.google.signIn(page, account);
  await expect(page.getByRole("status")).toContainText("You have an account with this email already.");
  await expect(profile(page)).toHaveCount(0);
  if (await field(page, "identifier").isVisible()) await identify(page, person.email);
  await prove(page, person.password);
  await expect(profile(page)).toBeVisible();
  await page.goto(signet.url("/account/linked"));
  await expect(page.getByRole("listitem").filter({ hasText: "Google" }).first()).toBeVisible();
});

/** Proves the address on the page that asks for one. */
async function proveAddress(page, signet, email) {
  await expect(page.getByRole("heading", { level: 1, name: "Your email address" })).toBeVisible();
  await field(page, "email").fill(email);
  await page.getByRole("button", { name: "Email me a code" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Check your email" })).toBeVisible();
  const { codes, links } = await signet.mail(email);
  expect(links).toEqual([]);
  await enterCode(page, codes[0]);
}

test("somebody new whose address GitHub did not verify proves it, or another one", async ({ page, signet, upstreams }) => {
  const app = await connectedApp(signet);
  const person = somebody("Ĝrace Ωmega 李");
  const account = accountAt(upstreams, "github", person, false);
  const flow = app.begin({ scope: "openid profile email" });
  await page.goto(flow.url);
  await through(page, "GitHub").click();
  await upstreams.github.signIn(page, account);
  await expect(page.getByText("GitHub has not confirmed an email address of yours.")).toBeVisible();
  await expect(field(page, "email")).toHaveValue(person.email);
  const { email } = somebody();
  await proveAddress(page, signet, email);
  await decide(page, "allow");
  const { claims } = await app.finish(flow, await backIn(app, page));
  expect(claims).toMatchObject({ email, email_verified: true, name: person.name });
  expect(await signet.mails(person.email)).toEqual([]);
  await app.stop();
});

test("an address that the provider did not verify leads to its account by the mailed code alone", async ({ page, signet, upstreams }) => {
  const person = await signet.createUser(somebody());
  const account = accountAt(upstreams, "acme", person, false);
  await page.goto(signet.url("/account"));
  await through(page, "Acme").click();
  await upstreams.acme.signIn(page, account);
  await expect(field(page, "email")).toHaveValue(person.email);
  const waiting = page.url();
  await page.goto(signet.url("/account"));
  await expect(field(page, "identifier")).toBeVisible();
  await page.goto(waiting);
  await proveAddress(page, signet, person.email);
  await expect(profile(page)).toBeVisible();
  await page.goto(signet.url("/account/linked"));
  await expect(page.getByRole("listitem").filter({ hasText: "Acme" }).first()).toBeVisible();
});

test("whoever changes their mind there signs in another way here", async ({ page, signet, upstreams }) => {
  const person = await signet.createUser(somebody());
  await page.goto(signet.url("/account"));
  await through(page, "GitHub").click();
  await page.waitForURL((url) => url.href.startsWith(upstreams.github.address));
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("alert")).toContainText("GitHub did not sign you in.");
  await signIn(page, person);
  await expect(profile(page)).toBeVisible();
});

test("a provider that is gone is a sentence, and a password works on", async ({ page, signet }) => {
  const person = await signet.createUser(somebody());
  await page.goto(signet.url("/account"));
  await through(page, "Gone").click();
  await expect(page.getByRole("alert")).toContainText("Gone does not answer right now.");
  await signIn(page, person);
  await expect(profile(page)).toBeVisible();
});

test("an answer is good in the browser that asked, once", async ({ page, signet, upstreams, browser }, testInfo) => {
  const account = accountAt(upstreams, "github", somebody());
  const callbacks = [];
  page.on("request", (request) => {
    if (new URL(request.url()).pathname === "/login/github/callback") callbacks.push(request.url());
  });
  await page.goto(signet.url("/account"));
  await through(page, "GitHub").click();
  await page.waitForURL((url) => url.href.startsWith(upstreams.github.address));

  // Another browser gets an answer of its own making, with the state of this one.
  const state = new URL(page.url()).searchParams.get("state");
  const { javaScriptEnabled } = testInfo.project.use;
  const stranger = await (await browser.newContext({ javaScriptEnabled })).newPage();
  const forged = await stranger.goto(signet.url(`/login/github/callback?code=stolen&state=${state}`));
  expect(forged.status()).toBeGreaterThanOrEqual(400);
  await openAccountIsRefused(stranger, signet);

  await upstreams.github.signIn(page, account);
  await expect(profile(page)).toBeVisible();
  expect(callbacks).toHaveLength(1);
  const replayed = await stranger.goto(callbacks[0]);
  expect(replayed.status()).toBeGreaterThanOrEqual(400);
  await openAccountIsRefused(stranger, signet);
  await stranger.context().close();
});

async function openAccountIsRefused(page, signet) {
  await page.goto(signet.url("/account"));
  await expect(field(page, "identifier")).toBeVisible();
}

test("an address of a known domain is sent to its provider", async ({ page, signet, upstreams }) => {
  const person = { ...somebody(), email: `ada-${randomBytes(4).toString("hex")}@acme.example` };
  const account = accountAt(upstreams, "acme", person);
  await page.goto(signet.url("/account"));
  await identify(page, person.email);
  await expect(page.getByText("Addresses at acme.example sign in with Acme.")).toBeVisible();
  await through(page, "Acme").click();
  await upstreams.acme.signIn(page, account);
  await expect(profile(page)).toBeVisible();
});
