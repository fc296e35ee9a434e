// A browser without script: it keeps cookies and shows where each step leads, so that a test sees every redirect.

import { request } from "@playwright/test";

const STEPS_AT_MOST = 20;
const ONCE = { maxRedirects: 0 };
const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&#x27;": "'", "&#x2F;": "/" };

const decoded = (text) => text.replace(/&(?:amp|lt|gt|quot|#39|#x27|#x2F);/g, (entity) => ENTITIES[entity]);

function attribute(tag, name) {
  const found = new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, "i").exec(tag);
  return found ? decoded(found[1] ?? found[2] ?? found[3]) : undefined;
}

const isSent = (input) => !["checkbox", "radio"].includes(attribute(input, "type")) || /\schecked\b/.test(input);

/** The forms of a page, each with its action, what it sends as it is, and the names in it. */
export function formsOf(html) {
  return [...html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, tag, inside]) => {
    const controls = [...inside.matchAll(/<(input|button)\b[^>]*>/gi)].map(([control, kind]) => ({ control, kind }));
    const inputs = controls.filter(({ kind, control }) => kind.toLowerCase() === "input" && isSent(control));
    const fields = inputs.map(({ control }) => [attribute(control, "name"), attribute(control, "value") ?? ""]);
    return {
      action: attribute(` ${tag}`, "action"),
      fields: fields.filter(([name]) => name),
      names: controls.map(({ control }) => attribute(control, "name")).filter(Boolean),
    };
  });
}

/** What a form sends when it is filled in with `values`. */
export function filled({ action, fields }, values) {
  const kept = fields.filter(([name]) => !(name in values));
  return { action, fields: [...kept, ...Object.entries(values)] };
}

/** Somebody's browser. */
export class UserAgent {
  #context;

  /** A browser that has been nowhere. */
  static async start() {
    const agent = new UserAgent();
    agent.#context = await request.newContext();
    return agent;
  }

  async #ask(url, fields) {
    const form = { headers: FORM, data: String(new URLSearchParams(fields)) };
    const response = await (fields ? this.#context.post(url, { ...ONCE, ...form }) : this.#context.get(url, ONCE));
    const location = response.headers().location;
    return {
      url,
      status: response.status(),
      headers: response.headers(),
      location: location && new URL(location, url).href,
      html: location ? "" : await response.text(),
    };
  }

  /**
   * Opens `url`, posting `fields` if there are any, and goes on as `fill(page)` says, which answers a form or gives up, until something leads to an
   * address that `isOutside`: the parameters that came there, by `query` or by `form_post`, or else the last page.
   */
  async walk(url, { isOutside, fill, fields }) {
    const asked = [];
    let page = await this.#ask(url, fields);
    for (let step = 0; step < STEPS_AT_MOST; step += 1) {
      if (page.location) {
        if (isOutside(page.location)) {
          const { searchParams } = new URL(page.location);
          return { asked, mode: "query", to: page.location, parameters: Object.fromEntries(searchParams) };
        }
        page = await this.#ask(page.location);
        continue;
      }
      const forms = formsOf(page.html);
      const post = forms.find(({ action }) => action && isOutside(action));
      if (post) return { asked, mode: "form_post", to: post.action, parameters: Object.fromEntries(post.fields), page };
      const answer = fill({ ...page, forms });
      if (!answer) return { asked, mode: "page", parameters: {}, page };
      asked.push(answer.step);
      page = await this.#ask(new URL(answer.visit ?? answer.action ?? page.url, page.url).href, answer.fields);
    }
    throw new Error(`the walk from ${url} does not end: ${asked.join(", ")}`);
  }

  /** Forgets everything. */
  stop() {
    return this.#context.dispose();
  }
}
