// Chromium's virtual authenticator: passkeys without a finger to touch anything with.

import { expect } from "@playwright/test";

const BUILT_IN = {
  protocol: "ctap2",
  ctap2Version: "ctap2_1",
  transport: "internal",
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};

/** Waits until script told the server that the device makes passkeys. */
export async function told(page) {
  const names = async () => (await page.context().cookies()).map(({ name }) => name).join();
  await expect.poll(names).toContain("signet-makes-passkeys");
}

/** The heading of the page that offers to make a passkey. */
export const offer = (page) => page.getByRole("heading", { level: 1, name: "Sign in faster next time" });

export class Authenticator {
  #session;
  #id;

  /** Gives a page's browser an authenticator. */
  static async of(page, options = {}) {
    const made = new Authenticator();
    made.#session = await page.context().newCDPSession(page);
    await made.#session.send("WebAuthn.enable", { enableUI: false });
    const added = await made.#session.send("WebAuthn.addVirtualAuthenticator", { options: { ...BUILT_IN, ...options } });
    made.#id = added.authenticatorId;
    return made;
  }

  #send(method, parameters = {}) {
    return this.#session.send(`WebAuthn.${method}`, { authenticatorId: this.#id, ...parameters });
  }

  /** The passkeys it keeps. */
  async passkeys() {
    return (await this.#send("getCredentials")).credentials;
  }

  /** Keeps a passkey that another authenticator made. */
  keep(credential) {
    return this.#send("addCredential", { credential });
  }

  /** Whether it can tell who is there. */
  verifies(isUserVerified) {
    return this.#send("setUserVerified", { isUserVerified });
  }

  /** Whether somebody touches it at once. */
  touches(enabled) {
    return this.#send("setAutomaticPresenceSimulation", { enabled });
  }
}
