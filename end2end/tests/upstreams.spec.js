// The providers that journeys sign in through, held to what the real ones document: they must be worth believing.

import { createHash, randomBytes } from "node:crypto";

import { decodeJwt } from "jose";

import { expect, test as base } from "@playwright/test";

import { GitHubUpstream } from "./support/upstreams/github.js";
import { OpenIdUpstream } from "./support/upstreams/openid-provider.js";

// Nobody listens there; the browser's address is read.
const CALLBACK = "http://localhost:9/callback";

const test = base.extend({
  context: async ({ context }, use) => {
    await context.route(/fonts\.(googleapis|gstatic)\.com/, (route) => route.abort());
    await context.route(`${CALLBACK}**`, (route) => route.fulfill({ body: "back" }));
    await use(context);
  },
});

function attempt() {
  const verifier = randomBytes(32).toString("base64url");
  const challenge = createHash("sha256").update(verifier).digest("base64url");
  return { verifier, state: randomBytes(16).toString("hex"), challenge };
}

async function answered(page) {
  await page.waitForURL(`${CALLBACK}**`);
  return Object.fromEntries(new URL(page.url()).searchParams);
}

test.describe("what looks like GitHub", () => {
  const user = { login: "octocat", name: "Mona", emails: [{ email: "mona@example.com", primary: true, verified: true, visibility: null }] };

  async function authorized(page, github, scope = "read:user user:email") {
    const { verifier, state, challenge } = attempt();
    const query = new URLSearchParams({
      client_id: github.clientId, redirect_uri: CALLBACK, scope, state, code_challenge: challenge, code_challenge_method: "S256",
    });
    await page.goto(`${github.address}/login/oauth/authorize?${query}`);
    return { verifier, state };
  }

  async function exchange(github, changes) {
    const form = { client_id: github.clientId, client_secret: github.secret, redirect_uri: CALLBACK, ...changes };
    const headers = { accept: "application/json" };
    const response = await fetch(`${github.address}/login/oauth/access_token`, { method: "POST", headers, body: new URLSearchParams(form) });
    expect(response.status).toBe(200);
    return response.json();
  }

  const api = (github, path, token) =>
    fetch(`${github.address}/api/v3${path}`, { headers: { authorization: `Bearer ${token}` } });

  test("answers a code once, to the app that has the verifier", async ({ page }) => {
    const github = await GitHubUpstream.start();
    await github.serve([CALLBACK]);
    const account = github.person(583231, user);
    const { verifier, state } = await authorized(page, github);
    await github.signIn(page, account);
    const { code, state: returned } = await answered(page);
    expect(returned).toBe(state);
    const answer = await exchange(github, { code, code_verifier: verifier });
    expect(answer).toEqual({ access_token: expect.stringMatching(/^gho_/), scope: "read:user,user:email", token_type: "bearer" });
    expect(await (await api(github, "/user", answer.access_token)).json()).toMatchObject({ id: 583231, login: "octocat", email: null });
    expect(await (await api(github, "/user/emails", answer.access_token)).json()).toEqual(user.emails);
    expect(await exchange(github, { code, code_verifier: verifier })).toMatchObject({ error: "bad_verification_code" });
    expect((await api(github, "/user", "invented")).status).toBe(401);
    await github.stop();
  });

  test("refuses what GitHub refuses", async ({ page }) => {
    const github = await GitHubUpstream.start();
    await github.serve([CALLBACK]);
    const account = github.person(1, user);
    const { verifier } = await authorized(page, github, "read:user");
    await github.signIn(page, account);
    const { code } = await answered(page);
    expect(await exchange(github, { code, client_secret: "another" })).toMatchObject({ error: "incorrect_client_credentials" });
    const { access_token: token } = await exchange(github, { code, code_verifier: verifier });
    expect((await api(github, "/user/emails", token)).status).toBe(404);

    await authorized(page, github);
    await github.signIn(page, account);
    const stolen = await answered(page);
    expect(await exchange(github, { code: stolen.code, code_verifier: verifier })).toMatchObject({ error: "bad_verification_code" });

    await authorized(page, github);
    await page.getByRole("button", { name: "Cancel" }).click();
    expect(await answered(page)).toMatchObject({ error: "access_denied" });
    await github.stop();
  });
});

for (const inIdToken of [true, false]) {
  test(`an OpenID Provider that says who it was in ${inIdToken ? "its ID token" : "UserInfo"}`, async ({ page }) => {
    const upstream = await OpenIdUpstream.start({ inIdToken });
    await upstream.serve([CALLBACK]);
    const account = upstream.person("subject 1", { email: "ada@example.com", email_verified: true, name: "Ada" });
    const { verifier, state, challenge } = attempt();
    const query = new URLSearchParams({
      client_id: "signet", response_type: "code", redirect_uri: CALLBACK, scope: "openid email profile", state, nonce: "n",
      code_challenge: challenge, code_challenge_method: "S256",
    });
    await page.goto(`${upstream.issuer}/auth?${query}`);
    await upstream.signIn(page, account);
    const back = await answered(page);
    expect(back).toMatchObject({ state, iss: upstream.issuer });
    const authorization = `Basic ${Buffer.from(`signet:${upstream.secret}`).toString("base64")}`;
    const form = { grant_type: "authorization_code", code: back.code, redirect_uri: CALLBACK, code_verifier: verifier };
    const response = await fetch(`${upstream.issuer}/token`, { method: "POST", headers: { authorization }, body: new URLSearchParams(form) });
    const { id_token: idToken, access_token: token } = await response.json();
    expect(decodeJwt(idToken)).toMatchObject({ sub: "subject 1", nonce: "n", aud: "signet" });
    expect(decodeJwt(idToken).email).toBe(inIdToken ? "ada@example.com" : undefined);
    const userinfo = await fetch(`${upstream.issuer}/me`, { headers: { authorization: `Bearer ${token}` } });
    expect(await userinfo.json()).toMatchObject({ sub: "subject 1", email: "ada@example.com", email_verified: true });
    await upstream.stop();
  });
}
