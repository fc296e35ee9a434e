// What every journey starts from: a server, an app that uses it, and a person with an account.

import { randomBytes } from "node:crypto";

import { test as base } from "@playwright/test";

import { RelyingParty } from "./relying-party.js";
import { Signet } from "./signet.js";

// A machine that has just built everything may take long over its first durable writes.
const STARTED_WITHIN = 180_000;
const ENTERED_AT_MOST = 5;

export { expect } from "@playwright/test";

/** Somebody without an account yet. */
export function somebody(name = "Ada Example") {
  const mark = randomBytes(6).toString("hex");
  return { name, email: `ada-${mark}@example.com`, password: `correct horse ${mark}` };
}

/** Registers an app with a realm; it is stopped by whoever asked for it. */
export async function connectedApp(signet, { realm, name = "Harbour Notes", type = "confidential", host } = {}) {
  const app = await RelyingParty.start({ host });
  const { redirectUri, origin } = app;
  const addresses = { redirectUri, postLogoutRedirectUri: `${origin}/`, initiateLoginUri: `${origin}/start` };
  const client = await signet.createClient({ name, type, ...addresses, realm });
  return Object.assign(await app.connect(signet.issuerOf(realm), client), { name });
}

export const test = base.extend({
  signet: [
    async ({}, use) => {
      const signet = await Signet.start();
      await use(signet);
      await signet.stop();
    },
    { scope: "worker", timeout: STARTED_WITHIN },
  ],

  app: [
    async ({ signet }, use) => {
      const app = await connectedApp(signet);
      await use(app);
      await app.stop();
    },
    { scope: "worker", timeout: STARTED_WITHIN },
  ],

  // With script a page follows the answer of its form by itself, maybe just when the journey goes elsewhere: then the
  // address is entered again, as a person would.
  page: async ({ page }, use) => {
    const goto = page.goto.bind(page);
    page.goto = async (...to) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await goto(...to);
        } catch (error) {
          const cutOff = /ERR_ABORTED|interrupted by another navigation/.test(error.message);
          if (!cutOff || tries === ENTERED_AT_MOST) throw error;
          await page.waitForLoadState();
        }
      }
    };
    await use(page);
  },

  person: async ({ signet }, use) => {
    await use(await signet.createUser(somebody()));
  },

  /** Starts further servers, each stopped when the test is over, however it ended. */
  serve: async ({}, use) => {
    const started = [];
    await use(async (extra) => {
      const signet = await Signet.start(extra);
      started.push(signet);
      return signet;
    });
    await Promise.all(started.map((signet) => signet.stop()));
  },

  /**
   * Servers that several tests share: `standing(name, start)` gives the one of that name, started when it is first asked
   * for. All stop with the worker.
   */
  standing: [
    async ({}, use) => {
      const started = new Map();
      await use((name, start) => {
        if (!started.has(name)) started.set(name, start());
        return started.get(name);
      });
      const servers = await Promise.allSettled(started.values());
      await Promise.all(servers.map(({ value }) => value?.stop()));
    },
    { scope: "worker", timeout: STARTED_WITHIN },
  ],

  serverLog: [
    async ({ signet }, use, testInfo) => {
      await use();
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach("signet.log", { body: signet.log(), contentType: "text/plain" });
      }
    },
    { auto: true },
  ],
});
