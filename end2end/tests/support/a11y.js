// What a machine can check of a page by the rules of WCAG 2.2 AA.

import { AxeBuilder } from "@axe-core/playwright";

export const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const analysed = (page) => new AxeBuilder({ page }).exclude("iframe[sandbox]");

const told = ({ violations: found }) => found.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);

/** What the rules object to. Nothing runs in a sandboxed frame, axe included; what the mail's frame shows is looked at by itself. */
export async function violations(page, tags = [...WCAG, "best-practice"]) {
  return told(await analysed(page).withTags(tags).analyze());
}

const COLOURS = ["color-contrast", "link-in-text-block"];

/** What the rules about colours object to: in the other colour scheme nothing else of a page is another. */
export async function colourViolations(page) {
  return told(await analysed(page).withRules(COLOURS).analyze());
}

/** What all others object to: in another language a page has the same colours. */
export async function wordViolations(page) {
  return told(await analysed(page).withTags([...WCAG, "best-practice"]).disableRules(COLOURS).analyze());
}

/** The page as it came to a browser without script, shown in the `copy`, which has it: what looks at it is script. */
export async function still(page, copy) {
  const body = (await page.content()).replace(/<script[\s\S]*?<\/script>/g, "");
  // A fragment would make it the page that is shown already.
  const [address] = page.url().split("#");
  await copy.route(address, (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body }), { times: 1 });
  await copy.goto(address);
  return copy;
}

/** Controls under 24 px, and buttons under 44; a label is part of the target of its control (WCAG 2.2, 2.5.8). */
export async function tooSmall(page) {
  return page.locator("button:visible, input:visible, select:visible").evaluateAll((elements) =>
    elements
      .map((element) => ({
        name: element.name || element.textContent,
        least: element.matches("button") ? 44 : 24,
        box: (element.closest("label") ?? element).getBoundingClientRect(),
      }))
      .filter(({ box, least }) => box.width < 24 || box.height < least)
      .map(({ name, box }) => `${name} ${box.width}x${box.height}`),
  );
}

/** How much wider than the screen the page is. */
export const overflow = (page) => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

/** Spaces text as a reader may (WCAG 2.2, 1.4.12); a style sheet of the page's own would not be let in. */
export const spaceText = (page) =>
  page.evaluate(() => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }");
    document.adoptedStyleSheets = [sheet];
  });

/** Text that its box cuts off. */
export async function cutOff(page) {
  return page.locator("main *:visible").evaluateAll((elements) =>
    elements
      .filter((element) => element.childElementCount === 0 && element.textContent.trim() && !element.closest(".sr, .tile, pre"))
      .filter((element) => getComputedStyle(element).overflow !== "visible" && !element.matches("input"))
      .filter((element) => element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1)
      .map((element) => element.textContent),
  );
}

/** Buttons and fields that nothing sets off where the reader's own colours are forced upon the page. */
export async function borderless(page) {
  return page.locator("button.button:visible, input.field__input:visible").evaluateAll((elements) =>
    elements
      .filter((element) => !element.matches(".button--plain") && parseFloat(getComputedStyle(element).borderTopWidth) < 1)
      .map((element) => element.name || element.textContent),
  );
}

/** Controls that show nowhere that they have the focus; Tab first, so that it is shown as to somebody without a pointer. */
export async function ringless(page) {
  await page.keyboard.press("Tab");
  return page.locator("a:visible, button:visible, input:visible, select:visible, summary:visible").evaluateAll((elements) =>
    elements
      .filter((element) => !element.disabled && element.type !== "hidden")
      .filter((element) => {
        element.focus();
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return document.activeElement !== element || outlineStyle === "none" || parseFloat(outlineWidth) < 2;
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}

/** What moves or fades for longer than one can see. What keeps a button dead for a moment moves nothing. */
export async function moving(page) {
  return page.evaluate(() => {
    const longest = (text) => Math.max(...text.split(",").map((one) => parseFloat(one) * (one.trim().endsWith("ms") ? 1 : 1_000)));
    const rules = [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
    const frames = new Map(rules.filter((rule) => rule instanceof CSSKeyframesRule).map((rule) => [rule.name, [...rule.cssRules]]));
    const seen = (name) => (frames.get(name) ?? []).some((frame) => [...frame.style].some((property) => property !== "pointer-events"));
    const moves = (style) =>
      (style.transitionProperty !== "none" && longest(style.transitionDuration) > 10) ||
      (style.animationName.split(", ").some(seen) && longest(style.animationDuration) > 10) ||
      style.scrollBehavior === "smooth";
    return [...document.querySelectorAll("*")]
      .filter((element) => [null, "::before", "::after"].some((part) => moves(getComputedStyle(element, part))))
      .map((element) => element.outerHTML.slice(0, 120));
  });
}
