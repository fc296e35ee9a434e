// What people do in their account in another language than English: told by the product's own words.

import { expect } from "@playwright/test";

import { field, settled, signIn } from "./steps.js";
import { plain, sentencesOf, wordsOf } from "./words.js";

/** Brings the page again in another language; a form that was posted is posted again. */
export async function inLanguage(page, language) {
  const { origin, port } = new URL(page.url());
  await page.context().addCookies([{ name: `signet-language-${port}`, value: language, url: origin }]);
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("lang", language);
}

/** A language, and what it says. */
export const speaking = (language) => ({ language, words: wordsOf(language), sentences: sentencesOf(language) });

/** Makes tests of a language from right to left and of one in another script; `make` puts what it is given after its titles. */
export function eachLanguage(make) {
  // Words are the same with script and without it; one language sees to both.
  for (const language of ["ar", "ja"]) make(speaking(language), language === "ja" ? " @script" : "");
}

/** The button of the form that does `act`. */
export const act = (page, name) => page.locator(`form:has(input[name="act"][value="${name}"]) button[type="submit"]`);

/** The page of the account below `path`, in the language and told by its heading. */
export async function open(page, signet, { language, words }, path, title) {
  await page.goto(signet.url(path));
  await expect(page.locator("html")).toHaveAttribute("lang", language);
  await expect(page.getByRole("heading", { level: 1, name: words(title), exact: true })).toBeVisible();
  await settled(page);
}

/** The page says what `key` names. */
export async function told(page, { language, words }, key) {
  await expect(page.getByText(words(key), { exact: true })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", language);
}

/** Chooses the language at the foot of the sign-in and signs in. */
export async function begin(page, signet, person, spoken) {
  await page.goto(signet.url("/login"));
  const menu = page.getByRole("contentinfo").locator("details");
  await menu.locator("summary").click();
  await menu.locator(`button[value="${spoken.language}"]`).click();
  await signIn(page, person);
  await expect(page.getByRole("heading", { level: 1, name: spoken.words("profile-title"), exact: true })).toBeVisible();
}

/** Signs the person in on another device. */
export async function elsewhere(browser, signet, person, testInfo) {
  const { javaScriptEnabled } = testInfo.project.use;
  const context = await browser.newContext({ javaScriptEnabled });
  const page = await context.newPage();
  await page.goto(signet.url("/account"));
  await signIn(page, person);
  await expect(field(page, "name")).toHaveValue(person.name);
  return context;
}

/** A mail came whose subject is what `key` names. */
export async function mailed(signet, to, { sentences }, key) {
  const subject = sentences(key, { host: new URL(signet.issuer).host });
  const subjects = async () => (await signet.mails(to)).map((mail) => plain(mail.subject));
  await expect.poll(subjects).toContain(subject);
}
