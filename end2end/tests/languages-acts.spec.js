// What else people do in their account, in the language they read: their picture and how pages speak to them, apps and
// browsers they are done with, and what guards the account.

import { readFile } from "node:fs/promises";

import { connectedApp, expect, somebody, test } from "./support/fixtures.js";
import { decide, enterCode, errorOf, field, identify, prove, send, settled } from "./support/steps.js";
import { act, begin, eachLanguage, elsewhere, mailed, open, speaking, told } from "./support/spoken.js";
import { Authenticator } from "./support/totp.js";
import { provided } from "./support/tour/providers.js";
import { accountAt } from "./support/upstreams/fixtures.js";

/** What a browser keeps of a link that leads to a file. */
async function saved(page, link) {
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  return readFile(await download.path(), "utf8");
}

/** The button of the form that has a field of this name and value. */
const button = (page, name, value) => page.locator(`form:has([name="${name}"][value="${value}"]) button`);

const preferences = (page) => page.locator('form:has(input[name="preferences"])');

/** Signs in where a second factor is asked for, and trusts the browser. */
async function signInTrusted(page, signet, { language, words }, { email, password }, code) {
  await page.context().clearCookies();
  await page.goto(signet.url("/login"));
  await page.getByRole("contentinfo").locator("summary").click();
  await page.getByRole("contentinfo").locator(`button[value="${language}"]`).click();
  await identify(page, email);
  await prove(page, password);
  await page.getByLabel(words("second-factor-remember")).check();
  await settled(page);
  await enterCode(page, code);
  await expect(page.getByRole("heading", { level: 1, name: words("profile-title"), exact: true })).toBeVisible();
}

eachLanguage((spoken, also) => {
  const { language, words } = spoken;

  test(`a picture is set and removed, and language and time zone are chosen in ${language}${also}`, async ({ page, signet, person }) => {
    await begin(page, signet, person, spoken);
    await settled(page);
    const picture = page.getByRole("img", { name: words("picture-alt") });
    const upload = page.locator('form:has(input[name="picture"]) button');
    await page.locator('input[name="picture"]').setInputFiles({ name: "me.png", mimeType: "image/png", buffer: Buffer.from("none") });
    await upload.click();
    await expect(await errorOf(page, "picture")).toHaveText(words("error-picture"));
    const buffer = await page.screenshot({ clip: { x: 0, y: 0, width: 64, height: 64 } });
    await page.locator('input[name="picture"]').setInputFiles({ name: "me.png", mimeType: "image/png", buffer });
    await upload.click();
    await told(page, spoken, "profile-saved");
    await expect(picture).toBeVisible();
    await act(page, "picture-remove").click();
    await told(page, spoken, "profile-saved");
    await expect(picture).toHaveCount(0);

    await field(page, "zoneinfo").fill("Mars/Olympus");
    await send(page, "zoneinfo");
    await errorOf(page, "zoneinfo");
    await expect(page.locator("html")).toHaveAttribute("lang", language);
    await field(page, "zoneinfo").fill("Asia/Tokyo");
    await preferences(page).locator("select").selectOption("de");
    await send(page, "zoneinfo");
    await told(page, speaking("de"), "profile-saved");
    await preferences(page).locator("select").selectOption(language);
    await send(page, "zoneinfo");
    await told(page, spoken, "profile-saved");
    await expect(field(page, "zoneinfo")).toHaveValue("Asia/Tokyo");
  });

  test(`every app is removed, every other browser signed out, and all of it taken along in ${language}${also}`, async ({ page, browser, signet, app, person }, testInfo) => {
    const other = await elsewhere(browser, signet, person, testInfo);
    await begin(page, signet, person, spoken);
    const second = await connectedApp(signet, { name: "Garden Planner" });
    for (const one of [app, second]) {
      await page.goto(one.begin({ scope: "openid email" }).url);
      await decide(page, "allow");
      await page.waitForURL((url) => url.href.startsWith(one.redirectUri));
    }
    await second.stop();
    await open(page, signet, spoken, "/account/apps", "apps-title");
    await act(page, "remove-all").click();
    await told(page, spoken, "apps-all-removed");
    await told(page, spoken, "apps-empty");

    await open(page, signet, spoken, "/account/sessions", "sessions-title");
    await button(page, "session", "others").click();
    await told(page, spoken, "sessions-ended");
    await told(page, spoken, "sessions-empty");
    const [there] = other.pages();
    await there.goto(signet.url("/account"));
    await expect(field(there, "identifier")).toBeVisible();
    await other.close();

    await open(page, signet, spoken, "/account/activity", "activity-title");
    for (const name of [app.name, second.name]) {
      await expect(page.getByText(words("event-consent-revoked")).filter({ hasText: name })).toHaveCount(1);
    }
    const csv = await saved(page, page.getByRole("link", { name: words("activity-csv"), exact: true }));
    const json = await saved(page, page.getByRole("link", { name: words("activity-json"), exact: true }));
    expect(csv.split("\r\n")[0]).toBe("at,kind,what,address,user_agent");
    expect(JSON.stringify(JSON.parse(json))).toContain(words("event-consent-revoked"));
    expect(csv).toContain(words("event-consent-revoked"));
  });

  test(`recovery codes are renewed, a browser is trusted no more, and a password is removed in ${language}${also}`, async ({ page, signet, person }) => {
    await begin(page, signet, person, spoken);
    await open(page, signet, spoken, "/account/security", "security-title");
    await act(page, "authenticator-add").click();
    const app = new Authenticator(await page.locator(".enrol__key code").innerText());
    await settled(page);
    await enterCode(page, await app.next());
    await told(page, spoken, "recovery-codes-shown");
    const first = await page.locator(".codes li").allInnerTexts();
    await mailed(signet, person.email, spoken, "mail-authenticator-added-subject");

    await signInTrusted(page, signet, spoken, person, await app.next());
    await mailed(signet, person.email, spoken, "mail-trusted-subject");
    await open(page, signet, spoken, "/account/security", "security-title");
    await act(page, "recovery-codes").click();
    await told(page, spoken, "recovery-codes-shown");
    const codes = await page.locator(".codes li").allInnerTexts();
    expect(codes).toHaveLength(10);
    expect(codes.filter((code) => first.includes(code))).toEqual([]);
    await mailed(signet, person.email, spoken, "mail-recovery-made-subject");
    await act(page, "trusted-forget").click();
    await told(page, spoken, "trusted-done");
    await act(page, "password-remove").click();
    await told(page, spoken, "password-done-removed");
    await told(page, spoken, "password-section-none");
    await mailed(signet, person.email, spoken, "mail-no-password-subject");
  });

  test(`an account elsewhere is linked and removed in ${language}${also}`, async ({ page, standing }) => {
    const upstreams = await provided(standing);
    const { signet, github } = upstreams;
    const person = await signet.createUser(somebody());
    await begin(page, signet, person, spoken);
    await open(page, signet, spoken, "/account/linked", "linked-title");
    await button(page, "provider", "github").click();
    await github.signIn(page, accountAt(upstreams, "github", somebody()));
    await told(page, spoken, "linked-done");
    await mailed(signet, person.email, spoken, "mail-linked-subject");
    await settled(page);
    await act(page, "identity-unlink").click();
    await told(page, spoken, "linked-removed");
    await told(page, spoken, "linked-empty");
    await mailed(signet, person.email, spoken, "mail-unlinked-subject");
  });
});
