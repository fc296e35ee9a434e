// What an operator decides about the look reaches the pages, can be read, and comes from the product's own origin.

import { expect, test } from "./support/fixtures.js";
import { logoFile, themedConsent } from "./support/tour.js";

const CRIMSON = "rgb(122, 0, 25)";

const accent = (page) => page.locator(".button--primary").first();

test("an app's colours, corners and picture lead on its consent page, in light and dark", async ({ page, signet, person }) => {
  const asked = [];
  page.on("request", (request) => asked.push(new URL(request.url()).origin));
  await themedConsent(page, signet, person);
  await page.emulateMedia({ colorScheme: "light" });
  await expect(accent(page)).toHaveCSS("background-color", CRIMSON);
  await expect(accent(page)).toHaveCSS("border-radius", "2px");
  await page.emulateMedia({ colorScheme: "dark" });
  await expect(accent(page)).not.toHaveCSS("background-color", CRIMSON);
  const logo = page.locator("header img.tile");
  expect(await logo.evaluate((image) => image.naturalWidth)).toBe(48);
  expect(new Set(asked.filter((origin) => origin.startsWith("http")))).toEqual(new Set([signet.issuer]));
});

test("a realm has a name, a picture and colours of its own, which the next visitor sees", async ({ page, signet }) => {
  const { slug } = await signet.cli(["realm", "create", "crimson"]);
  const look = ["--theme-name", "Crimson Club", "--theme-accent", "#7a0019", "--theme-logo", await logoFile(page)];
  await signet.cli(["realm", "update", slug, ...look]);
  await expect(async () => {
    await page.goto(signet.url("/login", slug));
    await expect(page).toHaveTitle(/Crimson Club/, { timeout: 500 });
  }).toPass();
  await expect(accent(page)).toHaveCSS("background-color", CRIMSON);
  expect(await page.locator("header img.seal").evaluate((image) => image.naturalWidth)).toBe(48);
  await page.goto(signet.url("/login"));
  await expect(page).toHaveTitle(/Signet/);
  await expect(accent(page)).not.toHaveCSS("background-color", CRIMSON);
});

test("colours that cannot be read are refused with what was measured", async ({ signet }) => {
  const refused = signet.cli(["realm", "update", "root", "--theme-accent", "#ffcc00"]);
  await expect(refused).rejects.toThrow(/1\.51:1 where 4\.5:1 is needed/);
});

test("a look shows while it is typed, and what cannot be read leaves the last one @script", async ({ page, signet }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(signet.url("/playground/theme"));
  const [colour, told] = [page.locator('input[name="accent"]'), page.locator("form [role=status]")];
  await colour.fill("#7A0019");
  await expect(accent(page)).toHaveCSS("background-color", CRIMSON);
  await page.locator('input[name="radius"]').fill("0");
  await expect(accent(page)).toHaveCSS("border-radius", "0px");
  for (const refused of ["#ffcc00", "red"]) {
    await colour.fill(refused);
    await expect(told).toHaveText(/cannot be shown/);
    await expect(accent(page)).toHaveCSS("background-color", CRIMSON);
  }
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page.getByRole("alert")).toContainText("#rrggbb");
  await colour.fill("");
  await page.locator('input[name="radius"]').fill("3");
  await expect(accent(page)).toHaveCSS("border-radius", "3px");
  await expect(page.getByRole("alert")).toHaveCount(0);
  await expect(accent(page)).not.toHaveCSS("background-color", CRIMSON);
});

test("what is no picture is refused, and what is no style sheet is not found", async ({ page, signet }) => {
  const seal = await (await page.request.get(signet.url("/seal.svg"))).text();
  expect(seal).toContain("<svg");
  const refused = signet.cli(["realm", "update", "root", "--theme-logo", "/proc/self/cmdline"]);
  await expect(refused).rejects.toThrow(/must be a PNG, JPEG or WebP/);
  for (const name of ["theme-ffcc00-x-x.css", "theme-7a0019-x-99.css", "theme-%7D-x-x.css"]) {
    expect((await page.request.get(signet.url(`/assets/${name}`))).status(), name).toBe(404);
  }
});
