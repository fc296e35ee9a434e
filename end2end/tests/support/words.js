// The product's own words, as its Fluent files have them.

import { readdirSync, readFileSync } from "node:fs";

const LOCALES = new URL("../../../app/locales/", import.meta.url);

/** Gives what `language` says under a key, as far as its first value, for messages of one line. */
export function wordsOf(language) {
  const folder = new URL(`${language}/`, LOCALES);
  const lines = readdirSync(folder).flatMap((file) => readFileSync(new URL(file, folder), "utf8").split("\n"));
  const messages = new Map(lines.flatMap((line) => (/^[a-z0-9-]+ = ./.test(line) ? [line.split(/ = (.*)/s, 2)] : [])));
  return (key) => {
    const text = messages.get(key)?.split("{")[0].trim();
    if (!text) throw new Error(`${language} says nothing before a value under ${key}`);
    return text;
  };
}
