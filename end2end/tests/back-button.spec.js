// The back button never ends in a dead end.

import { expect, test } from "./support/fixtures.js";
import { backIn, decide, decision, signIn } from "./support/steps.js";

async function atConsent(page, app, person) {
  const flow = app.begin();
  await page.goto(flow.url);
  await signIn(page, person);
  await expect(decision(page, "allow")).toBeVisible();
  return flow;
}

/** Whatever the page is, it is a page and offers something to do. */
async function expectWayOn(page) {
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  const ways = page.locator('main a[href], main button[type="submit"]:visible');
  expect(await ways.count()).toBeGreaterThan(0);
}

test("back and forward between sign-in and consent", async ({ page, app, person }) => {
  const flow = await atConsent(page, app, person);
  await page.goBack();
  await expectWayOn(page);
  await page.goForward();
  await decide(page, "allow");
  const { claims } = await app.finish(flow, await backIn(app, page));
  expect(claims.email).toBe(person.email);
});

test("who goes back from consent and signs in again arrives", async ({ page, app, person }) => {
  const flow = await atConsent(page, app, person);
  await page.goBack();
  await expectWayOn(page);
  if (!(await decision(page, "allow").isVisible())) {
    const password = page.locator('input[name="password"]:visible');
    if (await password.isVisible()) {
      await password.fill(person.password);
      await page.getByRole("button", { name: "Sign in" }).click();
    } else {
      await signIn(page, person);
    }
  }
  await decide(page, "allow");
  const { claims } = await app.finish(flow, await backIn(app, page));
  expect(claims.email).toBe(person.email);
});

test("back from the app after everything is done, and forward again", async ({ page, app, person }) => {
  const flow = await atConsent(page, app, person);
  await decide(page, "allow");
  const address = await backIn(app, page);
  await app.finish(flow, address);
  await page.goBack();
  await expectWayOn(page);
  await page.goForward();
  expect(page.url()).toBe(address);

  await page.goBack();
  await page.locator("main a[href]").last().click();
  await expectWayOn(page);
});

test("going back and deciding a second time is no error page of the server", async ({ page, app, person }) => {
  const flow = await atConsent(page, app, person);
  const consent = page.url();
  await decide(page, "allow");
  await app.finish(flow, await backIn(app, page));
  const response = await page.goto(consent);
  expect(response.status()).toBeLessThan(500);
  await expectWayOn(page);
});
