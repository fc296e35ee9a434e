// The account without a pointer: Tab, Enter and Space do everything, and whatever is done or refused leaves the focus where
// it is told, with script and without.

import { Authenticator as Passkeys } from "./support/authenticator.js";
import { connectedApp, expect, test } from "./support/fixtures.js";
import { ledTo, press, tabTo, type } from "./support/keyboard.js";
import { decide, field, openAccount, settled, signIn, signOut } from "./support/steps.js";
import { Authenticator, enrol } from "./support/totp.js";

const done = (page, text) => page.getByRole("status").filter({ hasText: text });

/** The page of the account below `path`, reached by its navigation. */
async function go(page, name) {
  await press(page, page.getByRole("navigation", { name: "Your account" }).getByRole("link", { name, exact: true }));
  await expect(page.getByRole("heading", { level: 1, name, exact: true })).toBeVisible();
  await settled(page);
}

test("security needs no pointer: password, address and a second factor are changed", async ({ page, signet, person }) => {
  await openAccount(page, signet, person);
  await go(page, "Security");
  await type(page, "new_password", "too short");
  await ledTo(page, field(page, "new_password"));
  await type(page, "new_password", `${person.password} anew`);
  await ledTo(page, done(page, "Your new password is saved."));

  const address = person.email.replace("@example.com", "@elsewhere.example");
  await settled(page);
  await type(page, "email", person.email);
  await ledTo(page, field(page, "email"));
  await page.keyboard.press("Control+A");
  await type(page, "email", address);
  await ledTo(page, done(page, "We sent a message to"));
  await settled(page);
  await type(page, "code", "12");
  await ledTo(page, field(page, "code"));
  const { codes } = await signet.mail(address);
  await type(page, "code", codes[0]);
  await ledTo(page, done(page, "Your email address is changed."));

  await press(page, page.getByRole("button", { name: "Set up authenticator app" }));
  await ledTo(page, page.getByRole("heading", { level: 2, name: /^Authenticator app/ }));
  await type(page, "code", "000000");
  await ledTo(page, field(page, "code"));
  const app = new Authenticator(await page.locator(".enrol__key code").innerText());
  await type(page, "code", await app.next());
  await ledTo(page, page.locator(".notice--ok").first());
});

test("passkeys need no pointer: one is made, named and removed @script", async ({ page, signet, person }) => {
  await openAccount(page, signet, person);
  await Passkeys.of(page);
  await go(page, "Security");
  await press(page, page.getByRole("button", { name: "Create a passkey" }));
  await ledTo(page, done(page, "The passkey is created."));
  await settled(page);
  await press(page, page.locator(".passkey summary"), "Space");
  await type(page, "passkey_name", "Phone");
  await ledTo(page, done(page, "The name is saved."));
  await settled(page);
  await press(page, page.locator('form:has([value="passkey-remove"]) button'));
  await ledTo(page, page.locator(".notice--ok"));
});

test("trusted browsers need no pointer: one is trusted where the code is asked for, and trusted no more", async ({ page, signet, person }) => {
  await openAccount(page, signet, person);
  const { app } = await enrol(page, signet);
  await page.goto(signet.url("/account"));
  await signOut(page);
  await page.goto(signet.url("/account"));
  await signIn(page, person);
  const trust = page.getByRole("checkbox", { name: /Trust this browser/ });
  await expect(trust).toBeVisible();
  await settled(page);
  await press(page, trust, "Space");
  await expect(trust).toBeChecked();
  // The field comes before the box.
  await page.keyboard.press("Shift+Tab");
  await expect(field(page, "code")).toBeFocused();
  await page.keyboard.type(await app.next());
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
  await go(page, "Security");
  await press(page, page.getByRole("button", { name: "Stop trusting" }).first());
  await ledTo(page, done(page, "That browser is no longer trusted."));
});

test("sessions need no pointer: one is ended, and one told of, which leads to the password", async ({ page, signet, person, browser }) => {
  for (let times = 0; times < 2; times += 1) {
    const other = await browser.newContext();
    await openAccount(await other.newPage(), signet, person);
    await other.close();
  }
  await openAccount(page, signet, person);
  await go(page, "Sessions");
  await press(page, page.locator('form:has([name="session"]):not(:has([name="act"])) button').first());
  await ledTo(page, done(page, "Signed out there."));
  await settled(page);
  await press(page, page.getByRole("button", { name: "Not me" }));
  await ledTo(page, done(page, "Set a new password now"));
  await press(page, page.getByRole("link", { name: /Set a new password now/ }));
  await ledTo(page, page.getByRole("heading", { level: 2, name: "Password" }));
});

test("apps need no pointer: one is left less, one removed, and then all", async ({ page, signet, app, person }) => {
  const others = [await connectedApp(signet, { name: "Garden Planner" }), await connectedApp(signet, { name: "Tide Tables" })];
  await openAccount(page, signet, person);
  for (const one of [app, ...others]) {
    await page.goto(one.begin({ scope: "openid email" }).url);
    await decide(page, "allow");
    await page.waitForURL((url) => url.href.startsWith(one.redirectUri));
  }
  await Promise.all(others.map((other) => other.stop()));
  await page.goto(signet.url("/account"));
  await go(page, "Connected apps");
  const listed = page.getByRole("listitem").filter({ hasText: app.name });
  await press(page, listed.locator("summary"));
  const box = listed.locator('input[name="scope"][value="email"]');
  await press(page, box, "Space");
  await expect(box).not.toBeChecked();
  await press(page, listed.getByRole("button", { name: "Save" }));
  await ledTo(page, done(page, "The app may do less now."));
  await settled(page);
  await press(page, listed.getByRole("button", { name: "Remove access" }));
  await ledTo(page, done(page, "The app can no longer use your account."));
  await press(page, page.getByRole("button", { name: "Remove all apps" }));
  await ledTo(page, done(page, "No app can use your account any more."));
});

test("privacy needs no pointer: everything is taken along, the account is left and restored", async ({ page, signet, person }) => {
  await openAccount(page, signet, person);
  await go(page, "Privacy");
  const take = page.getByRole("button", { name: "Download my data" });
  await tabTo(page, take);
  await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  await ledTo(page, take);
  await press(page, page.getByRole("link", { name: "Delete my account" }));
  await ledTo(page, page.getByRole("heading", { level: 2, name: "Delete your account?" }));
  await press(page, page.getByRole("button", { name: "Delete account" }));
  await ledTo(page, page.getByRole("heading", { level: 1, name: "Your account is deleted" }));
  await press(page, page.getByRole("link", { name: "Sign in" }));
  await expect(field(page, "identifier")).toBeVisible();
  await settled(page);
  await signIn(page, person);
  await press(page, page.getByRole("button", { name: "Restore account" }));
  await ledTo(page, done(page, "Your account is restored."));
});
