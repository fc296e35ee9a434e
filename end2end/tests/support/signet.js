// The real binary, started on a free port with an empty data folder and nothing else in its environment.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

const READY_WITHIN = 120_000;
const STOPPED_WITHIN = 10_000;
const MAIL_WITHIN = 5_000;
const LOG_LINES = 400;

/** A port that nobody listens on. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

function binary() {
  const path = process.env.SIGNET_BIN;
  if (!path) throw new Error("SIGNET_BIN must name the signet binary to test");
  return path;
}

/** A running server, its mailbox and its command line. */
export class Signet {
  #child;
  #folder;
  #environment;
  #log = [];

  /** Starts a server; `extra` is added to its environment. */
  static async start(extra = {}) {
    const signet = new Signet();
    const port = await freePort();
    signet.#folder = await mkdtemp(join(tmpdir(), "signet-e2e-"));
    signet.#environment = {
      PATH: process.env.PATH,
      HOME: signet.#folder,
      SIGNET_ISSUER: `http://localhost:${port}`,
      SIGNET_LISTEN: `127.0.0.1:${port}`,
      SIGNET_DATA_DIR: join(signet.#folder, "data"),
      SIGNET_METRICS_LISTEN: "off",
      SIGNET_REQUEST_LIMIT: "0",
      ...extra,
    };
    try {
      await signet.#serve();
    } catch (error) {
      await signet.stop();
      throw error;
    }
    return signet;
  }

  async #serve() {
    this.#child = this.#spawn(["serve", "--demo", "--json"]);
    this.#child.stdin.end();
    this.#child.stderr.setEncoding("utf8").on("data", (text) => {
      this.#log.push(...text.split("\n"));
      this.#log.splice(0, this.#log.length - LOG_LINES);
    });
    const document = await this.#firstDocument();
    this.issuer = document.issuer;
    this.setupUrl = document.setup_url;
    this.demo = document.demo;
  }

  #spawn(args) {
    return spawn(binary(), args, { cwd: this.#folder, env: this.#environment, stdio: "pipe" });
  }

  #firstDocument() {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      let text = "";
      const fail = (why) => reject(new Error(`signet serve ${why}\n${this.log()}`));
      const timer = setTimeout(() => fail(`was not ready within ${READY_WITHIN} ms`), READY_WITHIN);
      child.once("error", reject);
      child.once("exit", (code) => fail(`ended with ${code} before it was ready`));
      child.stdout.setEncoding("utf8").on("data", (chunk) => {
        text += chunk;
        try {
          resolve(JSON.parse(text));
          clearTimeout(timer);
        } catch {
          // More of the document is still to come.
        }
      });
    });
  }

  /** The origins that pages of it come from. */
  get origins() {
    return [this.issuer];
  }

  /** The last lines the server logged. */
  log() {
    return this.#log.join("\n");
  }

  /** An absolute address in a realm; the root realm without `realm`. */
  url(path, realm) {
    return `${this.issuerOf(realm)}${path}`;
  }

  /** The issuer identifier of a realm. */
  issuerOf(realm) {
    return realm ? `${this.issuer}/realms/${realm}` : this.issuer;
  }

  /** Runs a subcommand and returns the document it prints. */
  async cli(args, { stdin = "" } = {}) {
    const child = this.#spawn([...args, "--json"]);
    const output = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) {
      child[name].setEncoding("utf8").on("data", (text) => (output[name] += text));
    }
    child.stdin.end(stdin);
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`signet ${args.join(" ")} ended with ${code}\n${output.stderr}`);
    return JSON.parse(output.stdout);
  }

  /** Makes an account whose address is proven. */
  async createUser({ email, name, password, realm }) {
    const where = realm ? ["--realm", realm] : [];
    const args = ["user", "create", "--email", email, "--name", name, "--password-stdin", "--verified", ...where];
    const { id } = await this.cli(args, { stdin: password });
    return { id, email, name, password };
  }

  /** Registers a client. */
  createClient({ name, type, redirectUri, postLogoutRedirectUri, frontchannelLogoutUri, backchannelLogoutUri, initiateLoginUri, pkce, realm }) {
    const options = {
      "--name": name,
      "--type": type,
      "--redirect-uri": redirectUri,
      "--post-logout-redirect-uri": postLogoutRedirectUri,
      "--frontchannel-logout-uri": frontchannelLogoutUri,
      "--backchannel-logout-uri": backchannelLogoutUri,
      "--initiate-login-uri": initiateLoginUri,
      "--pkce": pkce,
      "--realm": realm,
    };
    const given = Object.entries(options).filter(([, value]) => value);
    return this.cli(["client", "create", ...given.flat()]);
  }

  /** The mails to an address, newest first. */
  async mails(to) {
    const response = await fetch(`${this.issuer}/dev/mailbox.json`);
    if (!response.ok) throw new Error(`/dev/mailbox.json answered ${response.status}`);
    return (await response.json()).filter((mail) => mail.to.includes(to));
  }

  /** The newest mail to an address, once there are `count` of them. */
  async mail(to, count = 1) {
    const end = Date.now() + MAIL_WITHIN;
    for (;;) {
      const mails = await this.mails(to);
      if (mails.length >= count) return mails[0];
      if (Date.now() > end) throw new Error(`${mails.length} of ${count} mails to ${to} came within ${MAIL_WITHIN} ms`);
      await pause(50);
    }
  }

  /** Stops the server, as an operator would, and removes its data. */
  async stop() {
    const child = this.#child;
    if (child && child.exitCode === null && child.signalCode === null && child.pid) {
      const ended = once(child, "exit");
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), STOPPED_WITHIN);
      await ended;
      clearTimeout(timer);
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
