// Signing out of one app is heard by the apps of the same session, in frames, and ends where the app asked for.

import { expect, test as base } from "./support/fixtures.js";
import { RelyingParty } from "./support/relying-party.js";
import { backIn, decide, signIn } from "./support/steps.js";

const COOKIE = "app_session";

/** An app that keeps its own session in a cookie and drops it when it is told to. */
async function listeningApp(signet, name) {
  // On the issuer's site: browsers keep the cookies of other sites from frames.
  const app = await RelyingParty.start({ host: "localhost" });
  app.heard = [];
  app.route("/session", (_, response) => response.setHeader("Set-Cookie", `${COOKIE}=1; Path=/; HttpOnly`).end("signed in"));
  app.route("/front", (parameters, response) => {
    app.heard.push(Object.fromEntries(parameters));
    response.setHeader("Set-Cookie", `${COOKIE}=; Path=/; Max-Age=0`).setHeader("Content-Type", "text/html").end("ok");
  });
  app.page("/bye", "<!doctype html><title>Bye</title><h1>Bye</h1>");
  const { redirectUri, origin } = app;
  const addresses = { redirectUri, postLogoutRedirectUri: `${origin}/bye`, frontchannelLogoutUri: `${origin}/front` };
  const client = await signet.createClient({ name, type: "confidential", ...addresses });
  return app.connect(signet.issuer, client);
}

const test = base.extend({
  notes: async ({ signet }, use) => {
    const app = await listeningApp(signet, "Harbour Notes");
    await use(app);
    await app.stop();
  },
});

async function signedIn(page, app, person) {
  const flow = app.begin();
  await page.goto(flow.url);
  await signIn(page, person);
  await decide(page, "allow");
  const finished = await app.finish(flow, await backIn(app, page));
  await page.goto(`${app.origin}/session`);
  return finished;
}

function logOutAt(app, { tokens }) {
  const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: `${app.origin}/bye`, state: "s t" };
  return `${app.metadata.end_session_endpoint}?${new URLSearchParams(parameters)}`;
}

const cookies = async (page, app) => (await page.context().cookies(app.origin)).map(({ name }) => name);

test("an app hears which session ended, and the person is led back", async ({ page, signet, notes, person }) => {
  const finished = await signedIn(page, notes, person);
  expect(await cookies(page, notes)).toContain(COOKIE);
  await page.goto(logOutAt(notes, finished));
  await page.waitForURL(`${notes.origin}/bye?state=s+t`);
  expect(notes.heard).toEqual([{ iss: signet.issuer, sid: finished.claims.sid }]);
  expect(await cookies(page, notes)).not.toContain(COOKIE);
  await page.goto(signet.url("/account"));
  await expect(page.locator('input[name="identifier"]')).toBeVisible();
});

test("an app that never answers keeps nobody from going on", async ({ page, notes, person }) => {
  const finished = await signedIn(page, notes, person);
  notes.route("/front", () => {});
  await page.goto(logOutAt(notes, finished), { waitUntil: "commit" });
  await page.getByRole("link", { name: "Return to Harbour Notes" }).click({ noWaitAfter: true });
  await page.waitForURL(`${notes.origin}/bye?state=s+t`);
});

test("with script the page does not wait for ever @script", async ({ page, notes, person }) => {
  const finished = await signedIn(page, notes, person);
  notes.route("/front", () => {});
  await page.goto(logOutAt(notes, finished), { waitUntil: "commit" });
  await expect(page.getByRole("heading", { name: "You are signed out" })).toBeVisible();
  await page.waitForURL(`${notes.origin}/bye?state=s+t`);
});
