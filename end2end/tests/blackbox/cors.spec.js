// Scripts of other origins: the Fetch standard's CORS protocol, RFC 9700 §2.6.

import { Application, ask } from "../support/blackbox/application.js";
import { expect, test } from "../support/blackbox/rules.js";

const OURS = "https://app.example.com";
const OTHERS = "https://evil.example";

const readableBy = (origin, { headers }) => ["*", origin].includes(headers.get("access-control-allow-origin"));

const preflight = (address, origin) =>
  ask(address, { method: "OPTIONS", headers: { Origin: origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type, dpop" } });

test("RFC 9700 §2.6: every origin reads what is public", async ({ provider }) => {
  const { metadata } = provider;
  for (const address of [`${provider.issuer}/.well-known/openid-configuration`, metadata.jwks_uri]) {
    expect(readableBy(OTHERS, await ask(address, { headers: { Origin: OTHERS } }))).toBe(true);
  }
});

test("RFC 9700 §2.6: the origin of a public client redeems and refreshes", async ({ provider, agent, ada }) => {
  const app = await Application.register(provider, { token_endpoint_auth_method: "none" });
  const { token_endpoint: token, userinfo_endpoint: userinfo } = provider.metadata;
  for (const address of [token, userinfo]) {
    const answer = await preflight(address, OURS);
    expect(readableBy(OURS, answer)).toBe(true);
    expect(answer.headers.get("access-control-allow-headers").toLowerCase()).toContain("dpop");
  }
  const outcome = await app.authorize(agent, ada);
  const redeemed = await app.redeem(outcome, {}, { headers: { Origin: OURS } });
  expect([redeemed.status, readableBy(OURS, redeemed)]).toEqual([200, true]);
  expect(redeemed.headers.get("access-control-allow-credentials")).toBe(null);
  expect(readableBy(OURS, await app.userinfo(redeemed.body.access_token, { Origin: OURS }))).toBe(true);
});

test("RFC 9700 §2.6: another origin reads no tokens and nobody's claims", async ({ provider, agent, ada }) => {
  const app = await Application.register(provider, { token_endpoint_auth_method: "none" });
  for (const origin of [OTHERS, "null"]) {
    const redeemed = await app.redeem(await app.authorize(agent, ada), {}, { headers: { Origin: origin } });
    expect(readableBy(origin, redeemed)).toBe(false);
    const { body } = redeemed;
    if (body.access_token) expect(readableBy(origin, await app.userinfo(body.access_token, { Origin: origin }))).toBe(false);
  }
});

test("RFC 9700 §2.6: scripts get nowhere at the authorization endpoint", async ({ provider, app }) => {
  const { url } = app.request();
  expect(readableBy(OURS, await ask(url, { headers: { Origin: OURS } }))).toBe(false);
  expect(readableBy(OURS, await preflight(provider.metadata.authorization_endpoint, OURS))).toBe(false);
});
