// An authenticator app: RFC 6238 with SHA-1, six digits and steps of 30 seconds.

import { createHmac } from "node:crypto";

// Typing a code takes its time.
const STAYS_GOOD = 12_000;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

function bytesOf(key) {
  const bits = [...key.replaceAll(/\s/g, "")].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g).map((byte) => Number.parseInt(byte, 2)));
}

/** An app that holds the key somebody typed into it. */
export class Authenticator {
  #key;
  #used = 0;

  constructor(key) {
    this.#key = bytesOf(key);
  }

  #code(step) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(BigInt(step));
    const hash = createHmac("sha1", this.#key).update(counter).digest();
    const offset = hash.at(-1) & 0xf;
    return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
  }

  /** The code of a step that was not given before, the earliest that stays good for a while. Waits for one if need be. */
  async next() {
    while (this.#used > this.#now()) {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    const left = 30_000 - (Date.now() % 30_000);
    const earliest = left > STAYS_GOOD ? this.#now() - 1 : this.#now();
    this.#used = Math.max(earliest, this.#used + 1);
    return this.#code(this.#used);
  }

  /** The code given last. */
  last() {
    return this.#code(this.#used);
  }

  /** A code that is good at no time near. */
  wrong() {
    return this.#code(this.#now() + 1_000);
  }

  #now() {
    return Math.floor(Date.now() / 30_000);
  }
}

/** Sets up an authenticator app for whoever just signed in; the app, and the recovery codes that were shown. */
export async function enrol(page, signet) {
  await page.goto(signet.url("/account/security"));
  await page.getByRole("button", { name: "Set up authenticator app" }).click();
  const app = new Authenticator(await page.locator(".enrol__key code").innerText());
  await page.locator('input[name="code"]').fill(await app.next());
  await page.getByRole("button", { name: "Confirm code" }).click();
  await page.locator(".codes li").first().waitFor();
  return { app, codes: await page.locator(".codes li").allInnerTexts() };
}
