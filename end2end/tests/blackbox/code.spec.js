// Authorization codes and PKCE: RFC 6749 §4.1, RFC 7636, RFC 9700 §2.1.

import { Application, CALLBACK } from "../support/blackbox/application.js";
import { expect, test } from "../support/blackbox/rules.js";

const expectRefused = ({ status, body }, error) => expect({ status, error: body?.error }).toEqual({ status: 400, error });

test("RFC 6749 §4.1.2: a code that comes again ends what it gave", async ({ app, agent, ada }) => {
  const outcome = await app.signIn(agent, ada);
  const { access_token: access, refresh_token: refresh } = outcome.tokens;
  expect((await app.userinfo(access)).status).toBe(200);
  expectRefused(await app.redeem(outcome), "invalid_grant");
  expect((await app.userinfo(access)).status).toBe(401);
  expectRefused(await app.refresh(refresh), "invalid_grant");
});

test("RFC 6749 §4.1.3: a code is worth nothing to another client", async ({ provider, app, agent, ada }) => {
  const outcome = await app.authorize(agent, ada);
  const other = await Application.register(provider);
  expectRefused(await other.redeem(outcome), "invalid_grant");
});

test("RFC 6749 §4.1.3: the redirect URI of the request must come again", async ({ provider, agent, ada }) => {
  const second = "https://app.example.com/other";
  const app = await Application.register(provider, { redirect_uris: [CALLBACK, second] });
  for (const changes of [{ redirect_uri: second }, { redirect_uri: `${CALLBACK}/` }]) {
    expectRefused(await app.redeem(await app.authorize(agent, ada), changes), "invalid_grant");
  }
});

test("RFC 7636 §4.6: a wrong verifier gets nothing", async ({ app, agent, ada }) => {
  const other = "0123456789-0123456789-0123456789-0123456789";
  const outcome = await app.authorize(agent, ada);
  expectRefused(await app.redeem(outcome, { code_verifier: other }), "invalid_grant");
});

test("RFC 7636 §4.5: no verifier gets nothing", async ({ app, agent, ada }) => {
  const outcome = await app.authorize(agent, ada);
  const { status, body } = await app.redeem(outcome, { code_verifier: undefined });
  expect([status, ["invalid_grant", "invalid_request"].includes(body.error)]).toEqual([400, true]);
});

test("RFC 9700 §2.1.1: a verifier without a challenge gets nothing", async ({ app, agent, ada }) => {
  const outcome = await app.authorize(agent, ada, { code_challenge: undefined, code_challenge_method: undefined });
  expect(outcome.parameters.code).toBeTruthy();
  expectRefused(await app.redeem(outcome), "invalid_grant");
});

test("RFC 9700 §2.1.1: a public client must send a challenge", async ({ provider, agent, ada }) => {
  const app = await Application.vouchedFor(provider, { token_endpoint_auth_method: "none" });
  const { parameters } = await app.authorize(agent, ada, { code_challenge: undefined, code_challenge_method: undefined });
  expect(parameters).toMatchObject({ error: "invalid_request" });
  expect(parameters).not.toHaveProperty("code");
});

test("RFC 9700 §2.1.1: a challenge that hides nothing is refused", async ({ app, agent, ada }) => {
  for (const method of ["plain", undefined]) {
    const { parameters } = await app.authorize(agent, ada, { code_challenge_method: method });
    expect(parameters).toMatchObject({ error: "invalid_request" });
  }
});

test("RFC 6749 §5.1: nobody may keep a token response", async ({ app, agent, ada }) => {
  const outcome = await app.authorize(agent, ada);
  const granted = await app.redeem(outcome);
  expect(granted.headers.get("cache-control")).toContain("no-store");
  expect(granted.body).toMatchObject({ token_type: "Bearer", expires_in: expect.any(Number), id_token: expect.any(String) });
  const refused = await app.redeem(outcome);
  expect(refused.headers.get("cache-control")).toContain("no-store");
});
