// From "I have no account" to "this app may no longer use it".

import { expect, somebody, test } from "./support/fixtures.js";
import { backIn, decide, enterCode, field, settled, signIn, signOut, signUp } from "./support/steps.js";

async function signUpFor(page, signet, person) {
  await page.getByRole("link", { name: "Create an account" }).click();
  await signUp(page, person);
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  const { codes } = await signet.mail(person.email);
  expect(codes).toHaveLength(1);
  await enterCode(page, codes[0]);
}

async function removeApp(page, signet, app) {
  await page.goto(signet.url("/account/apps"));
  const entry = page.getByRole("listitem").filter({ hasText: app.name });
  await expect(entry).toContainText("See your email address");
  await expect(entry).toContainText("Acts while you are away");
  await entry.getByRole("button", { name: `Remove access of ${app.name}` }).click();
  await expect(page.getByRole("status")).toHaveText("The app can no longer use your account.");
  await expect(entry).toHaveCount(0);
}

test("somebody signs up for an app, uses it, and takes the access back", async ({ page, signet, app }) => {
  const person = somebody("Grace Example");
  const flow = app.begin({ scope: "openid profile email offline_access" });
  await page.goto(flow.url);
  await expect(page.getByRole("heading", { level: 1, name: `Sign in to ${app.name}` })).toBeVisible();
  await signUpFor(page, signet, person);

  await expect(page.getByRole("heading", { level: 1, name: `${app.name} wants to use your account` })).toBeVisible();
  await expect(page.getByText(person.email)).toBeVisible();
  await decide(page, "allow");
  const { tokens, claims } = await app.finish(flow, await backIn(app, page));
  expect(claims).toMatchObject({ email: person.email, email_verified: true, name: person.name });
  expect(tokens).toMatchObject({ token_type: "Bearer", expires_in: 600, refresh_token: expect.any(String) });
  const userinfo = await app.userinfo(tokens.access_token);
  expect(userinfo.status).toBe(200);
  expect(await userinfo.json()).toMatchObject({ sub: claims.sub, email: person.email, name: person.name });
  const refreshed = await app.refresh(tokens.refresh_token);
  expect(refreshed.status).toBe(200);
  const renewed = await refreshed.json();
  expect((await app.userinfo(renewed.access_token)).status).toBe(200);

  await removeApp(page, signet, app);
  await expect.poll(async () => (await app.userinfo(renewed.access_token)).status, { timeout: 1_000 }).toBe(401);
  const refused = await app.refresh(renewed.refresh_token);
  expect(refused.status).toBe(400);
  expect(await refused.json()).toMatchObject({ error: "invalid_grant" });
  expect((await app.userinfo(tokens.access_token)).status).toBe(401);
});

test("whoever signs up of their own accord is in their account, and gets in again by the password", async ({ page, signet }) => {
  const person = somebody();
  await page.goto(signet.url("/login"));
  await signUpFor(page, signet, person);
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
  await expect(page.getByText("Confirmed", { exact: true })).toBeVisible();
  await signOut(page);
  await page.goto(signet.url("/login"));
  await signIn(page, person);
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
});

test("who allowed an app before comes straight back, and the app asks only for what is new", async ({ page, app, person }) => {
  const first = app.begin({ scope: "openid" });
  await page.goto(first.url);
  await signIn(page, person);
  await decide(page, "allow");
  const { claims } = await app.finish(first, await backIn(app, page));
  expect(claims.email).toBeUndefined();

  const second = app.begin({ scope: "openid" });
  await page.goto(second.url);
  const again = await app.finish(second, await backIn(app, page));
  expect(again.claims.sub).toBe(claims.sub);

  await page.goto(app.begin({ scope: "openid email" }).url);
  await expect(page.getByRole("checkbox", { name: "See your email address" })).toBeChecked();
});

test("a scope that was unticked is not granted", async ({ page, app, person }) => {
  const flow = app.begin({ scope: "openid profile email" });
  await page.goto(flow.url);
  await signIn(page, person);
  await page.getByRole("checkbox", { name: "See your email address" }).uncheck();
  await decide(page, "allow");
  const { tokens, claims } = await app.finish(flow, await backIn(app, page));
  expect(tokens.scope.split(" ").sort()).toEqual(["openid", "profile"]);
  expect(claims).toMatchObject({ name: person.name });
  expect(claims.email).toBeUndefined();
  const userinfo = await (await app.userinfo(tokens.access_token)).json();
  expect(userinfo.email).toBeUndefined();
});

test("a code works once, and its second use ends what the first gave", async ({ page, app, person }) => {
  const flow = app.begin({ scope: "openid" });
  await page.goto(flow.url);
  await signIn(page, person);
  await decide(page, "allow");
  const address = await backIn(app, page);
  const { tokens } = await app.finish(flow, address);
  const replay = await app.redeem(flow, new URL(address).searchParams.get("code"));
  expect(replay.status).toBe(400);
  expect(await replay.json()).toMatchObject({ error: "invalid_grant" });
  await expect.poll(async () => (await app.userinfo(tokens.access_token)).status, { timeout: 1_000 }).toBe(401);
});

test("the island sends the forms where there is script @script", async ({ page, signet, person }) => {
  const sent = [];
  page.on("request", (request) => {
    const { pathname } = new URL(request.url());
    // Autofill asks for passkeys by itself.
    if (request.method() === "POST" && pathname !== "/api/sign-in/passkey/ask") sent.push(pathname);
  });
  await page.goto(signet.url("/login"));
  await settled(page);
  await field(page, "identifier").fill(person.email);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(field(page, "password")).toBeVisible();
  await settled(page);
  const reveal = page.getByRole("button", { name: "Show password" });
  await field(page, "password").fill(person.password);
  await reveal.click();
  await expect(reveal).toHaveAttribute("aria-pressed", "true");
  await expect(field(page, "password")).toHaveAttribute("type", "text");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
  expect(sent).toEqual(["/api/sign-in/identifier", "/api/sign-in/password"]);
});

test("a name changed in the account is what apps see next", async ({ page, signet, app, person }) => {
  await page.goto(signet.url("/account"));
  await signIn(page, person);
  await field(page, "name").fill("Ada Renamed");
  await page.getByRole("button", { name: "Save profile" }).click();
  await expect(page.getByRole("status")).toHaveText("Your profile is saved.");
  const flow = app.begin();
  await page.goto(flow.url);
  await decide(page, "allow");
  const { claims } = await app.finish(flow, await backIn(app, page));
  expect(claims.name).toBe("Ada Renamed");
});
