// Two requests in two tabs of one browser do not disturb each other.

import { expect, test } from "./support/fixtures.js";
import { backIn, decide, decision, field, identify, prove, signIn } from "./support/steps.js";

test("two tabs go through the same steps side by side", async ({ page, context, app, person }) => {
  const other = await context.newPage();
  const tabs = [page, other].map((tab) => ({ tab, flow: app.begin() }));
  for (const { tab, flow } of tabs) await tab.goto(flow.url);
  for (const { tab } of tabs) await identify(tab, person.email);
  for (const { tab } of tabs) await prove(tab, person.password);
  for (const { tab } of tabs) await expect(decision(tab, "allow")).toBeVisible();
  for (const { tab } of tabs) await decide(tab, "allow");
  const claims = [];
  for (const { tab, flow } of tabs) claims.push((await app.finish(flow, await backIn(app, tab))).claims);
  expect(claims[0].sub).toBe(claims[1].sub);
});

test("one tab is denied while the other is allowed", async ({ page, context, app, person }) => {
  const other = await context.newPage();
  const [allowed, denied] = [app.begin(), app.begin()];
  await page.goto(allowed.url);
  await other.goto(denied.url);
  await signIn(page, person);
  await signIn(other, person);
  await decide(other, "deny");
  const answer = new URL(await backIn(app, other)).searchParams;
  expect(answer.get("error")).toBe("access_denied");
  expect(answer.get("state")).toBe(denied.state);
  await decide(page, "allow");
  expect((await app.finish(allowed, await backIn(app, page))).claims.email).toBe(person.email);
});

test("a tab left at the first step can finish after the other one is done", async ({ page, context, app, person }) => {
  const other = await context.newPage();
  const [late, early] = [app.begin(), app.begin()];
  await page.goto(late.url);
  await expect(field(page, "identifier")).toBeVisible();
  await other.goto(early.url);
  await signIn(other, person);
  await decide(other, "allow");
  await app.finish(early, await backIn(app, other));
  await signIn(page, person);
  expect((await app.finish(late, await backIn(app, page))).claims.email).toBe(person.email);
});
