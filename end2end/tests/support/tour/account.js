// What people see and change of their account, but for what guards it.

import { expect } from "@playwright/test";

import { connectedApp, somebody } from "../fixtures.js";
import { manyApps, manySessions } from "../many.js";
import { placed } from "../places.js";
import { Signet } from "../signet.js";
import { decide, field, openAccount, settled } from "../steps.js";
import { noPicture, picture, pictured } from "./pictures.js";
import { allowed, heading, twoSessions } from "./ways.js";

const PNG = "image/png";
const MOST = 4 * 1024 * 1024;

/** Sends a file as one's picture. */
async function choosePicture(page, signet, person, file) {
  await openAccount(page, signet, person);
  // Any picture will do.
  const buffer = file ?? (await page.getByRole("banner").locator(".seal").screenshot());
  await page.locator('input[name="picture"]').setInputFiles({ name: "me.png", mimeType: PNG, buffer });
  await page.getByRole("button", { name: "Save picture" }).click();
}

async function refusedPicture(page, signet, person, file) {
  await choosePicture(page, signet, person, file);
  await expect(page.getByRole("alert")).toBeVisible();
}

/** Somebody on a server that knows where its people are, at a page of their account. */
async function withPlace(page, standing, path) {
  const { signet } = await standing("places", placed);
  await openAccount(page, signet, await signet.createUser(somebody()));
  await page.goto(signet.url(path));
  await expect(page.getByText("Berlin, Germany").first()).toBeVisible();
}

/** A server with one administrator, who is in its account. */
async function ruledByOne() {
  const signet = await Signet.start();
  const { email, name, password } = somebody();
  await signet.cli(["user", "create", "--email", email, "--name", name, "--password-stdin", "--verified", "--admin"], { stdin: password });
  const stop = () => signet.stop();
  return { signet, administrator: { email, name, password }, stop, origins: signet.origins };
}

/** A server with somebody whose lists are longer than a page. */
async function withManyOf() {
  const signet = await Signet.start();
  const [person, apps] = [await signet.createUser(somebody()), await manyApps(signet)];
  await manySessions(signet, person);
  const stop = async () => {
    await signet.stop();
    await apps.stop();
  };
  return { signet, person, apps, stop, origins: signet.origins };
}

/** The first page of such a list, and with `further` the next. */
async function longList(page, standing, path, further) {
  const { signet, person, apps } = await standing("many", withManyOf);
  await openAccount(page, signet, person);
  if (path === "/account/apps") await apps.usedIn(page);
  await page.goto(signet.url(path));
  if (further) await page.getByRole("link", { name: "Next page" }).click();
  await expect(page.getByRole("link", { name: further ? "First page" : "Next page" })).toBeVisible();
}

/** The account. */
export const account = {
  account: ({ page, signet, person }) => openAccount(page, signet, person),
  "account-error": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await field(page, "name").fill("A".repeat(101));
    await page.getByRole("button", { name: "Save profile" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "account-picture": async ({ page, signet, person }) => {
    await choosePicture(page, signet, person);
    await expect(page.getByRole("img", { name: "Your picture" })).toBeVisible();
  },
  "account-picture-error": async ({ page, signet, person }) => {
    await refusedPicture(page, signet, person, Buffer.from("no picture at all"));
  },
  "account-picture-large-error": async ({ page, signet, person }) => {
    await refusedPicture(page, signet, person, Buffer.alloc(MOST + 1));
  },
  "account-zone-error": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await field(page, "zoneinfo").fill("Mars/Olympus");
    await page.getByRole("button", { name: "Save language and time zone" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "account-changed-error": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await settled(page);
    await page.locator('input[name="version"]').evaluateAll((inputs) => inputs.forEach((input) => (input.value = "-1")));
    await page.getByRole("button", { name: "Save profile" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "account-saved": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.getByRole("button", { name: "Save profile" }).click();
    await expect(page.getByRole("status")).toBeVisible();
  },
  "account-details": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await field(page, "given_name").fill("Ada <b>\"Countess\"</b>");
    await field(page, "street_address").fill("12 St James Square");
    await page.getByRole("button", { name: "Save details" }).click();
    await expect(page.getByRole("status")).toBeVisible();
    await expect(field(page, "given_name")).toHaveValue("Ada <b>\"Countess\"</b>");
  },
  "account-details-error": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await field(page, "phone_number").fill("020 7946 0000");
    await page.getByRole("button", { name: "Save details" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await expect(field(page, "phone_number")).toHaveAttribute("aria-invalid", "true");
  },
  "account-sessions": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/sessions"));
    await heading(page, "Sessions");
  },
  "account-sessions-two": async ({ page, signet, person }) => {
    await twoSessions(page, signet, person);
  },
  "account-sessions-ended": async ({ page, signet, person }) => {
    await twoSessions(page, signet, person);
    await page.getByRole("button", { name: "Sign out everywhere else" }).click();
    await expect(page.getByRole("status")).toContainText("Signed out there.");
  },
  "account-sessions-place": ({ page, standing }) => withPlace(page, standing, "/account/sessions"),
  "account-activity-place": ({ page, standing }) => withPlace(page, standing, "/account/activity"),
  "account-reported": async ({ page, signet, person }) => {
    await twoSessions(page, signet, person);
    await page.getByRole("button", { name: "Not me" }).click();
    await expect(page.getByText("Set a new password now")).toBeVisible();
  },
  "account-activity": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/activity"));
    await heading(page, "Activity");
  },
  "account-activity-none": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/activity?topic=address&since=2001-01-01&until=2001-01-02"));
    await expect(page.getByText("Nothing of this kind happened then.")).toBeVisible();
  },
  "account-privacy": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/privacy"));
    await heading(page, "Privacy");
  },
  "account-privacy-error": async ({ page, standing }) => {
    const { signet, administrator } = await standing("ruled by one", ruledByOne);
    await openAccount(page, signet, administrator);
    await page.goto(signet.url("/account/privacy?leave=1"));
    await page.getByRole("button", { name: "Delete account" }).click();
    await expect(page.getByRole("alert")).toContainText("Nobody else runs this service.");
  },
  "account-privacy-sure": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/privacy?leave=1"));
    await expect(page.getByRole("heading", { level: 2, name: "Delete your account?" })).toBeVisible();
  },
  "account-apps-narrow": async ({ page, signet, app, person }) => {
    await allowed(page, app, person);
    await page.goto(signet.url("/account/apps"));
    await page.getByText("Change what it may do").click();
    await expect(page.getByRole("button", { name: "Save" })).toBeVisible();
  },
  "account-linked": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/linked"));
    await heading(page, "Linked accounts");
  },
  "account-apps": async ({ page, signet, app, person }) => {
    await allowed(page, app, person);
    await page.goto(signet.url("/account/apps"));
    await heading(page, "Connected apps");
  },
  "account-apps-two": async ({ page, signet, app, person }) => {
    await allowed(page, app, person);
    const other = await connectedApp(signet, { name: "Garden Planner" });
    page.once("close", () => other.stop());
    await page.goto(other.begin({ scope: "openid profile" }).url);
    await decide(page, "allow");
    await page.waitForURL((url) => url.href.startsWith(other.redirectUri));
    await page.goto(signet.url("/account/apps"));
    await expect(page.getByRole("button", { name: "Remove all apps" })).toBeVisible();
    return [other.origin];
  },
  "account-apps-removed": async ({ page, signet, app, person }) => {
    await allowed(page, app, person);
    await page.goto(signet.url("/account/apps"));
    await page.getByRole("button", { name: "Remove access" }).click();
    await expect(page.getByRole("status")).toContainText("The app can no longer use your account.");
  },
  "account-apps-many": ({ page, standing }) => longList(page, standing, "/account/apps"),
  "account-apps-many-further": ({ page, standing }) => longList(page, standing, "/account/apps", true),
  "account-sessions-many": ({ page, standing }) => longList(page, standing, "/account/sessions"),
  "account-sessions-many-further": ({ page, standing }) => longList(page, standing, "/account/sessions", true),
  "account-apps-logo": async ({ page, signet, person }) => {
    const app = await pictured(page, signet, "/logo.png");
    await allowed(page, app, person);
    await page.goto(signet.url("/account/apps"));
    await picture(page);
    return [app.origin];
  },
  "account-apps-dead-logo": async ({ page, signet, person }) => {
    const app = await pictured(page, signet, "/nowhere.png");
    await allowed(page, app, person);
    await page.goto(signet.url("/account/apps"));
    await noPicture(page);
    return [app.origin];
  },
  "account-apps-empty": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/account/apps"));
    await heading(page, "Connected apps");
  },
};
