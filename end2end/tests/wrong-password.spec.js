// A wrong password tells nobody whether there is such an account, and loses nothing but the password.

import { expect, somebody, test } from "./support/fixtures.js";
import { errorOf, field, identify, prove, settled, signIn } from "./support/steps.js";

const SENTENCE = "That email or password isn't right. Try again or reset your password.";

async function refusal(page, signet, { email, password }) {
  await page.goto(signet.url("/login"));
  await settled(page);
  await identify(page, email);
  await expect(field(page, "password")).toBeVisible();
  await settled(page);
  await prove(page, password);
  await expect(page.getByRole("alert")).toHaveText(SENTENCE);
  return (await page.locator("main").innerText()).replaceAll(email, "someone@example.com");
}

test("an unknown account and a wrong password look the same", async ({ page, signet, person }) => {
  const known = await refusal(page, signet, { ...person, password: "not the password at all" });
  const unknown = await refusal(page, signet, somebody());
  expect(unknown).toBe(known);
});

test("the typed identifier stays, the password does not, and the error is at the field", async ({ page, signet, person }) => {
  await refusal(page, signet, { ...person, password: "not the password at all" });
  await expect(page.locator("main")).toContainText(person.email);
  await expect(field(page, "password")).toHaveValue("");
  await expect(await errorOf(page, "password")).not.toBeEmpty();
  await expect(field(page, "password")).toBeFocused();
  await prove(page, person.password);
  await expect(page.getByRole("heading", { level: 1, name: "Profile" })).toBeVisible();
});

test("both refusals have the same status and size", async ({ request, signet, person }) => {
  const answers = [];
  for (const email of [person.email, somebody().email]) {
    const started = await request.get(signet.url("/login"));
    const interaction = new URL(started.url()).searchParams.get("interaction");
    const form = { interaction, identifier: email, password: "not the password at all" };
    const answer = await request.post(signet.url("/login"), { form });
    expect(await answer.text()).toContain("That email or password isn't right.");
    answers.push({ status: answer.status(), size: (await answer.body()).length });
  }
  expect(answers[0].status).toBeGreaterThanOrEqual(400);
  expect(answers[0].status).toBeLessThan(500);
  expect(answers[1]).toEqual(answers[0]);
});

test("who mistyped the address can change it without starting again", async ({ page, app, person }) => {
  await page.goto(app.begin({ scope: "openid" }).url);
  await identify(page, "somebody-else@example.com");
  await page.getByRole("link", { name: "Change account" }).click();
  await signIn(page, person);
  await expect(page.getByRole("heading", { level: 1, name: `${app.name} wants to use your account` })).toBeVisible();
});

test("a password that is too short is refused beside its field, and the rest stays typed", async ({ page, signet }) => {
  const { email, name } = somebody();
  await page.goto(signet.url("/sign-up"));
  await settled(page);
  await field(page, "email").fill(email);
  await field(page, "name").fill(name);
  await field(page, "new_password").fill("too short");
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(await errorOf(page, "new_password")).toHaveText("Choose a password of at least 15 characters.");
  await expect(field(page, "email")).toHaveValue(email);
  await expect(field(page, "name")).toHaveValue(name);
  expect(await signet.mails(email)).toEqual([]);
});

test("who must wait sees the time run down, and when it is over @script", async ({ page, signet }) => {
  const { email, password } = somebody();
  await page.clock.install();
  await page.goto(signet.url("/login"));
  await settled(page);
  await identify(page, email);
  const timer = page.getByRole("timer");
  const seconds = async () => {
    const [minutes, rest] = (await timer.textContent()).split(":");
    return Number(minutes) * 60 + Number(rest);
  };
  const refused = page.getByRole("alert");
  for (let tries = 0; tries < 10 && !(await timer.isVisible()); tries += 1) {
    await expect(field(page, "password")).toBeVisible();
    await settled(page);
    await prove(page, password);
    await expect(refused).toBeVisible();
    await settled(page);
  }
  const before = await seconds();
  expect(before).toBeGreaterThan(15);
  await page.clock.runFor(10_000);
  const after = await seconds();
  expect(before - after).toBeGreaterThanOrEqual(10);
  expect(before - after).toBeLessThan(15);
  await page.clock.fastForward(after * 1_000);
  await expect(timer).toHaveCount(0);
  await expect(refused).toHaveText("You can try again now.");
});
