// A server whose people may sign in through others: three OpenID Providers, one of which knows a key of the
// server's in place of a secret, GitHub, and one that nobody answers for.

import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Signet } from "../signet.js";
import { GitHubUpstream } from "./github.js";
import { OpenIdUpstream } from "./openid-provider.js";

/** A port of this machine at which nobody listens any more. */
export async function deserted() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = `http://localhost:${server.address().port}`;
  server.close();
  await once(server, "close");
  return address;
}

/** The table of Signet's configuration for a provider that nobody answers for. */
export function goneTable(issuer) {
  return `[[providers]]
id = "gone"
kind = "oidc"
issuer = "${issuer}"
client_id = "signet"
client_secret = "of nobody"
label = "Gone"
allow_private_network = true
`;
}

/** Starts the providers and a server that knows them. */
export async function federated() {
  const folder = await mkdtemp(join(tmpdir(), "signet-upstreams-"));
  const google = await OpenIdUpstream.start({ inIdToken: true });
  const acme = await OpenIdUpstream.start({ refreshes: true });
  const globex = await OpenIdUpstream.start({ keyFile: join(folder, "globex.pem") });
  const github = await GitHubUpstream.start();
  const tables = [
    google.table({ id: "google", label: "Google" }),
    acme.table({ id: "acme", label: "Acme", domains: ["acme.example"], keep_tokens: true }),
    globex.table({ id: "globex", label: "Globex" }),
    github.table(),
    goneTable(await deserted()),
  ];
  const file = join(folder, "signet.toml");
  await writeFile(file, tables.join("\n"));
  const signet = await Signet.start({ SIGNET_CONFIG: file });
  const callback = (id) => [signet.url(`/login/${id}/callback`)];
  await google.serve(callback("google"));
  await acme.serve(callback("acme"), signet.url("/login/acme/backchannel-logout"));
  await globex.serve(callback("globex"));
  await github.serve(callback("github"));
  const stop = async () => {
    await Promise.all([signet, google, acme, globex, github].map((server) => server.stop()));
    await rm(folder, { recursive: true, force: true });
  };
  return { signet, google, acme, globex, github, stop };
}
