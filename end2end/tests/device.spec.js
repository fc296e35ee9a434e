// A device that cannot show a sign-in page is connected by the code it shows.

import { Device } from "./support/device.js";
import { expect, test } from "./support/fixtures.js";
import { decide, decision, enterCode, errorOf, field, openAccount, signIn } from "./support/steps.js";

const heading = (page, name) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

test("a code is typed, its device is seen, and what is allowed comes at the next poll", async ({ page, signet, person }) => {
  const device = await Device.start(signet);
  expect(await device.poll()).toMatchObject({ status: 400, error: "authorization_pending" });
  await page.goto(device.codes.verification_uri);
  await heading(page, "Connect a device");
  await enterCode(page, device.codes.user_code.replace("-", " ").toLowerCase());
  await signIn(page, person);

  await heading(page, "Harbour TV wants to sign in on a device");
  await expect(page.getByText(device.codes.user_code)).toBeVisible();
  await expect(page.getByText(person.email)).toBeVisible();
  await expect(page.getByText("See your email address")).toBeVisible();
  await expect(page.getByText("Go on only if you started this yourself")).toBeVisible();
  await decide(page, "allow");
  await heading(page, "Go back to your device");

  const tokens = await device.poll();
  expect(tokens).toMatchObject({ status: 200, token_type: "Bearer", refresh_token: expect.any(String) });
  expect(await device.userinfo(tokens.access_token)).toMatchObject({ email: person.email });
  expect(await device.poll()).toMatchObject({ status: 400, error: "invalid_grant" });
  await page.goto(signet.url("/account/apps"));
  await expect(page.getByRole("listitem").filter({ hasText: "Harbour TV" })).toContainText("See your email address");
});

test("a link with the code still asks for it and for a decision, also for the operator's own app", async ({ page, signet, person }) => {
  const device = await Device.start(signet, { flags: ["--first-party"] });
  await openAccount(page, signet, person);
  await page.goto(device.codes.verification_uri_complete);
  await expect(field(page, "code")).toHaveValue(device.codes.user_code);
  await expect(decision(page, "allow")).toHaveCount(0);
  expect(await device.poll()).toMatchObject({ error: "authorization_pending" });
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(decision(page, "allow")).toBeVisible();
  await decide(page, "allow");
  await heading(page, "Go back to your device");
  expect(await device.poll()).toMatchObject({ status: 200 });
});

test("Deny is told to the device and is final", async ({ page, signet, person }) => {
  const device = await Device.start(signet);
  await page.goto(device.codes.verification_uri_complete);
  await page.getByRole("button", { name: "Continue" }).click();
  await signIn(page, person);
  await decide(page, "deny");
  await heading(page, "The device was denied");
  expect(await device.poll()).toMatchObject({ status: 400, error: "access_denied" });
  await page.goto(device.codes.verification_uri_complete);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(await errorOf(page, "code")).toContainText("That code doesn't work.");
  await page.goto(signet.url("/account/apps"));
  await expect(page.getByText("No app can use your account.")).toBeVisible();
});

test("a wrong code is said at its field and can be typed again", async ({ page, signet, person }) => {
  const device = await Device.start(signet);
  await openAccount(page, signet, person);
  await page.goto(signet.url("/device"));
  for (const wrong of ["BBBB-BBBB", "nonsense"]) {
    await enterCode(page, wrong);
    await expect(await errorOf(page, "code")).toContainText("That code doesn't work.");
    await expect(field(page, "code")).toHaveValue(wrong);
  }
  await enterCode(page, device.codes.user_code);
  await expect(decision(page, "allow")).toBeVisible();
});

test("a wrong code typed before signing in is said afterwards", async ({ page, signet, person }) => {
  await page.goto(signet.url("/device"));
  await enterCode(page, "BBBB-BBBB");
  await signIn(page, person);
  await expect(await errorOf(page, "code")).toContainText("That code doesn't work.");
});

test("an expired code looks like a wrong one, and the device is told", async ({ page, serve }) => {
  const signet = await serve({ SIGNET_DEVICE_CODE_LIFETIME: "1" });
  const { email, password } = signet.demo;
  await openAccount(page, signet, { email, password });
  const device = await Device.start(signet);
  await expect.poll(async () => (await device.poll()).error).toBe("expired_token");
  await page.goto(device.codes.verification_uri_complete);
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(await errorOf(page, "code")).toContainText("That code doesn't work.");
});

test("another account of this browser can be chosen before deciding", async ({ page, signet, person }) => {
  const device = await Device.start(signet);
  await openAccount(page, signet, person);
  await page.goto(device.codes.verification_uri_complete);
  await page.getByRole("button", { name: "Continue" }).click();
  await page.getByRole("link", { name: "Not you? Switch account" }).click();
  await page.getByRole("button", { name: person.email }).click();
  await heading(page, "Harbour TV wants to sign in on a device");
  await expect(page.getByText(device.codes.user_code)).toBeVisible();
});
