// Where answers of the authorization endpoint go and what they carry: RFC 6749 §3.1 and §4.1.2, RFC 8252 §7.3,
// RFC 9207, OAuth 2.0 Form Post Response Mode.

import { Application, CALLBACK } from "../support/blackbox/application.js";
import { differs, expect, test } from "../support/blackbox/rules.js";

function expectNowhere({ mode, page }) {
  expect(mode).toBe("page");
  expect(page.status).toBe(400);
  expect(page.html).not.toContain(CALLBACK);
}

test("RFC 6749 §4.1.2.1: an address that is not registered is never gone to", async ({ app, agent, ada }) => {
  const others = ["https://app.example.com/cb2", `${CALLBACK}/`, `${CALLBACK}?more=1`, "https://app.example.com:8443/cb", "https://APP.example.com/cB", "javascript:alert(1)"];
  for (const redirect_uri of others) expectNowhere(await app.authorize(agent, ada, { redirect_uri, prompt: "none" }));
});

test("RFC 6749 §4.1.2.1: an unknown client leads nowhere", async ({ app, agent, ada }) => {
  expectNowhere(await app.authorize(agent, ada, { client_id: "nobody" }));
});

test("RFC 8252 §7.3: a native app may listen on any port of this machine, and on no other path", async ({ provider, agent, ada }) => {
  const redirect_uris = ["http://127.0.0.1/cb"];
  const members = { application_type: "native", token_endpoint_auth_method: "none", redirect_uris };
  const app = await Application.register(provider, members);
  const { to, parameters } = await app.authorize(agent, ada, { redirect_uri: "http://127.0.0.1:49152/cb" });
  expect(to).toMatch(/^http:\/\/127\.0\.0\.1:49152\/cb\?/);
  expect(parameters.code).toBeTruthy();
  expectNowhere(await app.authorize(agent, ada, { redirect_uri: "http://127.0.0.1:49152/other" }));
});

test("RFC 6749 §4.1.2, RFC 9207 §2: state and issuer come back with a code", async ({ provider, app, agent, ada }) => {
  const state = "ünïcode & = ? # %20 +";
  const { parameters, to } = await app.authorize(agent, ada, { state });
  expect(to.startsWith(`${CALLBACK}?`)).toBe(true);
  expect(parameters).toMatchObject({ state, iss: provider.issuer, code: expect.any(String) });
});

test("RFC 6749 §4.1.2.1, RFC 9207 §2: state and issuer come back with an error", async ({ provider, app, agent, ada }) => {
  const wrong = { unsupported_response_type: { response_type: "code none" }, invalid_request: { response_type: undefined } };
  for (const [error, changes] of Object.entries(wrong)) {
    const { parameters } = await app.authorize(agent, ada, { ...changes, state: "s" });
    expect(parameters).toMatchObject({ error, state: "s", iss: provider.issuer });
    expect(parameters).not.toHaveProperty("code");
  }
});

const TRUSTED = differs("trusts apps that registered themselves as much as others");

test("RFC 9700 §4.11.2: no error leads people to an address that only a stranger knows", TRUSTED, async ({ provider, agent }) => {
  const app = await Application.register(provider);
  const { mode } = await app.authorize(agent, undefined, { response_type: "nonsense" });
  expect(mode).toBe("page");
});

test("RFC 6749 §4.1.2.1: who says no sends the app access_denied", async ({ provider, app, agent, ada }) => {
  const request = app.request({ state: "s" });
  const { parameters, asked } = await app.visit(agent, request.url, ada, "deny");
  expect(asked).toContain("consent");
  expect(parameters).toMatchObject({ error: "access_denied", state: "s", iss: provider.issuer });
});

test("Core §3.1.2.1: a request may be posted", async ({ app, agent, ada }) => {
  const { parameters: sent, verifier } = app.request();
  const { parameters } = await app.visit(agent, app.metadata.authorization_endpoint, ada, "allow", sent);
  expect(parameters.state).toBe(sent.state);
  expect((await app.redeem({ parameters, verifier })).status).toBe(200);
});

test("RFC 6749 §3.1: a parameter may come once", async ({ app, agent, ada }) => {
  const { url } = app.request();
  const { parameters, mode } = await app.visit(agent, `${url}&scope=openid`, ada);
  expect(parameters).not.toHaveProperty("code");
  if (mode === "query") expect(parameters.error).toBe("invalid_request");
});

test("RFC 6749 §3.1: an unknown parameter is ignored", async ({ app, agent, ada }) => {
  const { parameters } = await app.authorize(agent, ada, { something: "else" });
  expect(parameters.code).toBeTruthy();
});

test("Form Post Response Mode §2: code, state and issuer come in a form", async ({ provider, app, agent, ada }) => {
  const state = `"><script>alert(1)</script>&amp;`;
  const outcome = await app.authorize(agent, ada, { response_mode: "form_post", state });
  expect(outcome).toMatchObject({ mode: "form_post", to: CALLBACK });
  expect(outcome.parameters).toMatchObject({ state, iss: provider.issuer });
  expect(outcome.page.html).not.toContain("<script>alert(1)");
  expect((await app.redeem(outcome)).status).toBe(200);
});

test("Form Post Response Mode §2: errors come in a form as well", async ({ provider, app, agent }) => {
  const outcome = await app.authorize(agent, undefined, { response_mode: "form_post", prompt: "none" });
  expect(outcome).toMatchObject({ mode: "form_post", to: CALLBACK });
  expect(outcome.parameters).toMatchObject({ error: "login_required", iss: provider.issuer });
});
