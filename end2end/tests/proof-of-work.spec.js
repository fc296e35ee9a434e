// Many sign-ups and forgotten passwords from one network: a machine with script works unseen, a person without waits.

import { expect, somebody, test } from "./support/fixtures.js";
import { enterCode, field, send, settled, signUp } from "./support/steps.js";

const AFTER_ONE = { SIGNET_WORK_AFTER: "1" };
const waitFor = (page) => page.locator("#errors");
const isScripted = ({ project }) => project.use.javaScriptEnabled !== false;

/** Without script the page says how long to wait; who comes back then is heard. */
async function waitIfTold(page, testInfo, again) {
  if (isScripted(testInfo)) return;
  const told = waitFor(page);
  await expect(told).toContainText("Many requests came from your network.");
  const [, seconds] = /wait (\d+) seconds/.exec(await told.textContent());
  await page.waitForTimeout(Number(seconds) * 1_000 + 500);
  await again();
}

test("the second sign-up of an hour goes through, by work or by a wait", async ({ page, serve }, testInfo) => {
  const signet = await serve(AFTER_ONE);
  for (let round = 0; round < 2; round += 1) {
    const person = somebody();
    await page.goto(signet.url("/sign-up"));
    await settled(page);
    await signUp(page, person);
    if (round > 0) {
      await waitIfTold(page, testInfo, async () => {
        await expect(field(page, "email")).toHaveValue(person.email);
        await field(page, "new_password").fill(person.password);
        await send(page, "new_password");
      });
    }
    await expect(page.getByRole("heading", { level: 1, name: "Check your email" })).toBeVisible();
    await expect(waitFor(page)).toHaveCount(0);
    await enterCode(page, (await signet.mail(person.email)).codes[0]);
    await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
    await page.context().clearCookies();
  }
});

test("a link for a forgotten password and a code come by work or after a wait", async ({ page, serve }, testInfo) => {
  const signet = await serve(AFTER_ONE);
  const person = await signet.createUser(somebody());
  for (let round = 0; round < 2; round += 1) {
    await page.goto(signet.url("/forgot-password"));
    await settled(page);
    await field(page, "identifier").fill(person.email);
    await send(page, "identifier");
    if (round > 0) await waitIfTold(page, testInfo, () => send(page, "identifier"));
    await expect(page.getByRole("heading", { level: 1, name: "Check your email" })).toBeVisible();
    await signet.mail(person.email, 2 * round + 1);

    await page.goto(signet.url("/login"));
    await settled(page);
    await field(page, "identifier").fill(person.email);
    await send(page, "identifier");
    const ask = page.getByRole("button", { name: "Email me a code" });
    await ask.click();
    if (round > 0) await waitIfTold(page, testInfo, () => ask.click());
    await expect(page.getByRole("heading", { level: 1, name: "Check your email" })).toBeVisible();
    await signet.mail(person.email, 2 * round + 2);
  }
});

test("a machine works for a form while it is filled in, and the page stays quick @script", async ({ page, serve }) => {
  const signet = await serve(AFTER_ONE);
  for (let asked = 0; asked < 2; asked += 1) {
    await page.request.post(signet.url("/forgot-password"), { form: { identifier: "nobody@example.com" } });
  }
  await page.addInitScript(() => {
    window.longest = 0;
    const note = ({ duration }) => (window.longest = Math.max(window.longest, duration));
    new PerformanceObserver((tasks) => tasks.getEntries().forEach(note)).observe({ type: "longtask", buffered: true });
  });
  await page.goto(signet.url("/forgot-password"));
  await expect(page.locator('input[name="work_answer"]')).toHaveValue(/^\d+$/);
  expect(await page.evaluate(() => window.longest)).toBeLessThan(200);
});
