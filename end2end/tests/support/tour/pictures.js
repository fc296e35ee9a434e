// Apps that name a picture of their own.

import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "@playwright/test";

import { connectedApp } from "../fixtures.js";

/** A picture as an operator has one: 48 pixels of one colour each way, in the Portable Network Graphics format. */
export async function logoFile(page) {
  const path = join(await mkdtemp(join(tmpdir(), "signet-logo-")), "logo.png");
  await page.setContent("<style>body{margin:0;background:#7a0019}</style>");
  await page.screenshot({ path, clip: { x: 0, y: 0, width: 48, height: 48 } });
  return path;
}

/** An app that has a picture at `/logo.png` and says that its own is at `path`; it is stopped with the page. */
export async function pictured(page, signet, path) {
  const app = await connectedApp(signet, { name: "Crimson Ledger" });
  page.once("close", () => app.stop());
  app.file("/logo.png", await logoFile(page), "image/png");
  await signet.cli(["client", "update", app.client.client_id, "--logo-uri", `${app.origin}${path}`]);
  return app;
}

const drawn = (page) => page.locator(".tile__picture").first().evaluate((image) => image.complete && image.naturalWidth);

/** The picture is there and fills its place. */
export async function picture(page) {
  await expect.poll(() => drawn(page)).toBeGreaterThan(0);
  const left = await page.locator(".tile:has(.tile__picture)").evaluateAll((tiles) => tiles.map((tile) => [tile.clientWidth, tile.clientHeight, tile.lastElementChild.clientWidth, tile.lastElementChild.clientHeight]));
  for (const [width, height, drawnWidth, drawnHeight] of left) expect([drawnWidth, drawnHeight]).toEqual([width, height]);
}

/** The picture could not be had, and the first letter stands in its place, with no sign of a picture above it. */
export async function noPicture(page) {
  await expect.poll(() => drawn(page)).toBe(0);
  const sides = await page.locator(".tile__picture").evaluateAll((images) => images.map((image) => image.getBoundingClientRect().width));
  expect(sides.every((side) => side === 0), String(sides)).toBe(true);
  await expect(page.locator(".tile:has(.tile__picture)").first()).toHaveText("C");
}
