// Passkeys, with Chromium's virtual authenticator: making one, signing in with it, and what is refused.

import { Authenticator, offer, told } from "./support/authenticator.js";
import { expect, somebody, test } from "./support/fixtures.js";
import { freePort } from "./support/signet.js";
import { enterCode, field, identify, openAccount, prove, settled, signIn, signOut, signUp } from "./support/steps.js";

const button = (page) => page.getByRole("button", { name: "Use a passkey" });
const profile = (page) => page.getByRole("heading", { level: 1, name: "Profile" });
const alert = (page) => page.getByRole("alert");

/** Signs in by password and makes a passkey under Security. */
async function makePasskey(page, signet, person, realm) {
  await page.goto(signet.url("/account/security", realm));
  await identify(page, person.email);
  await prove(page, person.password);
  const offered = page.getByRole("button", { name: "Not now" });
  const create = page.getByRole("button", { name: "Create a passkey" });
  await expect(create).toBeVisible();
  if (await offered.isVisible()) {
    await offered.click();
    await expect(page.getByRole("heading", { level: 2, name: "Passkeys" })).toBeVisible();
  }
  await create.click();
  await expect(page.getByText("The passkey is created.")).toBeVisible();
}

/** A realm of its own, once the server knows it. */
async function newRealm(signet) {
  const realm = `harbour-${Math.random().toString(36).slice(2, 8)}`;
  const { issuer } = await signet.cli(["realm", "create", realm]);
  const found = async () => (await fetch(`${issuer}/.well-known/openid-configuration`)).status;
  await expect.poll(found, { timeout: 2_000 }).toBe(200);
  return realm;
}

const url64 = (base64) => base64.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

/** Signs out from wherever the account is open. */
async function leave(page, signet) {
  await page.goto(signet.url("/account"));
  await signOut(page);
}

/** Opens the sign-in in a browser that has no passkeys in autofill. */
async function openSignIn(page, signet, realm) {
  await page.addInitScript(() => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  });
  await page.goto(signet.url("/login", realm));
  await expect(button(page)).toBeVisible();
  await settled(page);
}

test.describe("with script @script", () => {
  test("a passkey is made under Security and signs in by the button", async ({ page, signet, person }) => {
    const authenticator = await Authenticator.of(page);
    await makePasskey(page, signet, person);
    const [credential] = await authenticator.passkeys();
    expect(credential).toMatchObject({ isResidentCredential: true, rpId: "localhost" });
    await leave(page, signet);
    await authenticator.touches(false);
    await page.goto(signet.url("/login"));
    await settled(page);
    await authenticator.touches(true);
    await button(page).click();
    await expect(profile(page)).toBeVisible();
    await expect(page.locator('input[name="name"]')).toHaveValue(person.name);
    expect((await signet.mail(person.email)).subject).toContain("passkey was added");
  });

  test("whoever planted a session has none of who signs in with it", async ({ page, browser, signet, person }) => {
    await Authenticator.of(page);
    await makePasskey(page, signet, person);
    await leave(page, signet);
    const mallory = await signet.createUser(somebody("Mallory Example"));
    const thief = await browser.newContext();
    const theirs = await thief.newPage();
    await openAccount(theirs, signet, mallory);
    await page.context().addCookies(await thief.cookies());
    await openSignIn(page, signet);
    await button(page).click();
    await expect(page.locator('input[name="name"]')).toHaveValue(person.name);
    await theirs.goto(signet.url("/account"));
    await expect(theirs.getByText(person.email)).toHaveCount(0);
    await expect(theirs.locator(`input[value="${person.name}"]`)).toHaveCount(0);
    await thief.close();
  });

  test("autofill signs in before anything is typed", async ({ page, signet, person }) => {
    await Authenticator.of(page);
    await makePasskey(page, signet, person);
    await leave(page, signet);
    await page.goto(signet.url("/login"));
    await expect(profile(page)).toBeVisible();
    await expect(page.locator('input[name="name"]')).toHaveValue(person.name);
  });

  test("the passkey says whose account it is, whatever was typed", async ({ page, signet, person }) => {
    await Authenticator.of(page);
    await makePasskey(page, signet, person);
    await leave(page, signet);
    const other = await signet.createUser(somebody("Grace Example"));
    await openSignIn(page, signet);
    await identify(page, other.email);
    await expect(page.locator('input[name="password"]')).toBeVisible();
    await button(page).click();
    await expect(page.locator('input[name="name"]')).toHaveValue(person.name);
  });

  test("a removed passkey signs nobody in", async ({ page, signet, person }) => {
    const authenticator = await Authenticator.of(page);
    await makePasskey(page, signet, person);
    const [credential] = await authenticator.passkeys();
    await page.getByRole("region", { name: "Passkeys" }).getByRole("button", { name: /^Remove/ }).click();
    await expect(page.getByText("The passkey is removed.")).toBeVisible();
    await leave(page, signet);
    await openSignIn(page, signet);
    // A password manager that was told forgets the passkey; one that was not still offers it.
    if ((await authenticator.passkeys()).length === 0) await authenticator.keep(credential);
    await button(page).click();
    await expect(alert(page)).toContainText("That passkey wasn't accepted");
    await expect(profile(page)).toHaveCount(0);
  });

  test("an authenticator that cannot tell who is there signs nobody in", async ({ page, signet, person }) => {
    const authenticator = await Authenticator.of(page);
    await makePasskey(page, signet, person);
    await leave(page, signet);
    await openSignIn(page, signet);
    await authenticator.verifies(false);
    await button(page).click();
    await expect(alert(page)).toContainText("No passkey was used");
  });

  test("what was made elsewhere, changed or used before is refused", async ({ page, signet, person }) => {
    const authenticator = await Authenticator.of(page);
    await makePasskey(page, signet, person);
    await leave(page, signet);
    await openSignIn(page, signet);
    const answers = await page.evaluate(answersOf);
    for (const [name, status] of Object.entries(answers)) {
      expect({ name, status }).toEqual({ name, status: name === "right" ? 200 : 403 });
    }
  });

  test("a passkey is offered after a password and declined for good", async ({ page, signet, person }) => {
    await Authenticator.of(page);
    await page.goto(signet.url("/account"));
    await told(page);
    await signIn(page, person);
    await expect(offer(page)).toBeVisible();
    await page.getByRole("button", { name: "Don't ask again" }).click();
    await expect(profile(page)).toBeVisible();
    await leave(page, signet);
    await openAccount(page, signet, person);
  });

  test("who signs up makes one at once and signs in with it, and the next visit marks that way", async ({ page, signet }) => {
    const authenticator = await Authenticator.of(page);
    const person = somebody();
    await page.goto(signet.url("/sign-up"));
    await told(page);
    await signUp(page, person);
    await enterCode(page, (await signet.mail(person.email)).codes[0]);
    await expect(offer(page)).toBeVisible();
    await page.getByRole("button", { name: "Create a passkey" }).click();
    await expect(profile(page)).toBeVisible();
    expect(await authenticator.passkeys()).toHaveLength(1);
    await leave(page, signet);
    const marked = page.getByRole("button", { name: "Use a passkey Last used" });
    await openSignIn(page, signet);
    await expect(marked).toHaveCount(0);
    await button(page).click();
    await expect(profile(page)).toBeVisible();
    await leave(page, signet);
    await page.goto(signet.url("/login"));
    await expect(marked).toBeVisible();
  });

  test("whoever proves it again before a change is not kept from it", async ({ page, signet, person }) => {
    await openAccount(page, signet, person);
    await Authenticator.of(page);
    await page.goto(signet.url("/login"));
    await told(page);
    await signIn(page, person);
    await expect(profile(page)).toBeVisible();
  });

  test("password managers are told of this person's passkeys in this realm and of no others", async ({ page, signet, person }) => {
    await page.addInitScript(() => {
      window.told = [];
      PublicKeyCredential.signalAllAcceptedCredentials = async (what) => void window.told.push(what);
    });
    const authenticator = await Authenticator.of(page);
    const realm = await newRealm(signet);
    const member = await signet.createUser({ ...person, realm });
    await makePasskey(page, signet, member, realm);
    const [elsewhere] = await authenticator.passkeys();
    await page.goto(signet.url("/account", realm));
    await signOut(page);
    await makePasskey(page, signet, person);
    const all = await authenticator.passkeys();
    const own = all.find(({ credentialId }) => credentialId !== elsewhere.credentialId);
    const told = (...ids) => [{ rpId: "localhost", userId: url64(own.userHandle), allAcceptedCredentialIds: ids }];
    expect(own.userHandle).not.toBe(elsewhere.userHandle);
    await expect.poll(() => page.evaluate(() => window.told)).toEqual(told(url64(own.credentialId)));
    await page.getByRole("region", { name: "Passkeys" }).getByRole("button", { name: /^Remove/ }).click();
    await expect(page.getByText("The passkey is removed.")).toBeVisible();
    await expect.poll(() => page.evaluate(() => window.told)).toEqual(told());
  });

  test("a passkey of one realm signs nobody in to another", async ({ page, signet }) => {
    const realm = await newRealm(signet);
    const member = await signet.createUser({ ...somebody("Dora Harbour"), realm });
    const authenticator = await Authenticator.of(page);
    await makePasskey(page, signet, member, realm);
    await openSignIn(page, signet);
    await button(page).click();
    await expect(alert(page)).toContainText("That passkey wasn't accepted");
    expect(await authenticator.passkeys()).toHaveLength(1);
  });
});

/** Runs in the page: takes one right answer and sends it wrong in every way, then right, then again. */
async function answersOf() {
  const form = document.querySelector('form[data-passkey="get"]');
  const interaction = form.querySelector('input[name="interaction"]').value;
  const post = (address, fields) =>
    fetch(address, { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(fields) });
  const ask = async () => (await post(form.dataset.ask, { interaction })).json();
  const answer = async ({ options }) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(options));
    return (await navigator.credentials.get({ publicKey })).toJSON();
  };
  const encode = (text) => btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const decode = (text) => atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const send = async ({ ceremony }, given) =>
    (await post(form.dataset.act, { interaction, ceremony, answer: JSON.stringify(given) })).status;
  const changed = async (change) => {
    const asked = await ask();
    const given = await answer(asked);
    const data = JSON.parse(decode(given.response.clientDataJSON));
    change(data, given);
    given.response.clientDataJSON = encode(JSON.stringify(data));
    return send(asked, given);
  };
  const statuses = {
    foreign: await changed((data) => (data.origin = "https://evil.example")),
    suffix: await changed((data) => (data.origin = data.origin.replace("localhost", "sub.localhost"))),
    kind: await changed((data) => (data.type = "webauthn.create")),
    handle: await changed((_, given) => (given.response.userHandle = encode("0123456789abcdef"))),
    unknown: await changed((_, given) => (given.id = given.rawId = encode("another credential"))),
  };
  const [first, second] = [await ask(), await ask()];
  const given = await answer(first);
  statuses.challenge = await send(second, given);
  statuses.right = await send(first, given);
  statuses.replayed = await send(first, given);
  return statuses;
}

test("without script the page says what else works", async ({ request, signet }) => {
  const html = await (await request.get(signet.url("/login"))).text();
  expect(html).toMatch(/<noscript><p[^>]*>Passkeys need JavaScript/);
  expect(html).toMatch(/<form[^>]*data-passkey="get"[^>]*hidden/);
});

test("at an IP address the pages say what works there", async ({ page, serve }) => {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const signet = await serve({ SIGNET_ISSUER: `http://${address}`, SIGNET_LISTEN: address });
  const person = await signet.createUser(somebody());
  const instead = page.getByText("Passkeys don't work at this address. Your password or a code from the mail");
  await page.goto(signet.url("/account/security"));
  for (const step of ["identifier", "password"]) {
    await expect(field(page, step)).toBeVisible();
    await expect(instead).toBeVisible();
    await expect(button(page)).toHaveCount(0);
    await (step === "identifier" ? identify(page, person.email) : prove(page, person.password));
  }
  await expect(page.getByRole("heading", { level: 2, name: "Passkeys" })).toBeVisible();
  await expect(instead).toBeVisible();
});

test("a password manager finds where passkeys are managed", async ({ request, signet }) => {
  const told = await request.get(signet.url("/.well-known/passkey-endpoints"));
  const page = signet.url("/account/security");
  expect(await told.json()).toEqual({ enroll: page, manage: page });
});
