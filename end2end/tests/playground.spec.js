// The playground runs the code flow against its own server and shows every message.

import { expect, test } from "./support/fixtures.js";
import { decide, signIn } from "./support/steps.js";

const step = (page, title) => page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: title }) });

const act = (page, name) => page.getByRole("button", { name, exact: true }).click();

test("a run from discovery to sign-out", async ({ page, signet, person }) => {
  await page.goto(signet.url("/playground"));
  await act(page, "Start");
  if (page.url().includes("/playground")) await page.waitForURL((url) => url.pathname === "/login");
  await signIn(page, person);
  await decide(page, "allow");

  await expect(page.getByRole("heading", { level: 1, name: "Playground" })).toBeVisible();
  await expect(step(page, "Exchange the code for tokens")).toContainText("200 OK");
  await expect(page.getByRole("heading", { name: "The ID token, decoded" })).toBeVisible();
  await expect(page.getByText("The signature is valid for key").first()).toBeVisible();
  await expect(page.getByText("The signature is not valid.")).toHaveCount(0);
  await expect(page.locator("main")).toContainText(`"iss": "${signet.issuer}"`);

  await act(page, "Ask who the user is");
  await expect(step(page, "Ask who the user is").first()).toContainText(person.email);
  await act(page, "Use the refresh token");
  await expect(step(page, "Use the refresh token").first()).toContainText("200 OK");
  await act(page, "Revoke the tokens");
  await expect(step(page, "Revoke the tokens").first()).toContainText("200 OK");
  await act(page, "Ask who the user is");
  await expect(page.locator("main")).toContainText("401");
});

test("the person's app list shows the playground's client", async ({ page, signet, person }) => {
  await page.goto(signet.url("/playground"));
  await act(page, "Start");
  await signIn(page, person);
  await decide(page, "allow");
  await expect(page.getByRole("heading", { level: 1, name: "Playground" })).toBeVisible();
  await page.goto(signet.url("/account/apps"));
  await expect(page.getByRole("listitem").filter({ hasText: "Demo single-page app" })).toHaveCount(1);
});

test("Cancel is shown as an answer, not as a failure of the page", async ({ page, signet, person }) => {
  await page.goto(signet.url("/playground"));
  await act(page, "Start");
  await signIn(page, person);
  await decide(page, "deny");
  await expect(page.getByRole("heading", { level: 1, name: "Playground" })).toBeVisible();
  await expect(page.locator("main")).toContainText("access_denied");
  await expect(page.getByRole("button", { name: "Start", exact: true })).toBeVisible();
});

test("a callback that nobody started is refused with a way on", async ({ page, signet }) => {
  const response = await page.goto(signet.url("/playground/callback?code=stolen&state=unknown"));
  expect(response.status()).toBeLessThan(500);
  await expect(page.locator("main")).not.toContainText("stolen");
  await expect(page.locator("main a[href], main button[type=submit]").first()).toBeVisible();
});
