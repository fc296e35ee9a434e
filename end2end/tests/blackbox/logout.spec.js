// Signing out: OpenID Connect RP-Initiated Logout, and Back-Channel Logout with tokens that jose verifies.

import { Application } from "../support/blackbox/application.js";
import { expect, test } from "../support/blackbox/rules.js";

const GOODBYE = "https://app.example.com/bye";
const EVENT = "http://schemas.openid.net/event/backchannel-logout";

const registered = (provider, members) => Application.vouchedFor(provider, { post_logout_redirect_uris: [GOODBYE], ...members });

const signOut = (app, agent, person, parameters) =>
  app.visit(agent, `${app.metadata.end_session_endpoint}?${new URLSearchParams(parameters)}`, person);

const isSignedIn = async (app, agent) => {
  const { parameters } = await app.authorize(agent, undefined, { scope: "openid", prompt: "none" });
  return "code" in parameters;
};

test("RP-Initiated Logout §2: the session ends and the browser comes back with its state", async ({ provider, agent, ada }) => {
  const app = await registered(provider);
  const { tokens } = await app.signIn(agent, ada);
  expect(await isSignedIn(app, agent)).toBe(true);
  const parameters = { id_token_hint: tokens.id_token, post_logout_redirect_uri: GOODBYE, state: "s & t" };
  const { to, parameters: back } = await signOut(app, agent, ada, parameters);
  expect([to.startsWith(`${GOODBYE}?`), back]).toEqual([true, { state: "s & t" }]);
  expect(await isSignedIn(app, agent)).toBe(false);
});

test("RP-Initiated Logout §3: an address that is not registered is never gone to", async ({ provider, agent, ada }) => {
  const app = await registered(provider);
  const { tokens } = await app.signIn(agent, ada);
  for (const address of ["https://elsewhere.example.com/", `${GOODBYE}/more`]) {
    const { mode } = await signOut(app, agent, ada, { id_token_hint: tokens.id_token, post_logout_redirect_uri: address });
    expect(mode).toBe("page");
  }
});

test("RP-Initiated Logout §2: who comes without a hint is asked", async ({ provider, agent, ada }) => {
  const app = await registered(provider);
  await app.signIn(agent, ada);
  const { asked } = await signOut(app, agent, ada, {});
  expect(asked.length).toBeGreaterThan(0);
  expect(await isSignedIn(app, agent)).toBe(false);
});

test("RP-Initiated Logout §2: a hint that nobody signed is none", async ({ provider, agent, ada }) => {
  const app = await registered(provider);
  const { tokens } = await app.signIn(agent, ada);
  const [header, claims] = tokens.id_token.split(".");
  const forged = `${header}.${claims}.AAAA`;
  const stay = await agent.walk(`${app.metadata.end_session_endpoint}?${new URLSearchParams({ id_token_hint: forged, post_logout_redirect_uri: GOODBYE })}`, {
    isOutside: (address) => address.startsWith(GOODBYE),
    fill: () => undefined,
  });
  expect(stay.mode).toBe("page");
  expect(await isSignedIn(app, agent)).toBe(true);
});

test("Back-Channel Logout §2.4: a client hears of the end of a session by a token it can verify", async ({ provider, listener, agent, ada }) => {
  const members = { backchannel_logout_uri: listener.address, backchannel_logout_session_required: true };
  const app = await registered(provider, members);
  const { tokens } = await app.signIn(agent, ada);
  const { payload: said } = await app.verify(tokens.id_token);
  await signOut(app, agent, ada, { id_token_hint: tokens.id_token, post_logout_redirect_uri: GOODBYE });
  const heard = await listener.next();
  expect(heard.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded/);
  const { payload, protectedHeader } = await app.verify(new URLSearchParams(heard.body).get("logout_token"), { typ: "logout+jwt" });
  expect(protectedHeader.alg).toBe("RS256");
  expect(payload).toMatchObject({ sub: said.sub, sid: said.sid, jti: expect.any(String), events: { [EVENT]: {} } });
  expect(payload.exp).toBeGreaterThan(payload.iat);
  expect(payload).not.toHaveProperty("nonce");
});
