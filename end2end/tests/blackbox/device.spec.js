// Devices without a browser: RFC 8628.

import { setTimeout as pause } from "node:timers/promises";

import { Application } from "../support/blackbox/application.js";
import { expect, test } from "../support/blackbox/rules.js";

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";
const DEVICE = { application_type: "native", token_endpoint_auth_method: "none", grant_types: [GRANT, "refresh_token"], redirect_uris: [], response_types: [] };

/** An app on a device, the codes it got, and how it polls. */
async function device(provider) {
  const app = await Application.register(provider, DEVICE);
  const { status, body: codes } = await app.post(app.metadata.device_authorization_endpoint, { scope: "openid email" });
  expect(status).toBe(200);
  const poll = (by = app) => by.token({ grant_type: GRANT, device_code: codes.device_code });
  return { app, codes, poll };
}

test("RFC 8628 §3: a device gets tokens once somebody allowed it, and once only", async ({ provider, agent, ada }) => {
  const { app, codes, poll } = await device(provider);
  expect(codes).toMatchObject({ user_code: expect.any(String), verification_uri: expect.any(String), expires_in: expect.any(Number) });
  expect((await poll()).body.error).toBe("authorization_pending");
  const { asked } = await app.visit(agent, codes.verification_uri_complete, ada);
  expect(asked).toContain("code");
  expect(asked).toContain("sign-in");
  await pause(1_000 * (codes.interval ?? 5));
  const { status, body } = await poll();
  expect(status).toBe(200);
  const { payload } = await app.verify(body.id_token);
  expect((await app.userinfo(body.access_token)).body).toMatchObject({ sub: payload.sub, email: ada.email });
  expect((await poll()).body.error).toBe("invalid_grant");
});

test("RFC 8628 §3.5: what a person denied is denied", async ({ provider, agent, ada }) => {
  const { app, codes, poll } = await device(provider);
  await app.visit(agent, codes.verification_uri_complete, ada, "deny");
  const { status, body } = await poll();
  expect([status, body.error]).toEqual([400, "access_denied"]);
});

test("RFC 8628 §5.2: a device code is worth nothing to another client", async ({ provider, agent, ada }) => {
  const { app, codes, poll } = await device(provider);
  await app.visit(agent, codes.verification_uri_complete, ada);
  const other = await Application.register(provider, DEVICE);
  expect((await poll(other)).body.error).toBe("invalid_grant");
  expect((await poll()).status).toBe(200);
});
