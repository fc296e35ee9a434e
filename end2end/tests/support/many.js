// Somebody with more apps and more sessions than a page of a list has.

import { expect, request } from "@playwright/test";

import { RelyingParty } from "./relying-party.js";

/** Items on a page of a list. */
export const ON_A_PAGE = 25;

/** One page full, and what is left for the next. */
const MANY = ON_A_PAGE + 3;

/** What is done at the same time. */
const AT_ONCE = 4;

/** Does something so often. */
async function often(act) {
  for (let done = 0; done < MANY; done += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, MANY - done) }, (_, index) => act(done + index)));
  }
}

/** Apps of the server's own operator, about which nobody is asked. */
export async function manyApps(signet) {
  const listener = await RelyingParty.start();
  const type = ["--type", "public", "--first-party", "--redirect-uri", listener.redirectUri];
  const clients = [];
  await often(async (number) => {
    clients[number] = await signet.cli(["client", "create", "--name", `Harbour Notes ${number + 1}`, ...type]);
  });
  return {
    /** The page's person, who is signed in, uses every one of them. */
    usedIn: async (page) => {
      const [{ client_id: first }] = clients;
      await listener.connect(signet.issuer, clients[0]);
      await often(async (number) => {
        const { url } = listener.begin({ scope: "openid" });
        const answer = await page.request.get(url.replace(first, clients[number].client_id));
        expect(answer.url()).toContain(`${listener.redirectUri}?`);
      });
    },
    stop: () => listener.stop(),
  };
}

/** Signs the person in elsewhere, so often that one page does not list it. */
export async function manySessions(signet, { email: identifier, password }) {
  await often(async () => {
    const elsewhere = await request.newContext();
    const start = await elsewhere.get(signet.url("/account"));
    const interaction = new URL(start.url()).searchParams.get("interaction");
    const form = { interaction, identifier, password };
    const answer = await elsewhere.post(signet.url("/login"), { form, maxRedirects: 0 });
    expect(answer.status()).toBe(303);
    await elsewhere.dispose();
  });
}
