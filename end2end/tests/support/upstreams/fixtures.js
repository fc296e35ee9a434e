// What journeys through other providers start from: the providers, a server that knows them, and people at them.

import { randomBytes, randomInt } from "node:crypto";

import { test as base } from "../fixtures.js";
import { federated } from "./deployment.js";

export { expect } from "../fixtures.js";

export const test = base.extend({
  upstreams: [
    async ({}, use) => {
      const started = await federated();
      await use(started);
      await started.stop();
    },
    { scope: "worker", timeout: 180_000 },
  ],

  signet: [async ({ upstreams }, use) => use(upstreams.signet), { scope: "worker" }],

  // The providers' pages ask for fonts of another site, which is not there.
  context: async ({ context }, use) => {
    await context.route(/fonts\.(googleapis|gstatic)\.com/, (route) => route.abort());
    await use(context);
  },
});

/** The button that leads to a provider. */
export const through = (page, label) => page.getByRole("link", { name: `Continue with ${label}` });

/** What is seen of who is signed in. */
export const profile = (page) => page.getByRole("heading", { level: 1, name: "Profile" });

/** An account at one of the providers. */
export function accountAt(upstreams, id, person, verified = true) {
  if (id === "github") {
    const login = `octo-${randomBytes(4).toString("hex")}`;
    const emails = [{ email: person.email, primary: true, verified, visibility: "private" }];
    return upstreams.github.person(randomInt(1, 2 ** 40), { login, name: person.name, emails });
  }
  const claims = { email: person.email, email_verified: verified, name: person.name };
  return upstreams[id].person(`subject ${randomBytes(6).toString("hex")}`, claims);
}
