// Signing in through others, as far as it shows here: the buttons, what a provider answers, and what is linked.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { expect } from "@playwright/test";

import { somebody } from "../fixtures.js";
import { Signet } from "../signet.js";
import { enterCode, field, identify, openAccount } from "../steps.js";
import { deserted, goneTable } from "../upstreams/deployment.js";
import { accountAt, through } from "../upstreams/fixtures.js";
import { GitHubUpstream } from "../upstreams/github.js";
import { heading } from "./ways.js";

/** Providers whose buttons are looked at only. */
const SHOWN = `[[providers]]
id = "google"
kind = "oidc"
issuer = "https://accounts.google.com"
client_id = "signet"
client_secret = "of nobody"

[[providers]]
id = "acme"
kind = "oidc"
issuer = "https://id.acme.example"
client_id = "signet"
client_secret = "of nobody"
label = "Acme"
domains = ["acme.example"]
`;

/** A server whose people may sign in through others, of which GitHub answers. */
async function start() {
  const folder = await mkdtemp(join(tmpdir(), "signet-tour-"));
  const github = await GitHubUpstream.start();
  const file = join(folder, "signet.toml");
  const patient = "breaker_failures = 100\n";
  await writeFile(file, [SHOWN, github.table(), goneTable(await deserted()), patient].join("\n"));
  const signet = await Signet.start({ SIGNET_CONFIG: file });
  await github.serve([signet.url("/login/github/callback")]);
  const stop = async () => {
    await Promise.all([signet.stop(), github.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
  return { signet, github, stop, origins: [signet.issuer, github.address] };
}

/** The server of this worker whose people may sign in through others. */
export const provided = (standing) => standing("providers", start);

/** Signs in through GitHub as somebody whose address it vouches for, or not. */
async function throughGitHub(page, upstreams, person, verified) {
  await page.goto(upstreams.signet.url("/account"));
  await through(page, "GitHub").click();
  await upstreams.github.signIn(page, accountAt(upstreams, "github", person, verified));
}

async function toTheAddress(page, standing) {
  await throughGitHub(page, await provided(standing), somebody(), false);
  await heading(page, "Your email address");
}

async function toTheCode(page, standing) {
  await toTheAddress(page, standing);
  await page.getByRole("button", { name: "Email me a code" }).click();
  await heading(page, "Check your email");
}

async function toLinked(page, { signet }) {
  await openAccount(page, signet, await signet.createUser(somebody()));
  await page.goto(signet.url("/account/linked"));
  await page.getByRole("button", { name: "Link GitHub" }).click();
}

/** What comes of accounts elsewhere. */
export const providers = {
  "login-providers": async ({ page, standing }) => {
    const { signet } = await provided(standing);
    await page.goto(signet.url("/login"));
    await expect(through(page, "GitHub")).toBeVisible();
  },
  "login-provider-of-address": async ({ page, standing }) => {
    const { signet } = await provided(standing);
    await page.goto(signet.url("/login"));
    await identify(page, "ada@acme.example");
    await expect(page.getByText("Addresses at acme.example sign in with Acme.")).toBeVisible();
  },
  "login-provider-error": async ({ page, standing }) => {
    const { signet } = await provided(standing);
    await page.goto(signet.url("/login"));
    await through(page, "Gone").click();
    await expect(page.getByRole("alert")).toContainText("Gone does not answer right now.");
  },
  "login-provider-known-address": async ({ page, standing }) => {
    const upstreams = await provided(standing);
    await throughGitHub(page, upstreams, await upstreams.signet.createUser(somebody()));
    await expect(page.getByRole("status")).toContainText("You have an account with this email already.");
  },
  "sign-up-address": ({ page, standing }) => toTheAddress(page, standing),
  "sign-up-address-error": async ({ page, standing }) => {
    await toTheAddress(page, standing);
    await field(page, "email").fill(`${"a".repeat(255)}@example.com`);
    await page.getByRole("button", { name: "Email me a code" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "sign-up-address-code": ({ page, standing }) => toTheCode(page, standing),
  "sign-up-address-code-error": async ({ page, standing }) => {
    await toTheCode(page, standing);
    await enterCode(page, "12");
    await expect(page.getByRole("alert")).toBeVisible();
  },
  "account-linked-one": async ({ page, standing }) => {
    const upstreams = await provided(standing);
    await toLinked(page, upstreams);
    await upstreams.github.signIn(page, accountAt(upstreams, "github", somebody()));
    await expect(page.getByRole("status")).toContainText("The account is linked.");
  },
  "account-linked-error": async ({ page, standing }) => {
    await toLinked(page, await provided(standing));
    await page.getByRole("button", { name: "Cancel" }).click();
    await expect(page.getByRole("alert")).toContainText("GitHub did not sign you in.");
  },
};
