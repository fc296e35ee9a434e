// What a person allows: some of it, for a while, and asked again only for more.

import { expect, test } from "./support/fixtures.js";
import { backIn, decide, decision, signIn } from "./support/steps.js";

const box = (page, scope) => page.locator(`input[type="checkbox"][name="scope"][value="${scope}"]`);

async function allow(page, app, parameters) {
  const flow = app.begin(parameters);
  await page.goto(flow.url);
  return flow;
}

test("what is unticked is not granted nor asked for again until the app wants more, and what is granted has the end that was chosen", async ({ page, signet, app, person }) => {
  const flow = await allow(page, app, { scope: "openid profile email" });
  await signIn(page, person);
  await box(page, "profile").uncheck();
  await page.getByLabel("For 1 day").check();
  await decide(page, "allow");
  const { tokens } = await app.finish(flow, await backIn(app, page));
  expect(tokens.scope.split(" ").sort()).toEqual(["email", "openid"]);
  const { items } = await signet.cli(["consent", "list", "--user", person.email]);
  expect(items[0].expires_at - items[0].updated_at).toBe(86_400);
  expect(items[0].declined_scope).toBe("profile");
  const again = await allow(page, app, { scope: "openid profile email" });
  const { tokens: same } = await app.finish(again, await backIn(app, page));
  expect(same.scope.split(" ").sort()).toEqual(["email", "openid"]);
  await allow(page, app, { scope: "openid profile email offline_access" });
  await expect(box(page, "offline_access")).toBeChecked();
  await expect(box(page, "profile")).not.toBeChecked();
  await expect(box(page, "email")).toHaveCount(0);
});

test("an app that wants more asks for what is new alone", async ({ page, signet, app, person }) => {
  const first = await allow(page, app, { scope: "openid profile" });
  await signIn(page, person);
  await decide(page, "allow");
  await app.finish(first, await backIn(app, page));
  const second = await allow(page, app, { scope: "openid profile email" });
  await expect(page.getByRole("region", { name: /You allowed .* before to/ })).toContainText("your name");
  await expect(box(page, "profile")).toHaveCount(0);
  await expect(box(page, "email")).toBeChecked();
  await decide(page, "allow");
  const { tokens } = await app.finish(second, await backIn(app, page));
  expect(tokens.scope.split(" ").sort()).toEqual(["email", "openid", "profile"]);
  const third = await allow(page, app, { scope: "openid profile email" });
  await app.finish(third, await backIn(app, page));
  const { items } = await signet.cli(["consent", "list", "--user", person.email]);
  expect(items[0].expires_at).toBe(null);
});

test("nothing is allowed before a choice: Allow is not focused, and both buttons are of one size", async ({ page, app, person }) => {
  await allow(page, app, { scope: "openid profile email" });
  await signIn(page, person);
  const [deny, allowing] = [decision(page, "deny"), decision(page, "allow")];
  await expect(allowing).not.toBeFocused();
  const [one, other] = [await deny.boundingBox(), await allowing.boundingBox()];
  expect(Math.abs(one.width - other.width)).toBeLessThanOrEqual(1);
  expect(Math.abs(one.height - other.height)).toBeLessThanOrEqual(1);
  await expect(page.getByText("whatever program on this device")).toBeVisible();
});
