// The product's own words, as its Fluent files have them.

import { readdirSync, readFileSync } from "node:fs";

const LOCALES = new URL("../../../app/locales/", import.meta.url);

/** The messages of one line that `language` has, by their keys. */
function messagesOf(language) {
  const folder = new URL(`${language}/`, LOCALES);
  const lines = readdirSync(folder).flatMap((file) => readFileSync(new URL(file, folder), "utf8").split("\n"));
  return new Map(lines.flatMap((line) => (/^[a-z0-9-]+ = ./.test(line) ? [line.split(/ = (.*)/s, 2)] : [])));
}

/** Without what keeps the direction of a value apart from that of the text around it. */
export const plain = (text) => text.replace(/[\u200e\u200f\u2066-\u2069]/g, "");

/** Gives what `language` says under a key, with values, for messages of one line. */
export function sentencesOf(language) {
  const messages = messagesOf(language);
  return (key, values) => {
    const text = messages.get(key);
    if (!text) throw new Error(`${language} says nothing in one line under ${key}`);
    return plain(text.trim().replace(/\{ \$([a-z-]+) \}/g, (_, name) => values[name]));
  };
}

/** Gives what `language` says under a key, as far as its first value, for messages of one line. */
export function wordsOf(language) {
  const messages = messagesOf(language);
  return (key) => {
    const text = messages.get(key)?.split("{")[0].trim();
    if (!text) throw new Error(`${language} says nothing before a value under ${key}`);
    return text;
  };
}
