// What protects the pages: headers, and no posts from other sites.

import { expect, test } from "./support/fixtures.js";
import { decide, openAccount, signIn } from "./support/steps.js";

const PATHS = ["/login", "/sign-up", "/forgot-password", "/account", "/playground", "/dev/mailbox", "/no-such-page"];

test("every page forbids framing, sniffing and foreign content", async ({ request, signet }) => {
  for (const path of PATHS) {
    const response = await request.get(signet.url(path));
    const headers = response.headers();
    expect(headers, path).toMatchObject({
      "x-frame-options": "DENY",
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "cache-control": expect.stringContaining("no-store"),
      "x-request-id": expect.stringMatching(/^\S+$/),
    });
    const policy = headers["content-security-policy"];
    expect(policy, path).toContain("default-src 'none'");
    expect(policy, path).toContain("frame-ancestors 'none'");
    expect(policy, path).not.toContain("'unsafe-inline'");
    expect(policy, path).not.toMatch(/'unsafe-eval'/);
  }
});

test("the nonce of the policy is another one for every answer", async ({ request, signet }) => {
  const nonces = new Set();
  for (let turn = 0; turn < 3; turn += 1) {
    const policy = (await request.get(signet.url("/sign-up"))).headers()["content-security-policy"];
    nonces.add(/'nonce-([^']+)'/.exec(policy)?.[1]);
  }
  expect(nonces.has(undefined)).toBe(false);
  expect(nonces.size).toBe(3);
});

test("cookies are out of reach of script and of other sites' posts", async ({ page, context, signet, person }) => {
  await openAccount(page, signet, person);
  const cookies = await context.cookies(signet.issuer);
  expect(cookies.length).toBeGreaterThanOrEqual(2);
  for (const { httpOnly, sameSite, domain } of cookies) {
    expect({ httpOnly, sameSite, domain }).toEqual({ httpOnly: true, sameSite: "Lax", domain: "localhost" });
  }
});

const FORGED = ["/login", "/sign-up", "/forgot-password", "/account", "/account/apps", "/account/security", "/account/sessions", "/consent", "/playground"];

for (const path of FORGED) {
  test(`a form of another site posted to ${path} is refused`, async ({ page, signet, app, person }) => {
    await openAccount(page, signet, person);
    const fields = `<input name="name" value="Mallory"><input name="session" value="others">`;
    app.page("/forged", `<!doctype html><title>Prize</title><form method="post" action="${signet.url(path)}">${fields}<button>Win</button></form>`);
    await page.goto(`${app.origin}/forged`);
    const answered = page.waitForResponse((response) => response.request().method() === "POST");
    await page.getByRole("button", { name: "Win" }).click();
    expect((await answered).status()).toBe(403);
    await expect.soft(page.getByRole("heading", { name: "This request was not accepted" })).toBeVisible();
    await page.goto(signet.url("/account"));
    await expect(page.locator('input[name="name"]')).toHaveValue(person.name);
  });
}

test("a post is judged by Origin where there is no Sec-Fetch-Site, and accepted with neither", async ({ signet }) => {
  const post = (headers) =>
    fetch(signet.url("/sign-up"), {
      method: "POST",
      redirect: "manual",
      headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
      body: "email=nobody&name=&new_password=short",
    });
  for (const origin of ["https://evil.example", "null", `${signet.issuer}.evil.example`]) {
    expect((await post({ Origin: origin })).status, origin).toBe(403);
  }
  for (const headers of [{}, { Origin: signet.issuer }]) {
    const { status } = await post(headers);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).not.toBe(403);
  }
});

test("a server function is closed to other sites too", async ({ signet }) => {
  const answer = await fetch(signet.url("/api/sign-up"), {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded", Origin: "https://evil.example" },
    body: "email=a%40example.com&name=&new_password=a-long-enough-password",
  });
  expect(answer.status).toBe(403);
});

test("a page in a foreign frame is not shown", async ({ page, signet, app }) => {
  app.page("/framing", `<!doctype html><title>Frame</title><iframe src="${signet.url("/sign-up")}"></iframe>`);
  await page.goto(`${app.origin}/framing`);
  await page.waitForLoadState("networkidle");
  await expect(page.frameLocator("iframe").locator('input[name="email"]')).toHaveCount(0);
});

test("the decision buttons are dead while a second click could still be meant for another window", async ({ page, app, person }) => {
  await page.goto(app.begin().url);
  await signIn(page, person);
  for (const value of ["allow", "deny"]) {
    const button = page.locator(`button[name="decision"][value="${value}"]`);
    const pointer = await button.evaluate((element) => {
      element.style.animation = "none";
      getComputedStyle(element).animationName;
      element.style.animation = "";
      const [guard] = element.getAnimations();
      guard?.pause();
      return [900, 1_000].map((time) => {
        if (guard) guard.currentTime = time;
        return getComputedStyle(element).pointerEvents;
      });
    });
    expect(pointer).toEqual(["none", "auto"]);
    await expect(button).not.toBeFocused();
    await page.reload();
  }
  await decide(page, "deny");
});

test("texts of errors never echo what was typed", async ({ request, signet }) => {
  const marker = "zz-echo-marker";
  const addresses = [
    `/authorize?client_id=${marker}&redirect_uri=https://${marker}.example`,
    `/login?interaction=${marker}`,
    `/verify-email?token=${marker}`,
    `/reset-password?token=${marker}`,
    `/setup?token=${marker}`,
    `/${marker}`,
    `/logout?id_token_hint=${marker}&post_logout_redirect_uri=https://${marker}.example`,
  ];
  for (const address of addresses) {
    const answer = await request.get(signet.url(address));
    expect(await answer.text(), address).not.toContain(marker);
  }
});
