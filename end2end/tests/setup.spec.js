// The link that makes the first administrator, once.

import { expect, somebody, test } from "./support/fixtures.js";
import { errorOf, expectRefused, field, settled, signIn } from "./support/steps.js";

test("the set-up link makes the first administrator and closes for good", async ({ page, serve }) => {
  const signet = await serve();
  const { email, password } = somebody();
  expect(signet.setupUrl.startsWith(`${signet.issuer}/setup?`)).toBe(true);
  expectRefused((await page.goto(signet.url("/setup?token=guessed"))).status());
  expectRefused((await page.goto(signet.url("/setup"))).status());

  await page.goto(signet.setupUrl);
  await settled(page);
  await expect(page.getByText(signet.issuer, { exact: true })).toBeVisible();
  await field(page, "email").fill(email);
  await field(page, "new_password").fill("too short");
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(await errorOf(page, "new_password")).toHaveText("Choose a password of at least 15 characters.");
  await expect(field(page, "email")).toHaveValue(email);

  await field(page, "new_password").fill(password);
  await page.getByRole("button", { name: "Create administrator" }).click();
  await expect(page.getByRole("status")).toHaveText("The administrator is created. Sign in to go on.");
  await signIn(page, { email, password });
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
  await expect(page.getByText(email)).toBeVisible();

  expectRefused((await page.goto(signet.setupUrl)).status());
  const { items } = await signet.cli(["user", "list"]);
  expect(items.map((user) => user.email)).toContain(email);
});

test("an administrator made by the command line closes the set-up link", async ({ page, serve }) => {
  const signet = await serve();
  const { email, password } = somebody();
  await signet.cli(["user", "create", "--email", email, "--password-stdin", "--verified", "--admin"], { stdin: password });
  expectRefused((await page.goto(signet.setupUrl)).status());
});
