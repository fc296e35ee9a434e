// Terms of use: a box when signing up; everybody else is asked once, on the way to the app.

import { connectedApp, expect, somebody, test } from "./support/fixtures.js";
import { backIn, decide, enterCode, field, send, settled, signIn } from "./support/steps.js";

const TERMS = {
  SIGNET_TERMS_URL: "https://example.com/terms",
  SIGNET_TERMS_VERSION: "2026-11",
  SIGNET_PRIVACY_URL: "https://example.com/privacy",
};
const asked = (page) => page.getByRole("heading", { level: 1, name: "Agree to the terms to go on" });

test("whoever signs up ticks the box, and is not asked again", async ({ page, serve }) => {
  const signet = await serve(TERMS);
  const person = somebody();
  await page.goto(signet.url("/sign-up"));
  await settled(page);
  for (const name of ["terms of use", "privacy policy"]) {
    await expect(page.getByRole("link", { name })).toHaveAttribute("target", "_blank");
  }
  await field(page, "email").fill(person.email);
  await field(page, "name").fill(person.name);
  await field(page, "new_password").fill(person.password);
  await send(page, "new_password");
  await expect(page.getByRole("heading", { level: 1, name: "Create your account" })).toBeVisible();
  await page.getByRole("checkbox", { name: "I agree to the terms of use" }).check();
  await send(page, "new_password");
  await expect(page.getByRole("heading", { level: 1, name: "Check your email" })).toBeVisible();
  await enterCode(page, (await signet.mail(person.email)).codes[0]);
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
});

test("an account made by an operator agrees once, or goes away signed out", async ({ page, serve }) => {
  const signet = await serve(TERMS);
  const app = await connectedApp(signet);
  const person = await signet.createUser(somebody());
  const declined = app.begin();
  await page.goto(declined.url);
  await signIn(page, person);
  await expect(asked(page)).toBeVisible();
  await expect(page.locator("main")).toContainText(person.email);
  await page.getByRole("button", { name: "Sign out instead" }).click();
  expect(new URL(await backIn(app, page)).searchParams.get("error")).toBe("access_denied");
  await page.goto(signet.url("/account"));
  await expect(page.locator("body")).not.toContainText(person.email);

  for (const times of [1, 2]) {
    await page.context().clearCookies();
    const flow = app.begin({ scope: "openid email" });
    await page.goto(flow.url);
    await signIn(page, person);
    if (times === 1) {
      await expect(asked(page)).toBeVisible();
      await page.getByRole("button", { name: "Agree and go on" }).click();
      await decide(page, "allow");
    }
    expect((await app.finish(flow, await backIn(app, page))).claims.email).toBe(person.email);
  }
  await app.stop();
});
