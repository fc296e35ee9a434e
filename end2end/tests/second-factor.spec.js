// An authenticator app beside the password: setting it up, signing in with it, getting in without it.

import { readFile } from "node:fs/promises";

import { Authenticator as Passkeys, offer, told } from "./support/authenticator.js";
import { expect, test } from "./support/fixtures.js";
import { backIn, decide, decision, enterCode, errorOf, field, openAccount, settled, signIn, signOut } from "./support/steps.js";
import { Authenticator, enrol } from "./support/totp.js";

const TWO_FACTORS = "urn:signet:acr:2";
const INSISTED = JSON.stringify({ id_token: { acr: { essential: true, value: TWO_FACTORS } } });

const asked = (page) => expect(page.getByRole("heading", { level: 1, name: "Enter your code" })).toBeVisible();
const inside = (page) => expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();

/** Signs out, wherever the person is. */
async function leave(page, signet) {
  await page.goto(signet.url("/account"));
  await signOut(page);
}

/** Signs in at the account, as far as the code. */
async function toTheCode(page, signet, person) {
  await page.goto(signet.url("/account"));
  await signIn(page, person);
  await asked(page);
  await settled(page);
}

async function enrolled(page, signet, person) {
  await openAccount(page, signet, person);
  const own = await enrol(page, signet);
  await leave(page, signet);
  return own;
}

test("a code is asked for after the password, once it is confirmed, and each works once", async ({ page, signet, person }) => {
  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/security"));
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  await expect(page.getByRole("img", { name: "QR code with the key below" })).toBeVisible();
  await enterCode(page, "000 000");
  await expect(await errorOf(page, "code")).toContainText("isn't right");
  const { app, codes } = await enrol(page, signet);
  expect(new Set(codes).size).toBe(10);
  await page.reload();
  await expect(page.locator(".codes")).toHaveCount(0);
  await expect(page.getByText("10 codes are left.")).toBeVisible();
  const subjects = async () => (await signet.mails(person.email)).map(({ subject }) => subject);
  await expect.poll(subjects).toContainEqual(expect.stringContaining("authenticator app was added"));
  await leave(page, signet);

  await toTheCode(page, signet, person);
  for (const refused of [app.wrong(), app.last(), "nonsense"]) {
    await enterCode(page, refused);
    await expect(await errorOf(page, "code")).toContainText("used already");
    await expect(field(page, "code")).toHaveValue("");
  }
  await enterCode(page, await app.next());
  await inside(page);
});

test("with the password alone nobody is signed in, here or in another browser", async ({ page, browser, signet, person }) => {
  const { app } = await enrolled(page, signet, person);
  await toTheCode(page, signet, person);
  const waiting = page.url();
  const interaction = new URL(waiting).searchParams.get("interaction");
  for (const path of ["/account", "/account/security", `/resume/${interaction}`, `/consent?interaction=${interaction}`]) {
    await page.goto(signet.url(path));
    await expect(page.getByRole("banner").getByRole("button", { name: "Sign out" })).toHaveCount(0);
    await expect(field(page, "name")).toHaveCount(0);
  }
  const elsewhere = await browser.newContext({ javaScriptEnabled: false });
  const stranger = await elsewhere.newPage();
  await stranger.goto(waiting);
  await expect(field(stranger, "code")).toHaveCount(0);
  const code = await app.next();
  const form = { interaction, code };
  const answer = await stranger.request.post(signet.url("/login/otp"), { form, maxRedirects: 0 });
  expect(answer.status()).toBe(410);
  await elsewhere.close();
  // The stranger's attempt used nothing up.
  await page.goto(waiting);
  await settled(page);
  await enterCode(page, code);
  await inside(page);
});

test("a recovery code lets in whoever lost the app, once, and a mail says so", async ({ page, signet, person }) => {
  const { codes } = await enrolled(page, signet, person);
  const recover = async (code) => {
    await toTheCode(page, signet, person);
    await page.getByRole("link", { name: "Use a recovery code" }).click();
    await settled(page);
    await enterCode(page, code);
  };
  await recover(codes[3].toUpperCase());
  await inside(page);
  const bodies = async () => (await signet.mails(person.email)).map(({ text }) => text.replaceAll(/\s+/g, " "));
  await expect.poll(bodies).toContainEqual(expect.stringContaining("9 codes are left"));
  await leave(page, signet);
  await recover(codes[3]);
  await expect(await errorOf(page, "code")).toContainText("used already");
  await enterCode(page, codes[4]);
  await inside(page);
});

test("a trusted browser asks for the password alone, until trust is taken back", async ({ page, signet, person }) => {
  const { app } = await enrolled(page, signet, person);
  await toTheCode(page, signet, person);
  await page.getByRole("checkbox", { name: /Trust this browser/ }).check();
  await enterCode(page, await app.next());
  await inside(page);
  await leave(page, signet);

  await openAccount(page, signet, person);
  await page.goto(signet.url("/account/security"));
  const trusted = page.getByRole("region", { name: "Trusted browsers" });
  await expect(trusted.getByRole("listitem")).toHaveCount(1);
  // With the password alone nobody removes what guards the account.
  await page.getByRole("button", { name: "Remove authenticator app" }).click();
  await signIn(page, person);
  await asked(page);
  await page.goto(signet.url("/account/security"));
  await trusted.getByRole("button", { name: /Stop trusting/ }).click();
  await expect(page.getByRole("status")).toContainText("no longer trusted");
  await leave(page, signet);
  await toTheCode(page, signet, person);
});

test("an app that asks for two factors gets them from somebody who proved one", async ({ page, signet, app, person }) => {
  const { app: own } = await enrolled(page, signet, person);
  await toTheCode(page, signet, person);
  await page.getByRole("checkbox", { name: /Trust this browser/ }).check();
  await enterCode(page, await own.next());
  await inside(page);
  await leave(page, signet);
  await openAccount(page, signet, person);

  const plain = app.begin({ scope: "openid" });
  await page.goto(plain.url);
  await decide(page, "allow");
  const weak = await app.finish(plain, await backIn(app, page));
  expect(weak.claims.acr).toBe("urn:signet:acr:1");
  expect(weak.claims.amr).toEqual(["pwd"]);

  const stronger = app.begin({ scope: "openid", acr_values: TWO_FACTORS });
  await page.goto(stronger.url);
  await asked(page);
  await settled(page);
  await enterCode(page, await own.next());
  const strong = await app.finish(stronger, await backIn(app, page));
  expect(strong.claims.acr).toBe(TWO_FACTORS);
  expect(strong.claims.amr).toEqual(["mfa", "otp", "pwd"]);
  expect(strong.claims.sid).toBe(weak.claims.sid);

  const claims = JSON.stringify({ id_token: { acr: { essential: true, value: TWO_FACTORS } } });
  const insisting = app.begin({ scope: "openid", claims });
  await page.goto(insisting.url);
  const again = await app.finish(insisting, await backIn(app, page));
  expect(again.claims.acr).toBe(TWO_FACTORS);
});

/** Follows an app that asks for two factors, as somebody who has one. */
async function shortOfOne(page, app, person, ask) {
  const flow = app.begin({ scope: "openid", ...ask });
  await page.goto(flow.url);
  await signIn(page, person);
  await expect(page.getByRole("heading", { level: 1, name: "Prove it in a second way" })).toBeVisible();
  await settled(page);
  return flow;
}

test("who has one factor only may go on without another where the app does not insist", async ({ page, app, person }) => {
  const flow = await shortOfOne(page, app, person, { acr_values: TWO_FACTORS });
  await page.getByRole("button", { name: "Go on without" }).click();
  await decide(page, "allow");
  const { claims } = await app.finish(flow, await backIn(app, page));
  expect(claims.acr).toBe("urn:signet:acr:1");
});

test("who has one factor only and cancels is told off where the app insists", async ({ page, app, person }) => {
  await shortOfOne(page, app, person, { claims: INSISTED });
  await page.getByRole("button", { name: `Cancel and go back to ${app.name}` }).click();
  const answer = new URL(await backIn(app, page)).searchParams;
  expect(answer.get("error")).toBe("unmet_authentication_requirements");
  await expect(decision(page, "allow")).toHaveCount(0);
});

test("an app that insists on two factors gets them by an authenticator app that is set up on the way", async ({ page, app, person }) => {
  const flow = await shortOfOne(page, app, person, { claims: INSISTED });
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  const own = new Authenticator(await page.locator(".enrol__key code").innerText());
  await enterCode(page, "000 000");
  await expect(await errorOf(page, "code")).toContainText("isn't right");
  await enterCode(page, await own.next());
  await expect(page.getByRole("heading", { level: 1, name: "Keep your recovery codes" })).toBeVisible();
  await expect(page.locator(".codes li")).toHaveCount(10);
  await page.getByRole("link", { name: "I kept them, go on" }).click();
  await decide(page, "allow");
  const { claims } = await app.finish(flow, await backIn(app, page));
  expect(claims.acr).toBe(TWO_FACTORS);
  expect(claims.amr).toEqual(["mfa", "otp", "pwd"]);
});

test("after the second step a passkey is offered, not where the browser is trusted without it @script", async ({ page, signet, person }) => {
  const { app } = await enrolled(page, signet, person);
  await Passkeys.of(page);
  await page.goto(signet.url("/login"));
  await told(page);
  await toTheCode(page, signet, person);
  await page.getByRole("checkbox", { name: /Trust this browser/ }).check();
  await enterCode(page, await app.next());
  await expect(offer(page)).toBeVisible();
  await page.goto(signet.url("/account"));
  await inside(page);
  await signOut(page);
  await openAccount(page, signet, person);
});

test("a passkey that is made on the way counts once it was used @script", async ({ page, app, person }) => {
  await Passkeys.of(page);
  const flow = await shortOfOne(page, app, person, { claims: INSISTED });
  await page.getByRole("button", { name: "Create a passkey" }).click();
  await page.getByRole("button", { name: "Use your passkey" }).click();
  await decide(page, "allow");
  const { claims } = await app.finish(flow, await backIn(app, page));
  expect(claims.acr).toBe(TWO_FACTORS);
  expect(claims.amr).toEqual(["mfa", "pop", "user"]);
});

test("recovery codes are copied, saved, and printed alone @script", async ({ page, context, signet, person }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openAccount(page, signet, person);
  const { codes } = await enrol(page, signet);
  const text = [`Recovery codes for ${new URL(signet.issuer).host}`, ...codes, ""].join("\n");
  await page.getByRole("button", { name: "Copy" }).click();
  await expect(page.getByText("Copied.")).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(text);
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  const saved = await saving;
  expect(saved.suggestedFilename()).toBe("recovery-codes.txt");
  expect(await readFile(await saved.path(), "utf8")).toBe(text);
  await page.evaluate(() => {
    window.print = () => document.body.setAttribute("data-printed", "");
  });
  await page.getByRole("button", { name: "Print" }).click();
  await expect(page.locator("body[data-printed]")).toHaveCount(1);
  await page.emulateMedia({ media: "print" });
  await expect(page.locator(".codes li").first()).toBeVisible();
  const seen = await page.locator("body").innerText();
  expect(seen.split(/\s*\n\s*/).filter(Boolean)).toEqual(text.trim().split("\n"));
});

test("another app takes the place of the one before, which works until then, and both can be removed", async ({ page, signet, person }) => {
  const { app } = await enrolled(page, signet, person);
  await toTheCode(page, signet, person);
  await enterCode(page, await app.next());
  await inside(page);
  await page.goto(signet.url("/account/security"));
  await page.getByRole("button", { name: "Replace authenticator app" }).click();
  await expect(page.getByText("The app you have works until then.")).toBeVisible();
  await page.getByRole("link", { name: "Cancel" }).click();
  await page.getByRole("button", { name: "Remove authenticator app" }).click();
  await expect(page.getByRole("status")).toContainText("is removed");
  await leave(page, signet);
  await openAccount(page, signet, person);
});
