// Pages for operators and developers, and those that only say something.

import { mkdtemp, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "@playwright/test";

import { Signet } from "../signet.js";
import { decide, field, openAccount, settled, signIn } from "../steps.js";
import { heading, mailed } from "./ways.js";

async function playground(page, signet, person) {
  await page.goto(signet.url("/playground"));
  await page.getByRole("button", { name: "Start", exact: true }).click();
  await signIn(page, person);
  await decide(page, "allow");
  await heading(page, "Playground");
}

/** Pages for operators and developers. */
export const tools = {
  setup: ({ page, signet }) => page.goto(signet.setupUrl),
  "setup-error": async ({ page, signet }) => {
    await page.goto(signet.setupUrl);
    await field(page, "email").fill("admin@example.com");
    await field(page, "new_password").fill("too short");
    await page.getByRole("button", { name: "Create administrator" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "theme-preview": async ({ page, signet }) => {
    await page.goto(signet.url("/playground/theme?accent=%237a0019&radius=2"));
    await expect(page.locator(".button--primary")).toBeVisible();
  },
  "theme-preview-error": async ({ page, signet }) => {
    await page.goto(signet.url("/playground/theme?accent=%23ffcc00"));
    await expect(page.getByRole("alert")).toContainText("1.51:1");
  },
  playground: ({ page, signet }) => page.goto(signet.url("/playground")),
  "playground-done": ({ page, signet, person }) => playground(page, signet, person),
  mailbox: async ({ page, signet }) => {
    await mailed(page, signet);
    await page.goto(signet.url("/dev/mailbox"));
    await heading(page, "Mailbox");
  },
  "mailbox-mail": async ({ page, signet }) => {
    const { subject } = await mailed(page, signet);
    await page.goto(signet.url("/dev/mailbox"));
    await page.getByRole("link", { name: subject }).first().click();
    await heading(page, subject);
  },
};

/** Empties a file, if it is there. */
const emptied = (path) => truncate(path).catch((error) => expect(error.code).toBe("ENOENT"));

/** A server whose disk failed: what was written is gone. */
async function withoutDisk() {
  const folder = await mkdtemp(join(tmpdir(), "signet-disk-"));
  const signet = await Signet.start({ SIGNET_DATA_DIR: folder });
  // What it writes while it starts may come after, and each of its connections has pages of its own in memory.
  await expect(async () => {
    await Promise.all(["signet.db", "signet.db-wal"].map((name) => emptied(join(folder, name))));
    const answers = await Promise.all(Array.from({ length: 32 }, () => fetch(signet.url("/setup?token=any"))));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]));
  }).toPass();
  const stop = async () => {
    await signet.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { signet, stop, origins: signet.origins };
}

/** Pages that only say something. */
export const refusals = {
  unavailable: async ({ page, standing }) => {
    const { signet } = await standing("without disk", withoutDisk);
    await page.goto(signet.url("/setup?token=any"));
    await heading(page, "The service cannot answer right now");
  },
  "bad-request": ({ page, signet }) => page.goto(signet.url("/authorize?client_id=%FF")),
  "signed-out-meanwhile": async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await settled(page);
    await page.context().clearCookies();
    await page.getByRole("button", { name: "Save profile" }).click();
    await heading(page, "You are no longer signed in");
  },
  "too-many": async ({ page, standing }) => {
    const signet = await standing("limited", () => Signet.start({ SIGNET_REQUEST_LIMIT: "1" }));
    for (let status = 0; status !== 429; ) status = (await page.goto(signet.url("/no-such-page"))).status();
  },
  "not-found": ({ page, signet }) => page.goto(signet.url("/no-such-page")),
  expired: ({ page, signet }) => page.goto(signet.url("/login?interaction=nonsense")),
  "link-refused": ({ page, signet }) => page.goto(signet.url("/verify-email?token=nonsense")),
  "app-refused": ({ page, signet }) => page.goto(signet.url("/authorize?client_id=nobody&response_type=code")),
  forbidden: async ({ page, signet, app }) => {
    app.page("/forged", `<!doctype html><title>Prize</title><form method="post" action="${signet.url("/sign-up")}"><button>Win</button></form>`);
    await page.goto(`${app.origin}/forged`);
    await page.getByRole("button", { name: "Win" }).click();
    await heading(page, "This request was not accepted");
  },
};
