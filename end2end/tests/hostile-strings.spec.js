// What people and apps call themselves does nothing to the pages that show it: no markup, no direction turned around,
// nothing wider than the screen.

import { connectedApp, expect, somebody, test } from "./support/fixtures.js";
import { decide, decision, field, openAccount, signIn } from "./support/steps.js";

const NAMES = {
  markup: `"'><img src=x onerror=alert(1)><script>alert(1)</script>`,
  "right to left": "حديقة الأمير",
  "look-alikes": "\u0430\u0440\u0440\u04cf\u0435 \u0405ignet",
  "four bytes": "\u{1d56c}\u{1d589}\u{1d586} \u{1f469}\u200d\u{1f469}\u200d\u{1f467} \u{10330}",
  "very long": "W".repeat(100),
};

const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

async function inert(page, name) {
  await page.setViewportSize({ width: 320, height: 640 });
  expect(await overflow(page), page.url()).toBe(0);
  expect(await page.locator("img[src=x], main script:not([nonce])").count()).toBe(0);
  expect(await page.locator("body").innerText()).toContain(name);
}

for (const [kind, name] of Object.entries(NAMES)) {
  test(`${kind}: a person's and an app's name stay text on every page that shows them`, async ({ page, signet }) => {
    page.on("dialog", () => expect(kind).toBe("quiet"));
    const app = await connectedApp(signet, { name });
    const person = await signet.createUser({ ...somebody(), name });
    await page.goto(app.begin().url);
    await inert(page, name);
    await signIn(page, person);
    await expect(decision(page, "allow")).toBeVisible();
    await inert(page, name);
    await decide(page, "allow");
    await page.waitForURL((url) => url.href.startsWith(app.redirectUri));
    await page.goto(signet.url("/account/apps"));
    await inert(page, name);
    await page.goto(app.begin({ prompt: "select_account" }).url);
    await inert(page, name);
    await app.stop();
  });
}

test("names that turn what follows around are not taken, and what was typed turns nothing around", async ({ page, signet, person }) => {
  await openAccount(page, signet, person);
  await field(page, "name").fill("Ada \u202egpj.exe");
  await page.getByRole("button", { name: "Save profile" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await page.context().clearCookies();
  await page.goto(signet.url("/login"));
  await field(page, "identifier").fill("ada\u202e@example.com");
  await field(page, "identifier").press("Enter");
  await expect(field(page, "password")).toBeVisible();
  expect(await page.locator("body").innerText()).not.toContain("\u202e");
});
