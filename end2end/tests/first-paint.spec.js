// What a browser must have before it can paint: the document and what it waits for, as they travel.

import { get } from "node:http";

import { connectedApp, expect, somebody, test } from "./support/fixtures.js";
import { manyApps, manySessions } from "./support/many.js";
import { openAccount, signIn } from "./support/steps.js";

const AT_MOST = 20 * 1024;

/** The bytes of an answer as it travels, and what it says. */
function travelling(address, Cookie) {
  return new Promise((resolve, reject) => {
    const request = get(address, { headers: { "Accept-Encoding": "br, gzip", Accept: "text/html,text/css", Cookie } }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ bytes: Buffer.concat(parts).length, status: response.statusCode, encoding: response.headers["content-encoding"] }));
    });
    request.on("error", reject);
  });
}

/** What keeps a document from being painted: styles, and scripts that it stops for. */
function blocking(html, base) {
  const tags = [...html.matchAll(/<(?:link|script)\b[^>]*>/g)].map(([tag]) => tag);
  const stops = (tag) => (tag.startsWith("<link") ? / rel="stylesheet"/.test(tag) : / src=/.test(tag) && !/ (?:async|defer|type="module")/.test(tag));
  return tags.filter(stops).map((tag) => new URL(/ (?:href|src)="([^"]+)"/.exec(tag)[1], base).href);
}

/** Sees to it that the page at `address` can be painted soon. */
async function paintedSoon(page, address) {
  const html = await (await page.goto(address)).text();
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const waitedFor = blocking(html, page.url());
  expect(waitedFor.length).toBeGreaterThan(0);
  const answers = await Promise.all([page.url(), ...waitedFor].map((wanted) => travelling(wanted, cookie)));
  for (const { encoding, status } of answers) expect([status, encoding]).toEqual([200, expect.stringMatching(/^(br|gzip)$/)]);
  const bytes = answers.reduce((sum, answer) => sum + answer.bytes, 0);
  expect.soft(bytes, `${page.url()}: ${answers.map((answer) => answer.bytes).join(" + ")}`).toBeLessThanOrEqual(AT_MOST);
}

test("signing in is painted after at most 20 KiB", async ({ page, signet }) => {
  for (const path of ["/login", "/sign-up"]) await paintedSoon(page, signet.url(path));
});

test("deciding about an app is painted after at most 20 KiB", async ({ page, signet, person }) => {
  const app = await connectedApp(signet);
  await page.goto(app.begin({ scope: "openid profile email phone address offline_access" }).url);
  await signIn(page, person);
  await expect(page.getByRole("button", { name: "Allow", exact: true })).toBeVisible();
  await paintedSoon(page, page.url());
  await app.stop();
});

test("every page of the account is painted after at most 20 KiB, with lists as long as they get", async ({ page, signet }) => {
  test.slow();
  const person = await signet.createUser(somebody());
  const apps = await manyApps(signet);
  await manySessions(signet, person);
  await openAccount(page, signet, person);
  await apps.usedIn(page);
  await apps.stop();
  await page.goto(signet.url("/account"));
  const links = await page.getByRole("navigation", { name: "Your account" }).getByRole("link").evaluateAll((all) => all.map(({ href }) => href));
  expect(links.length).toBeGreaterThanOrEqual(7);
  for (const address of links) await paintedSoon(page, address);
});
