// A server of an app, which keeps what is posted to it and shows what the app publishes.

import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";

const HEARD_WITHIN = 15_000;

/** Listens on this machine. */
export class Listener {
  #server;
  #heard = [];
  #events = new EventEmitter();
  #published = new Map();

  /** Begins to listen on a free port. */
  static async start() {
    const listener = new Listener();
    listener.#server = createServer((request, response) => void listener.#keep(request, response));
    listener.#server.listen(0, "127.0.0.1");
    await once(listener.#server, "listening");
    listener.origin = `http://127.0.0.1:${listener.#server.address().port}`;
    listener.address = `${listener.origin}/heard`;
    return listener;
  }

  async #keep(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const document = this.#published.get(request.url);
    if (document) {
      response.setHeader("Content-Type", "application/json");
      response.end(JSON.stringify(document));
      return;
    }
    response.end();
    this.#heard.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    this.#events.emit("heard");
  }

  /** Shows `document` at `path`, in the place of what was there; its address. */
  publish(path, document) {
    this.#published.set(path, document);
    return `${this.origin}${path}`;
  }

  /** What was posted next. */
  async next() {
    if (this.#heard.length === 0) await once(this.#events, "heard", { signal: AbortSignal.timeout(HEARD_WITHIN) });
    return this.#heard.shift();
  }

  /** Stops listening. */
  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
