// A realm made by the command line is a provider of its own; nothing in it is worth anything in another.

import { connectedApp, expect, somebody, test as base } from "./support/fixtures.js";
import { backIn, decide, enterCode, openAccount, signIn, signUp } from "./support/steps.js";

const REALM = "acme";

const test = base.extend({
  acme: [
    async ({ signet }, use) => {
      const { issuer } = await signet.cli(["realm", "create", REALM]);
      const found = async () => (await fetch(`${issuer}/.well-known/openid-configuration`)).status;
      await expect.poll(found, { timeout: 2_000 }).toBe(200);
      const app = await connectedApp(signet, { realm: REALM, name: "Acme Ledger" });
      await use({ issuer, app });
      await app.stop();
    },
    { scope: "worker" },
  ],

  member: async ({ signet, acme: _ }, use) => {
    const person = somebody("Dora Acme");
    await use(await signet.createUser({ ...person, realm: REALM }));
  },
});

test("the whole journey in a realm", async ({ page, signet, acme: { app, issuer } }) => {
  expect(app.metadata.issuer).toBe(`${signet.issuer}/realms/${REALM}`);
  for (const name of ["authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"]) {
    expect(app.metadata[name].startsWith(`${issuer}/`)).toBe(true);
  }
  const person = somebody("Dora Acme");
  const flow = app.begin({ scope: "openid profile email offline_access" });
  await page.goto(flow.url);
  await page.getByRole("link", { name: "Create an account" }).click();
  expect(new URL(page.url()).pathname).toBe(`/realms/${REALM}/sign-up`);
  await signUp(page, person);
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  const { codes, links } = await signet.mail(person.email);
  expect(links.every((link) => link.startsWith(`${issuer}/`))).toBe(true);
  await enterCode(page, codes[0]);
  await decide(page, "allow");
  const { tokens, claims } = await app.finish(flow, await backIn(app, page));
  expect(claims.email).toBe(person.email);
  expect((await app.userinfo(tokens.access_token)).status).toBe(200);

  await page.goto(`${issuer}/account/apps`);
  await page.getByRole("button", { name: `Remove access of ${app.name}` }).click();
  await expect(page.getByText("No app can use your account.")).toBeVisible();
  expect(new URL(page.url()).pathname).toBe(`/realms/${REALM}/account/apps`);
  expect((await app.refresh(tokens.refresh_token)).status).toBe(400);
});

test("a sign-in of the realm is none in the root, and the other way round", async ({ page, signet, acme: _, member, person }) => {
  await openAccount(page, signet, member, REALM);
  await page.goto(signet.url("/account"));
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  await signIn(page, person);
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
  await expect(page.getByText(person.email)).toBeVisible();
  await expect(page.locator("body")).not.toContainText(member.email);
  await page.goto(signet.url("/account", REALM));
  await expect(page.getByText(member.email)).toBeVisible();
  await expect(page.locator("body")).not.toContainText(person.email);
});

test("the realm's cookie under the root's name signs nobody in", async ({ page, context, signet, acme: _, member }) => {
  await page.goto(signet.url("/login"));
  const root = await context.cookies(signet.issuer);
  await openAccount(page, signet, member, REALM);
  const all = await context.cookies(signet.issuer);
  const realm = all.filter(({ name }) => name.endsWith(`.${REALM}`));
  expect(realm.length).toBeGreaterThanOrEqual(2);
  expect(root.every(({ name }) => !name.includes(REALM))).toBe(true);
  const forged = realm.map((cookie) => ({ ...cookie, name: cookie.name.slice(0, -REALM.length - 1) }));
  await context.clearCookies();
  await context.addCookies(forged);
  await page.goto(signet.url("/account"));
  await expect(page.getByRole("heading", { level: 1, name: "Sign in" })).toBeVisible();
  await expect(page.locator("body")).not.toContainText(member.email);
});

test("an account of the realm does not exist in the root", async ({ page, signet, acme: _, member }) => {
  await page.goto(signet.url("/login"));
  await signIn(page, member);
  await expect(page.getByRole("alert")).toContainText("That email or password isn't right.");
});

test("clients and tokens of the realm are unknown in the root", async ({ page, signet, acme: { app }, member }) => {
  const flow = app.begin();
  await page.goto(flow.url);
  await signIn(page, member);
  await decide(page, "allow");
  const { tokens } = await app.finish(flow, await backIn(app, page));
  const bearer = { headers: { Authorization: `Bearer ${tokens.access_token}` } };
  expect((await fetch(signet.url("/userinfo"), bearer)).status).toBe(401);

  const query = new URL(app.begin().url).search;
  const response = await page.goto(signet.url(`/authorize${query}`));
  expect(response.status()).toBe(400);
  expect(page.url().startsWith(signet.issuer)).toBe(true);
});

test("a realm that was never made is not there", async ({ request, signet }) => {
  for (const path of ["/login", "/.well-known/openid-configuration", "/.well-known/jwks.json"]) {
    expect((await request.get(signet.url(path, "nobody"))).status()).toBe(404);
  }
});
