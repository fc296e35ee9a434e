// Who is signed in and who is asked: OpenID Connect Core §3.1.2.1, §3.1.2.6, §3.1.3.7, §5.5.1.

import { setTimeout as pause } from "node:timers/promises";

import { UserAgent } from "../support/blackbox/user-agent.js";
import { Application } from "../support/blackbox/application.js";
import { differs, expect, test } from "../support/blackbox/rules.js";

const PLAIN = { scope: "openid", prompt: undefined };

/** Signs in with no more than `openid`; the claims of the ID token. */
async function claimsOf(app, agent, person, changes) {
  const outcome = await app.signIn(agent, person, { ...PLAIN, ...changes });
  const { payload } = await app.verify(outcome.tokens.id_token);
  return { ...outcome, claims: payload };
}

test("Core §3.1.2.6: prompt=none asks nobody who is not signed in", async ({ provider, app, agent, ada }) => {
  const { asked, parameters } = await app.authorize(agent, ada, { prompt: "none", state: "s" });
  expect(asked).toEqual([]);
  expect(parameters).toMatchObject({ error: "login_required", state: "s", iss: provider.issuer });
});

test("Core §3.1.2.6: prompt=none asks for no consent", async ({ provider, app, agent, ada }) => {
  await claimsOf(app, agent, ada);
  const other = await Application.register(provider);
  const { asked, parameters } = await other.authorize(agent, ada, { scope: "openid email", prompt: "none" });
  expect(asked).toEqual([]);
  expect(["consent_required", "interaction_required"]).toContain(parameters.error);
});

test("Core §3.1.2.1: prompt=none gives whoever allowed it before a code", async ({ app, agent, ada }) => {
  const first = await claimsOf(app, agent, ada);
  expect(first.asked).toContain("sign-in");
  const second = await claimsOf(app, agent, ada, { prompt: "none" });
  expect(second.asked).toEqual([]);
  expect(second.claims.sub).toBe(first.claims.sub);
});

test("Core §3.1.2.1: prompt=none stands alone", async ({ app, agent, ada }) => {
  const { parameters } = await app.authorize(agent, ada, { prompt: "none login" });
  expect(parameters).toMatchObject({ error: "invalid_request" });
});

test("Core §3.1.2.1: prompt=login asks who is signed in again", async ({ app, agent, ada }) => {
  const first = await claimsOf(app, agent, ada, { max_age: "3600" });
  await pause(1_100);
  const second = await claimsOf(app, agent, ada, { max_age: "3600", prompt: "login" });
  expect(second.asked).toContain("sign-in");
  expect(second.claims.auth_time).toBeGreaterThan(first.claims.auth_time);
});

test("Core §3.1.2.1: prompt=consent asks who allowed it before again", async ({ app, agent, ada }) => {
  await claimsOf(app, agent, ada);
  const { asked } = await claimsOf(app, agent, ada, { prompt: "consent" });
  expect(asked).toEqual(["consent"]);
});

const TRUSTED = differs("trusts apps that registered themselves as much as others");

test("RFC 8252 §8.6: what was allowed to an app nobody vouches for is asked again", TRUSTED, async ({ provider, agent, ada }) => {
  const app = await Application.register(provider);
  await claimsOf(app, agent, ada);
  expect((await claimsOf(app, agent, ada)).asked).toEqual(["consent"]);
});

test("Core §3.1.2.1: max_age asks whoever signed in before that", async ({ app, agent, ada }) => {
  const first = await claimsOf(app, agent, ada, { max_age: "3600" });
  await pause(2_100);
  const young = await claimsOf(app, agent, ada, { max_age: "3600" });
  expect(young.asked).not.toContain("sign-in");
  expect(young.claims.auth_time).toBe(first.claims.auth_time);
  const old = await claimsOf(app, agent, ada, { max_age: "1" });
  expect(old.asked).toContain("sign-in");
  expect(old.claims.auth_time).toBeGreaterThan(first.claims.auth_time);
});

test("Core §3.1.2.1: max_age and prompt=none end with login_required", async ({ app, agent, ada }) => {
  await claimsOf(app, agent, ada);
  await pause(2_100);
  const { parameters } = await app.authorize(agent, ada, { ...PLAIN, prompt: "none", max_age: "1" });
  expect(parameters).toMatchObject({ error: "login_required" });
});

test("Core §3.1.2.1: the hint of somebody else gets nothing without asking", async ({ app, agent, ada, bob }) => {
  const stranger = await UserAgent.start();
  const { tokens } = await app.signIn(stranger, bob, PLAIN);
  await stranger.stop();
  const mine = await claimsOf(app, agent, ada);
  const hinted = (id_token_hint) => app.authorize(agent, ada, { ...PLAIN, prompt: "none", id_token_hint });
  expect((await hinted(tokens.id_token)).parameters).toMatchObject({ error: "login_required" });
  expect((await hinted(mine.tokens.id_token)).parameters.code).toBeTruthy();
});

test("Core §3.1.3.7: the ID token carries the nonce it was asked with, or none", async ({ app, agent, ada }) => {
  expect((await claimsOf(app, agent, ada, { nonce: "n ü 1" })).claims.nonce).toBe("n ü 1");
  expect((await claimsOf(app, agent, ada, { nonce: undefined })).claims).not.toHaveProperty("nonce");
});

test("Core §5.5: claims are asked for one by one", async ({ app, agent, ada }) => {
  const asked = { id_token: { email: { essential: true }, auth_time: { essential: true } }, userinfo: { name: null } };
  const { claims, tokens } = await claimsOf(app, agent, ada, { claims: JSON.stringify(asked) });
  expect(claims).toMatchObject({ email: ada.email, auth_time: expect.any(Number) });
  const { body } = await app.userinfo(tokens.access_token);
  expect(body).toMatchObject({ sub: claims.sub, name: ada.name });
  expect(body).not.toHaveProperty("email");
});

test("Core §5.5.1: a sub that must be somebody else's gets nothing", async ({ app, agent, ada }) => {
  const { claims } = await claimsOf(app, agent, ada);
  const asking = (value) => app.authorize(agent, ada, { ...PLAIN, prompt: "none", claims: JSON.stringify({ id_token: { sub: { value } } }) });
  expect((await asking("somebody-else")).parameters).toMatchObject({ error: "login_required" });
  expect((await asking(claims.sub)).parameters.code).toBeTruthy();
});

test("Core §8.1: pairwise clients know a person by different names, each by one", async ({ provider, agent, ada }) => {
  const registered = (host) => Application.register(provider, { subject_type: "pairwise", redirect_uris: [`https://${host}/cb`] });
  const [one, other] = [await registered("one.example.com"), await registered("other.example.com")];
  const first = await claimsOf(one, agent, ada);
  const { claims } = await claimsOf(other, agent, ada);
  expect(claims.sub).not.toBe(first.claims.sub);
  expect((await claimsOf(one, agent, ada)).claims.sub).toBe(first.claims.sub);
  expect((await one.userinfo(first.tokens.access_token)).body.sub).toBe(first.claims.sub);
});
