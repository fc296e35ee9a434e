// What a rule of the protocol starts from: a provider, which the project names, people and their browsers, an app.

import { webcrypto } from "node:crypto";

import { test as base } from "@playwright/test";

import { somebody } from "../fixtures.js";
import { Application } from "./application.js";
import { Listener } from "./listener.js";
import { SignetProvider } from "./signet-provider.js";
import { UserAgent } from "./user-agent.js";

export { expect } from "@playwright/test";

// Debian's Node.js does not have it there, where jose looks for it.
globalThis.crypto ??= webcrypto;

const REFERENCE = "oidc-provider";
const STARTED_WITHIN = 180_000;

/** A rule that oidc-provider lacks or decides otherwise, and why: there it must fail. */
export const differs = (reason) => ({ annotation: { type: REFERENCE, description: reason } });

async function start(name, options) {
  if (name !== REFERENCE) return SignetProvider.start(options);
  // A rule that could not be tried has not been kept: nothing is skipped.
  if (typeof URL.parse !== "function")
    throw new Error(`oidc-provider needs Node.js 20.19 or newer, for URL.parse; this is ${process.version}`);
  const { ReferenceProvider } = await import("./reference-provider.js");
  return ReferenceProvider.start(options);
}

export const test = base.extend({
  providerName: ["signet", { option: true, scope: "worker" }],

  provider: [
    async ({ providerName }, use) => {
      const provider = await start(providerName);
      await Application.metadata(provider);
      await use(provider);
      await provider.stop();
    },
    { scope: "worker", timeout: STARTED_WITHIN },
  ],

  /** The same, demanding nonces in DPoP proofs. */
  strictProvider: [
    async ({ providerName }, use) => {
      const provider = await start(providerName, { nonces: true });
      await Application.metadata(provider);
      await use(provider);
      await provider.stop();
    },
    { scope: "worker", timeout: STARTED_WITHIN },
  ],

  // People of each rule's own: an account may be signed in to so often and no more.
  ada: async ({ provider }, use) => use(await provider.createUser(somebody())),
  bob: async ({ provider }, use) => use(await provider.createUser(somebody("Bob Example"))),

  app: async ({ provider }, use) => use(await Application.vouchedFor(provider)),

  agent: async ({}, use) => {
    const agent = await UserAgent.start();
    await use(agent);
    await agent.stop();
  },

  /** A server of the app's own. */
  listener: async ({}, use) => {
    const listener = await Listener.start();
    await use(listener);
    await listener.stop();
  },

  expectation: [
    async ({ providerName }, use, testInfo) => {
      const told = testInfo.annotations.find(({ type }) => type === REFERENCE);
      testInfo.fail(providerName === REFERENCE && told !== undefined, told?.description);
      await use();
    },
    { auto: true },
  ],
});
