// Signet, as the rules see a provider.

import { randomUUID } from "node:crypto";

import { Signet } from "../signet.js";
import { filled } from "./user-agent.js";

const GRANTS = [
  "authorization_code",
  "refresh_token",
  "client_credentials",
  "urn:ietf:params:oauth:grant-type:device_code",
];

const SETTINGS = {
  SIGNET_REGISTRATION: "open",
  SIGNET_REGISTRATION_LIMIT: "10000",
  SIGNET_REGISTRATION_GRANTS: GRANTS.join(" "),
  // A refresh token that comes twice is an attack at once.
  SIGNET_REFRESH_GRACE: "0",
};

/** A server of its own, at which everybody may register. */
export class SignetProvider {
  name = "signet";
  #signet;

  /** Starts it; `nonces` makes it demand nonces in DPoP proofs. */
  static async start({ nonces = false } = {}) {
    const provider = new SignetProvider();
    provider.#signet = await Signet.start({ ...SETTINGS, SIGNET_REQUIRE_DPOP_NONCE: String(nonces) });
    provider.issuer = provider.#signet.issuer;
    return provider;
  }

  /** An account. */
  createUser(person) {
    return this.#signet.createUser(person);
  }

  /** An app with this metadata (RFC 7591 §2) that the operator registers; what it is told. */
  async createApplication(members) {
    const isPublic = members.token_endpoint_auth_method === "none";
    const client = await this.#signet.createClient({
      name: members.client_name,
      type: isPublic ? "public" : "confidential",
      redirectUri: members.redirect_uris[0],
      postLogoutRedirectUri: members.post_logout_redirect_uris?.[0],
      backchannelLogoutUri: members.backchannel_logout_uri,
      pkce: isPublic ? "required" : "optional",
    });
    return { ...members, ...client };
  }

  /** An API that takes JWT access tokens signed with `alg`; its resource indicator. */
  async createApi(alg) {
    const resource = `https://api.example.com/${alg}/${randomUUID()}`;
    await this.#signet.cli(["api", "create", "--audience", resource, "--name", `API ${alg}`, "--format", "jwt", "--alg", alg]);
    return resource;
  }

  /** How `person` answers a page, deciding for or against an app; nothing if it asks for nothing. */
  fill({ forms }, person, decision) {
    const answers = [
      { name: "identifier", step: "sign-in", fields: { identifier: person?.email } },
      { name: "password", step: "sign-in", fields: { password: person?.password } },
      { name: "code", step: "code", fields: {} },
      { name: "decision", step: "consent", fields: { decision } },
    ];
    // The second step of signing in repeats the first one's field.
    for (const { name, step, fields } of answers.slice(1).concat(answers[0])) {
      const form = forms.find(({ names }) => names.includes(name));
      if (form && (person || step !== "sign-in")) return { step, ...filled(form, fields) };
    }
    return undefined;
  }

  /** Stops it. */
  stop() {
    return this.#signet.stop();
  }
}
