// Whatever people do in their account is answered in the language they read.

import { readFile } from "node:fs/promises";

import { Authenticator as Passkeys } from "./support/authenticator.js";
import { expect, test } from "./support/fixtures.js";
import { backIn, decide, enterCode, errorOf, field, identify, prove, send, settled, signIn } from "./support/steps.js";
import { act, begin, eachLanguage, elsewhere, mailed, open, told } from "./support/spoken.js";
import { Authenticator } from "./support/totp.js";

eachLanguage((spoken, also) => {
  const { language } = spoken;

  test(`what somebody says of themselves and what guards the account is changed in ${language}${also}`, async ({ page, signet, person }) => {
    await begin(page, signet, person, spoken);
    await settled(page);
    await field(page, "name").fill("ليلى 例");
    await send(page, "name");
    await told(page, spoken, "profile-saved");
    await field(page, "birthdate").fill("yesterday");
    await send(page, "birthdate");
    await errorOf(page, "birthdate");
    await field(page, "birthdate").fill("1990-12-31");
    await send(page, "birthdate");
    await told(page, spoken, "profile-saved");

    await open(page, signet, spoken, "/account/security", "security-title");
    const renewed = `${person.password} anew`;
    await field(page, "new_password").fill(renewed);
    await send(page, "new_password");
    await told(page, spoken, "password-done-set");

    const address = person.email.replace("@example.com", "@elsewhere.example");
    await open(page, signet, spoken, "/account/security", "security-title");
    await field(page, "email").fill(address);
    await send(page, "email");
    const { codes } = await signet.mail(address);
    await settled(page);
    await enterCode(page, codes[0]);
    await told(page, spoken, "address-done");

    await open(page, signet, spoken, "/account/security", "security-title");
    await act(page, "authenticator-add").click();
    const app = new Authenticator(await page.locator(".enrol__key code").innerText());
    await settled(page);
    await enterCode(page, await app.next());
    await told(page, spoken, "recovery-codes-shown");
    await expect(page.locator(".codes li")).toHaveCount(10);
    await settled(page);
    // What guards the account is removed by whoever proves both factors.
    await act(page, "authenticator-remove").click();
    await send(page, "identifier");
    await settled(page);
    await prove(page, renewed);
    await expect(page.getByRole("heading", { level: 1, name: spoken.words("second-factor-title") })).toBeVisible();
    await settled(page);
    await enterCode(page, await app.next());
    await expect(page.getByRole("heading", { level: 1, name: spoken.words("security-title") })).toBeVisible();
    await settled(page);
    await act(page, "authenticator-remove").click();
    await told(page, spoken, "authenticator-done-removed");
  });

  test(`sessions, apps, activity and the account itself are ended in ${language}${also}`, async ({ page, browser, signet, app, person }, testInfo) => {
    const others = [await elsewhere(browser, signet, person, testInfo), await elsewhere(browser, signet, person, testInfo)];
    await begin(page, signet, person, spoken);
    await open(page, signet, spoken, "/account/sessions", "sessions-title");
    await page.locator('form:has(input[name="session"]):not(:has(input[name="act"])) button').first().click();
    await told(page, spoken, "sessions-ended");
    await open(page, signet, spoken, "/account/sessions", "sessions-title");
    await act(page, "report").click();
    await told(page, spoken, "sessions-reported");
    await mailed(signet, person.email, spoken, "mail-reported-subject");
    for (const other of others) await other.close();

    const flow = app.begin({ scope: "openid email profile" });
    await page.goto(flow.url);
    await decide(page, "allow");
    await app.finish(flow, await backIn(app, page));
    await open(page, signet, spoken, "/account/apps", "apps-title");
    await page.locator("details.more summary").click();
    await page.locator('input[name="scope"][value="email"]').uncheck();
    await act(page, "narrow").click();
    await told(page, spoken, "apps-narrowed");
    await settled(page);
    await page.locator('form:has(input[name="client_id"]):not(:has(input[name="act"])) button').click();
    await told(page, spoken, "apps-removed");

    await open(page, signet, spoken, "/account/activity", "activity-title");
    await page.locator('select[name="topic"]').selectOption("apps");
    await page.locator('form:has(select[name="topic"]) button').click();
    for (const event of ["granted", "narrowed", "revoked"]) {
      await expect(page.getByText(spoken.words(`event-consent-${event}`))).toHaveCount(1);
    }
    await open(page, signet, spoken, "/account/linked", "linked-title");

    await open(page, signet, spoken, "/account/privacy", "privacy-title");
    const [download] = await Promise.all([page.waitForEvent("download"), act(page, "export").click()]);
    expect(JSON.parse(await readFile(await download.path(), "utf8")).identifiers[0].value).toBe(person.email);
    await page.getByRole("link", { name: spoken.words("privacy-leave-next") }).click();
    await act(page, "leave").click();
    await told(page, spoken, "restore-account-left-title");
    await mailed(signet, person.email, spoken, "mail-exported-subject");
    await mailed(signet, person.email, spoken, "mail-leaving-subject");
    const mails = async () => (await signet.mails(person.email)).flatMap(({ links }) => links);
    const restoring = (link) => new URL(link).pathname === "/restore-account";
    await expect.poll(async () => (await mails()).some(restoring)).toBe(true);
    await page.goto((await mails()).find(restoring));
    await page.getByRole("button", { name: spoken.words("restore-account-submit") }).click();
    await told(page, spoken, "sign-in-done-back");
    await mailed(signet, person.email, spoken, "mail-back-subject");
  });

  test(`a passkey is made, named and removed in ${language} @script`, async ({ page, signet, person }) => {
    await Passkeys.of(page);
    await page.goto(signet.url("/login"));
    await page.getByRole("contentinfo").locator("summary").click();
    await page.getByRole("contentinfo").locator(`button[value="${language}"]`).click();
    await identify(page, person.email);
    await prove(page, person.password);
    const later = page.getByRole("button", { name: spoken.words("passkey-offer-later") });
    const profile = page.getByRole("heading", { level: 1, name: spoken.words("profile-title"), exact: true });
    await expect(later.or(profile)).toBeVisible();
    if (await later.isVisible()) await later.click();
    await expect(profile).toBeVisible();
    await open(page, signet, spoken, "/account/security", "security-title");
    await page.getByRole("button", { name: spoken.words("passkey-create") }).click();
    await told(page, spoken, "passkey-added");
    await settled(page);
    await page.locator("details:has(input[value='passkey-rename']) summary").click();
    await field(page, "passkey_name").fill("電話");
    await act(page, "passkey-rename").click();
    await told(page, spoken, "passkey-renamed");
    await settled(page);
    await act(page, "passkey-remove").click();
    await told(page, spoken, "passkey-removed");
  });
});
