// Cancel brings the person back to the app, which learns only that access was denied.

import { expect, test } from "./support/fixtures.js";
import { backIn, decide, signIn } from "./support/steps.js";

test("Cancel answers access_denied with state and iss, and no code", async ({ page, app, person }) => {
  const flow = app.begin();
  await page.goto(flow.url);
  await signIn(page, person);
  await decide(page, "deny");
  const answer = new URL(await backIn(app, page)).searchParams;
  expect(answer.get("error")).toBe("access_denied");
  expect(answer.get("state")).toBe(flow.state);
  expect(answer.get("iss")).toBe(app.issuer);
  expect(answer.has("code")).toBe(false);
});

test("after Cancel nothing was allowed, and the app may ask again", async ({ page, signet, app, person }) => {
  await page.goto(app.begin().url);
  await signIn(page, person);
  await decide(page, "deny");
  await backIn(app, page);
  await page.goto(signet.url("/account/apps"));
  await expect(page.getByText("No app can use your account.")).toBeVisible();

  const flow = app.begin();
  await page.goto(flow.url);
  await decide(page, "allow");
  const { claims } = await app.finish(flow, await backIn(app, page));
  expect(claims.email).toBe(person.email);
});

test("prompt=none without a sign-in answers login_required without a page", async ({ page, app }) => {
  const flow = app.begin({ prompt: "none" });
  await page.goto(flow.url);
  const answer = new URL(await backIn(app, page)).searchParams;
  expect(answer.get("error")).toBe("login_required");
  expect(answer.get("state")).toBe(flow.state);
  expect(answer.get("iss")).toBe(app.issuer);
});

test("an app that names another redirect URI gets no browser at all", async ({ page, app }) => {
  const address = new URL(app.begin().url);
  address.searchParams.set("redirect_uri", `${app.origin}/elsewhere`);
  const response = await page.goto(address.href);
  expect(response.status()).toBe(400);
  expect(page.url().startsWith(app.issuer)).toBe(true);
  await expect(page.getByRole("heading", { name: "We could not continue to the app" })).toBeVisible();
});
