// The browser under test: the system's Chromium, because Playwright must not bring its own.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

const ARGUMENTS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function executable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** The first Chromium on PATH. */
export function chromiumPath() {
  const folders = (process.env.PATH ?? "").split(delimiter).filter(Boolean);
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(executable);
  if (!found) throw new Error("there is no Chromium on PATH; install it: apt-get install chromium");
  return found;
}

/** What every configuration says about the browser. */
export const browser = {
  browserName: "chromium",
  headless: true,
  locale: "en-GB",
  launchOptions: { executablePath: chromiumPath(), chromiumSandbox: false, args: ARGUMENTS },
};
