// What a browser must have before it can paint: the document and the styles it waits for, as they travel.

import { get } from "node:http";

import { expect, test } from "./support/fixtures.js";

const AT_MOST = 20 * 1024;

/** The bytes of an answer as it travels, and what it says. */
function travelling(address, Cookie) {
  return new Promise((resolve, reject) => {
    const request = get(address, { headers: { "Accept-Encoding": "br, gzip", Accept: "text/html,text/css", Cookie } }, (response) => {
      const parts = [];
      response.on("data", (part) => parts.push(part));
      response.on("end", () => resolve({ bytes: Buffer.concat(parts).length, encoding: response.headers["content-encoding"] }));
    });
    request.on("error", reject);
  });
}

test("signing in is painted after at most 20 KiB", async ({ page, signet }) => {
  for (const path of ["/login", "/sign-up"]) {
    const html = await (await page.goto(signet.url(path))).text();
    const address = page.url();
    const cookies = await page.context().cookies();
    const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
    const styles = [...html.matchAll(/<link rel="stylesheet" href="([^"]+)"/g)].map(([, href]) => signet.url(href));
    expect(styles.length).toBeGreaterThan(0);
    const answers = await Promise.all([address, ...styles].map((wanted) => travelling(wanted, cookie)));
    for (const { encoding } of answers) expect(encoding).toMatch(/^(br|gzip)$/);
    const bytes = answers.reduce((sum, answer) => sum + answer.bytes, 0);
    expect(bytes, `${address}: ${answers.map((answer) => answer.bytes).join(" + ")}`).toBeLessThanOrEqual(AT_MOST);
  }
});
