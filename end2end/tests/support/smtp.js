// A mail server that keeps what it is given, and enough MIME to read it (RFC 2045, RFC 2046).

import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";

import { SMTPServer } from "smtp-server";

const MAIL_WITHIN = 10_000;

function split(source) {
  const end = source.search(/\r?\n\r?\n/);
  const head = source.slice(0, end).replace(/\r?\n[ \t]+/g, " ");
  const headers = new Map(
    head.split(/\r?\n/).map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  return { headers, body: source.slice(end).replace(/^(\r?\n){2}/, "") };
}

function decodedBody({ headers, body }) {
  const encoding = (headers.get("content-transfer-encoding") ?? "7bit").toLowerCase();
  if (encoding === "base64") return Buffer.from(body, "base64").toString("utf8");
  if (encoding !== "quoted-printable") return Buffer.from(body, "latin1").toString("utf8");
  const bytes = body.replace(/=\r?\n/g, "").replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** The parts of a message by media type, decoded. */
export function parse(source) {
  const whole = split(source);
  const type = whole.headers.get("content-type") ?? "";
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
  const parts = boundary ? whole.body.split(`--${boundary}`).slice(1, -1).map((part) => split(part.trimStart())) : [whole];
  const byType = parts.map((part) => [(part.headers.get("content-type") ?? "").split(";")[0], decodedBody(part)]);
  return { headers: whole.headers, type, parts: Object.fromEntries(byType) };
}

/** A mail server on a free port. */
export class MailServer {
  #server;
  #received = [];

  /** Listens; takes every mail from everyone. */
  static async start() {
    const mail = new MailServer();
    mail.#server = new SMTPServer({
      authOptional: true,
      disabledCommands: ["STARTTLS", "AUTH"],
      onData: (stream, session, done) => void mail.#take(stream, session).then(() => done(), done),
    });
    const listening = mail.#server.listen(0, "127.0.0.1");
    await once(listening, "listening");
    mail.url = `smtp://127.0.0.1:${listening.address().port}`;
    return mail;
  }

  async #take(stream, { envelope }) {
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    const to = envelope.rcptTo.map(({ address }) => address);
    this.#received.push({ to, ...parse(Buffer.concat(chunks).toString("latin1")) });
  }

  /** The first mail to an address, as soon as it is there. */
  async mail(to) {
    const end = Date.now() + MAIL_WITHIN;
    for (;;) {
      const found = this.#received.find((mail) => mail.to.includes(to));
      if (found) return found;
      if (Date.now() > end) throw new Error(`no mail to ${to} came within ${MAIL_WITHIN} ms`);
      await pause(50);
    }
  }

  /** Stops listening. */
  stop() {
    return new Promise((resolve) => this.#server.close(resolve));
  }
}
