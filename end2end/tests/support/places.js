// What an operator gives who wants people to see places: a file in the MaxMind DB format
// (https://maxmind.github.io/MaxMind-DB/) that knows one network, this machine's.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Signet } from "./signet.js";

const NAMES = {
  city: { en: "Berlin", ja: "ベルリン", ar: "برلين" },
  country: { en: "Germany", ja: "ドイツ", ar: "ألمانيا" },
};

const [MAP, TEXT, SHORT, NUMBER] = [7, 2, 5, 6];

const head = (type, size) => Buffer.from([(type << 5) | size]);
const short = (value) => Buffer.concat([head(SHORT, 2), Buffer.from([value >> 8, value & 255])]);

function text(value) {
  const bytes = Buffer.from(value);
  // Up to 28 bytes the length stands with the type; from 29 on in a byte of its own.
  return Buffer.concat([bytes.length < 29 ? head(TEXT, bytes.length) : Buffer.from([(TEXT << 5) | 29, bytes.length - 29]), bytes]);
}

function number(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return Buffer.concat([head(NUMBER, 4), bytes]);
}

function map(entries) {
  const pairs = Object.entries(entries).flatMap(([key, value]) => [text(key), value]);
  return Buffer.concat([head(MAP, pairs.length / 2), ...pairs]);
}

const texts = (names) => map(Object.fromEntries(Object.entries(names).map(([tag, name]) => [tag, text(name)])));

/** The tree that leads the addresses of 127.0.0.0/8 to the first thing the file says, and all others nowhere. */
function tree() {
  const bits = [0, 1, 1, 1, 1, 1, 1, 1];
  const record = (value) => Buffer.from([value >> 16, (value >> 8) & 255, value & 255]);
  const nodes = bits.map((bit, node) => {
    const next = node + 1 === bits.length ? bits.length + 16 : node + 1;
    const pair = bit ? [bits.length, next] : [next, bits.length];
    return Buffer.concat(pair.map(record));
  });
  return { count: bits.length, bytes: Buffer.concat(nodes) };
}

function file() {
  const { count, bytes } = tree();
  const described = map({
    node_count: number(count),
    record_size: short(24),
    ip_version: short(4),
    database_type: text("Test-City"),
    languages: Buffer.from([0, 4]),
    binary_format_major_version: short(2),
    binary_format_minor_version: short(0),
    build_epoch: Buffer.from([4, 2, 0x65, 0, 0, 0]),
    description: map({}),
  });
  const says = map({ city: map({ names: texts(NAMES.city) }), country: map({ names: texts(NAMES.country) }) });
  return Buffer.concat([bytes, Buffer.alloc(16), says, Buffer.from([0xab, 0xcd, 0xef]), Buffer.from("MaxMind.com"), described]);
}

/** Starts a server that knows where this machine is. */
export async function placed() {
  const folder = await mkdtemp(join(tmpdir(), "signet-places-"));
  const path = join(folder, "city.mmdb");
  await writeFile(path, file());
  const signet = await Signet.start({ SIGNET_GEO_DATABASE: path });
  const stop = async () => {
    await signet.stop();
    await rm(folder, { recursive: true, force: true });
  };
  return { signet, stop, origins: signet.origins };
}
