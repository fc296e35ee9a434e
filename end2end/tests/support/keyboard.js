// What people do who have no pointer.

import { expect } from "@playwright/test";

import { field } from "./steps.js";

// More stops than a page has.
const MOST = 90;

/** Presses Tab until `locator` has the focus. */
export async function tabTo(page, locator) {
  await expect(locator).toBeVisible();
  for (let presses = 0; presses < MOST; presses += 1) {
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error("Tab does not lead there");
}

/** Goes to what `locator` names and presses a key there. */
export async function press(page, locator, key = "Enter") {
  await tabTo(page, locator);
  await page.keyboard.press(key);
}

/** Types into a field and sends its form. */
export async function type(page, name, value) {
  await tabTo(page, field(page, name));
  await page.keyboard.type(value);
  await page.keyboard.press("Enter");
}

/** The focus is at `locator`, which is on the screen and seen to have it. */
export async function ledTo(page, locator) {
  await expect(locator).toBeFocused();
  await expect(locator).toBeInViewport();
  const { outlineStyle, outlineWidth } = await locator.evaluate((element) => ({ ...getComputedStyle(element) }));
  expect({ outlineStyle, outlineWidth }).toEqual({ outlineStyle: "solid", outlineWidth: "3px" });
}
