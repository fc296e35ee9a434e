// Mail through a real mail server instead of the local mailbox.

import { expect, somebody, test as base } from "./support/fixtures.js";
import { MailServer } from "./support/smtp.js";
import { enterCode, expectRefused, signUp } from "./support/steps.js";

const test = base.extend({
  mail: async ({}, use) => {
    const mail = await MailServer.start();
    await use(mail);
    await mail.stop();
  },
});

test("the sign-up mail arrives as text and HTML, and its code and link work", async ({ page, mail, serve }) => {
  const signet = await serve({ SIGNET_SMTP_URL: mail.url, SIGNET_MAIL_FROM: "Signet <post@example.com>" });
  const person = somebody("Zoë Example");
  await page.goto(signet.url("/sign-up"));
  await signUp(page, person);
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();

  const { headers, type, parts } = await mail.mail(person.email);
  expect(type).toContain("multipart/alternative");
  expect(headers.get("from")).toContain("post@example.com");
  for (const name of ["date", "message-id", "subject", "to"]) expect.soft(headers.get(name), name).toBeTruthy();
  const [, code] = /^\s*(\d{6})\s*$/m.exec(parts["text/plain"]);
  const [link] = /http:\/\/\S+\/verify-email\S+/.exec(parts["text/plain"]);
  expect(link.startsWith(signet.issuer)).toBe(true);
  expect(parts["text/html"]).toContain(code);
  expect(parts["text/html"]).toContain("/verify-email");
  expect(parts["text/html"]).not.toMatch(/<script|<img[^>]+src="http/i);

  await enterCode(page, code);
  await expect(page.getByText("Confirmed", { exact: true })).toBeVisible();
  expectRefused((await fetch(link)).status);
  for (const path of ["/dev/mailbox", "/dev/mailbox.json"]) {
    expect((await fetch(signet.url(path))).status).toBe(404);
  }
});

test("a sign-up while the mail server is away is not lost", async ({ page, serve }) => {
  const away = await MailServer.start();
  await away.stop();
  const signet = await serve({ SIGNET_SMTP_URL: away.url });
  await page.goto(signet.url("/sign-up"));
  await signUp(page, somebody());
  await expect(page.getByRole("heading", { name: "Check your email" })).toBeVisible();
  expect((await fetch(signet.url("/readyz"))).status).toBe(200);
});
