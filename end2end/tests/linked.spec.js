// Accounts elsewhere that sign somebody in: linking, unlinking, and what ends and is kept with them, at real providers.

import { connectedApp, somebody } from "./support/fixtures.js";
import { backIn, decide, field, openAccount, signIn, signOut } from "./support/steps.js";
import { accountAt, expect, profile, test, through } from "./support/upstreams/fixtures.js";

const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

const linked = (page, label) => page.getByRole("region", { name: "Accounts that sign you in" }).getByRole("listitem").filter({ hasText: label });

async function link(page, signet, upstream, label, account) {
  await page.goto(signet.url("/account/linked"));
  await page.getByRole("button", { name: `Link ${label}` }).click();
  await upstream.signIn(page, account);
  await expect(page.getByRole("status")).toContainText("The account is linked.");
  await expect(linked(page, label)).toBeVisible();
}

/** A further browser of the same kind. */
async function another(browser, testInfo) {
  const context = await browser.newContext({ javaScriptEnabled: testInfo.project.use.javaScriptEnabled });
  await context.route(/fonts\.(googleapis|gstatic)\.com/, (route) => route.abort());
  return context.newPage();
}

test("an account elsewhere signs in once it is linked, and no more once it is removed", async ({ page, signet, upstreams, browser }, testInfo) => {
  const person = await signet.createUser(somebody());
  const account = accountAt(upstreams, "acme", somebody());
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/linked"));
  await expect(page.getByText("No account elsewhere signs you in here yet.")).toBeVisible();
  await link(page, signet, upstreams.acme, "Acme", account);
  await signet.mail(person.email);

  const elsewhere = await another(browser, testInfo);
  await elsewhere.goto(signet.url("/account"));
  await through(elsewhere, "Acme").click();
  await upstreams.acme.signIn(elsewhere, account);
  await expect(profile(elsewhere)).toBeVisible();
  await expect(elsewhere.getByText(person.email).first()).toBeVisible();

  await page.reload();
  await linked(page, "Acme").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("status")).toContainText("The account is removed.");
  await expect(linked(page, "Acme")).toHaveCount(0);
  await elsewhere.goto(signet.url("/account"));
  await expect(field(elsewhere, "identifier")).toBeVisible();
  await page.goto(signet.url("/account"));
  await expect(profile(page)).toBeVisible();
  await elsewhere.context().close();
});

test("the last way in stays, and goes on to sign in", async ({ page, signet, upstreams, browser }, testInfo) => {
  // An address that is not proven is no way in, so without a password the account elsewhere is the only one.
  const person = somebody();
  const args = ["user", "create", "--email", person.email, "--name", person.name, "--password-stdin"];
  await signet.cli(args, { stdin: person.password });
  await openAccount(page, signet, person);
  const account = accountAt(upstreams, "github", somebody());
  await link(page, signet, upstreams.github, "GitHub", account);
  await page.goto(signet.url("/account/security"));
  await page.getByRole("button", { name: "Remove password" }).click();
  await expect(page.getByRole("button", { name: "Remove password" })).toHaveCount(0);

  await page.goto(signet.url("/account/linked"));
  await linked(page, "GitHub").getByRole("button", { name: "Remove" }).click();
  await expect(page.getByRole("alert")).toContainText("This is your only way to sign in.");
  const elsewhere = await another(browser, testInfo);
  await elsewhere.goto(signet.url("/account"));
  await through(elsewhere, "GitHub").click();
  await upstreams.github.signIn(elsewhere, account);
  await expect(profile(elsewhere)).toBeVisible();
  await elsewhere.context().close();
});

test("whoever removes what they are signed in by proves themselves in another way", async ({ page, signet, upstreams }) => {
  const person = await signet.createUser(somebody());
  const account = accountAt(upstreams, "google", person);
  await openAccount(page, signet, person);
  await link(page, signet, upstreams.google, "Google", account);
  await signOut(page);
  await page.goto(signet.url("/account"));
  // There the person is signed in still.
  await through(page, "Google").click();
  await expect(profile(page)).toBeVisible();
  await page.goto(signet.url("/account/linked"));
  await linked(page, "Google").getByRole("button", { name: "Remove" }).click();
  await expect(field(page, "identifier")).toBeVisible();
  await page.goto(signet.url("/account"));
  await signIn(page, person);
  await expect(profile(page)).toBeVisible();
});

test("whoever changes their mind there has linked nothing", async ({ page, signet, upstreams, person }) => {
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/linked"));
  await page.getByRole("button", { name: "Link GitHub" }).click();
  await page.waitForURL((url) => url.href.startsWith(upstreams.github.address));
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("alert")).toContainText("GitHub did not sign you in.");
  await expect(page.getByText("No account elsewhere signs you in here yet.")).toBeVisible();
});

test("nobody links what signs somebody else in", async ({ page, signet, upstreams, browser }, testInfo) => {
  const account = accountAt(upstreams, "acme", somebody());
  const owner = await another(browser, testInfo);
  await owner.goto(signet.url("/account"));
  await through(owner, "Acme").click();
  await upstreams.acme.signIn(owner, account);
  await expect(profile(owner)).toBeVisible();
  await openAccount(page, signet, await signet.createUser(somebody()));
  await page.goto(signet.url("/account/linked"));
  await page.getByRole("button", { name: "Link Acme" }).click();
  await upstreams.acme.signIn(page, account);
  await expect(page.getByRole("alert")).toContainText("That account at Acme is linked to another account here.");
  await owner.context().close();
});

test("who signs out at the provider is signed out here", async ({ page, signet, upstreams, person, browser }, testInfo) => {
  const account = accountAt(upstreams, "acme", somebody());
  await page.goto(signet.url("/account"));
  await through(page, "Acme").click();
  await upstreams.acme.signIn(page, account);
  await expect(profile(page)).toBeVisible();
  const other = await another(browser, testInfo);
  await openAccount(other, signet, person);

  await upstreams.acme.signOut(page);
  await expect(async () => {
    await page.goto(signet.url("/account"));
    await expect(field(page, "identifier")).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await other.reload();
  await expect(profile(other)).toBeVisible();
  await other.context().close();
});

test("an app gets the token of a provider, refreshed there when it ends", async ({ page, signet, upstreams }) => {
  test.slow();
  const app = await connectedApp(signet);
  const grants = ["--grant", "authorization_code", EXCHANGE, "--scope", "openid provider:acme"];
  const client = await signet.cli(["client", "create", "--name", "Builds", "--type", "confidential", "--redirect-uri", app.redirectUri, ...grants]);
  await app.connect(signet.issuer, client);
  const account = accountAt(upstreams, "acme", somebody());
  const flow = app.begin({ scope: "openid provider:acme" });
  await page.goto(flow.url);
  await through(page, "Acme").click();
  await upstreams.acme.signIn(page, account);
  await decide(page, "allow");
  const { tokens } = await app.finish(flow, await backIn(app, page));

  const exchange = async () => {
    const pair = [client.client_id, client.client_secret].map(encodeURIComponent).join(":");
    const response = await fetch(app.metadata.token_endpoint, {
      method: "POST",
      headers: { authorization: `Basic ${Buffer.from(pair).toString("base64")}` },
      body: new URLSearchParams({
        grant_type: EXCHANGE,
        subject_token: tokens.access_token,
        subject_token_type: ACCESS_TOKEN,
        audience: "provider:acme",
      }),
    });
    expect(response.status).toBe(200);
    return (await response.json()).access_token;
  };
  const works = async (token) =>
    expect(await upstreams.acme.userinfo(token)).toMatchObject({ status: 200, claims: { sub: account.subject } });
  const first = await exchange();
  await works(first);
  await expect(async () => expect(await exchange()).not.toBe(first)).toPass({ timeout: 60_000, intervals: [5_000] });
  expect(upstreams.acme.refreshed).toBeGreaterThan(0);
  await works(await exchange());
  await app.stop();
});
