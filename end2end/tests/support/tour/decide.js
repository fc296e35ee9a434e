// Deciding about apps and devices, and signing out.

import { randomBytes } from "node:crypto";
import { expect } from "@playwright/test";

import { Device } from "../device.js";
import { somebody } from "../fixtures.js";
import { RelyingParty } from "../relying-party.js";
import { Signet } from "../signet.js";
import { backIn, decide, decision, enterCode, openAccount, signIn, signOut } from "../steps.js";
import { logoFile, noPicture, picture, pictured } from "./pictures.js";
import { atConsent, heading } from "./ways.js";

/** The page that tells an app in a frame; gives the app's origin, which the page does ask. */
async function tellingApps(page, signet, person) {
  const app = await RelyingParty.start({ host: "localhost" });
  page.once("close", () => app.stop());
  app.page("/front", "<!doctype html><html lang=en><title>Heard</title><p>Signed out.</p></html>");
  const { redirectUri, origin } = app;
  const addresses = { redirectUri, frontchannelLogoutUri: `${origin}/front` };
  const client = await signet.createClient({ name: "Harbour Notes", type: "confidential", ...addresses });
  await app.connect(signet.issuer, client);
  const flow = app.begin();
  await page.goto(flow.url);
  await signIn(page, person);
  await decide(page, "allow");
  const { tokens } = await app.finish(flow, await backIn(app, page));
  await page.goto(`${app.metadata.end_session_endpoint}?${new URLSearchParams({ id_token_hint: tokens.id_token })}`);
  await heading(page, "You are signed out");
  await expect(page.frameLocator("iframe").getByText("Signed out.")).toBeAttached();
  return [origin];
}

const METADATA = {
  client_name: "Harbour Notes",
  redirect_uris: ["https://app.example.com/callback"],
  client_uri: "https://app.example.com/",
  policy_uri: "https://app.example.com/privacy",
  tos_uri: "https://app.example.com/terms",
};

/** A provider that lets apps register themselves, and the request of one that did. */
async function selfRegistered(standing, more) {
  const open = await standing("open registration", () => Signet.start({ SIGNET_REGISTRATION: "open" }));
  const headers = { "Content-Type": "application/json" };
  const registered = await fetch(open.url("/register"), { method: "POST", headers, body: JSON.stringify(METADATA) });
  const { client_id } = await registered.json();
  const [redirect_uri] = METADATA.redirect_uris;
  const parameters = new URLSearchParams({ client_id, redirect_uri, state: "s", ...more });
  return { open, address: `${open.url("/authorize")}?${parameters}` };
}

/** An app that registered itself asks for something that is wrong: the page before going back to it. */
async function leaving(page, standing) {
  const { address } = await selfRegistered(standing, { response_type: "token" });
  await page.goto(address);
}

/** An app that registered itself asks for consent. */
async function unreviewed(page, standing) {
  const challenge = { code_challenge: randomBytes(32).toString("base64url"), code_challenge_method: "S256" };
  const { open, address } = await selfRegistered(standing, { response_type: "code", scope: "openid email", ...challenge });
  const person = await open.createUser(somebody());
  await page.goto(address);
  await signIn(page, person);
  await expect(decision(page, "allow")).toBeVisible();
}

/** An app asks to use an API, which says what its scopes are. */
async function consentForApi(page, signet, person) {
  const app = await RelyingParty.start();
  page.once("close", () => app.stop());
  const name = `orders-${randomBytes(4).toString("hex")}`;
  const audience = `https://${name}.example/v1`;
  const scopes = [`${name}:read=See your orders`, `${name}:write=Change and cancel your orders`];
  await signet.cli(["api", "create", "--audience", audience, "--name", "Orders", "--scope", ...scopes]);
  const scope = `openid ${name}:read ${name}:write`;
  const args = ["--type", "confidential", "--redirect-uri", app.redirectUri, "--scope", scope];
  await app.connect(signet.issuer, await signet.cli(["client", "create", "--name", "Harbour Shop", ...args]));
  await page.goto(app.begin({ scope, resource: audience }).url);
  await signIn(page, person);
  await expect(page.getByText("Change and cancel your orders")).toBeVisible();
}

/** The consent page of an app with a look of its own; gives the app, which is stopped with the page. */
export async function themedConsent(page, signet, person) {
  const app = await RelyingParty.start();
  page.once("close", () => app.stop());
  const { redirectUri } = app;
  const client = await signet.createClient({ name: "Crimson Ledger", type: "confidential", redirectUri });
  const look = ["--theme-accent", "#7a0019", "--theme-radius", "2", "--theme-logo", await logoFile(page)];
  await signet.cli(["client", "update", client.client_id, ...look]);
  await app.connect(signet.issuer, client);
  await atConsent(page, app, person);
  return app;
}

async function atDevice(page, signet, person) {
  const device = await Device.start(signet, { scope: "openid profile email offline_access" });
  await page.goto(device.codes.verification_uri_complete);
  await page.getByRole("button", { name: "Continue" }).click();
  await signIn(page, person);
  await expect(decision(page, "allow")).toBeVisible();
}

/** Deciding about an app, and being signed out of it. */
export const deciding = {
  leaving: ({ page, standing }) => leaving(page, standing),
  "consent-unreviewed": ({ page, standing }) => unreviewed(page, standing),
  "consent-api": ({ page, signet, person }) => consentForApi(page, signet, person),
  consent: ({ page, app, person }) => atConsent(page, app, person),
  "consent-minimal": async ({ page, app, person }) => {
    await page.goto(app.begin({ scope: "openid" }).url);
    await signIn(page, person);
    await expect(decision(page, "allow")).toBeVisible();
  },
  "consent-more": async ({ page, app, person }) => {
    await page.goto(app.begin({ scope: "openid profile" }).url);
    await signIn(page, person);
    await page.getByLabel("For 30 days").check();
    await decide(page, "allow");
    await page.waitForURL((url) => url.href.startsWith(app.redirectUri));
    await page.goto(app.begin({ scope: "openid profile email offline_access" }).url);
    await expect(page.getByRole("heading", { name: /^You allowed/ })).toBeVisible();
  },
  "consent-error": async ({ page, app, person }) => {
    await atConsent(page, app, person);
    await page.locator('form[action="/consent"]').evaluate((form) => form.submit());
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "login-themed": async ({ page, standing }) => {
    const look = { SIGNET_THEME_NAME: "Acme", SIGNET_THEME_ACCENT: "#7a0019", SIGNET_THEME_RADIUS: "0" };
    const signet = await standing("themed", () => Signet.start(look));
    await page.goto(signet.url("/login"));
    await expect(page.getByRole("link", { name: "Acme" })).toBeVisible();
  },
  "consent-themed": async ({ page, signet, person }) => {
    await themedConsent(page, signet, person);
  },
  "login-logo": async ({ page, signet }) => {
    const app = await pictured(page, signet, "/logo.png");
    await page.goto(app.begin().url);
    await picture(page);
  },
  "consent-logo": async ({ page, signet, person }) => {
    await atConsent(page, await pictured(page, signet, "/logo.png"), person);
    await picture(page);
  },
  "consent-dead-logo": async ({ page, signet, person }) => {
    await atConsent(page, await pictured(page, signet, "/nowhere.png"), person);
    await noPicture(page);
  },
  logout: async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await page.goto(signet.url("/logout"));
    await heading(page, "Sign out?");
  },
  "signed-out": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await signOut(page);
  },
  "signed-out-frames": ({ page, signet, person }) => tellingApps(page, signet, person),
};

/** Deciding about a device. */
export const connecting = {
  device: ({ page, signet }) => page.goto(signet.url("/device")),
  "device-error": async ({ page, signet }) => {
    await page.goto(signet.url("/device"));
    await enterCode(page, "nonsense");
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "device-confirm": ({ page, signet, person }) => atDevice(page, signet, person),
  "device-allowed": async ({ page, signet, person }) => {
    await atDevice(page, signet, person);
    await decide(page, "allow");
    await heading(page, "Go back to your device");
  },
  "device-denied": async ({ page, signet, person }) => {
    await atDevice(page, signet, person);
    await decide(page, "deny");
    await heading(page, "The device was denied");
  },
};
