// A device without a browser: it asks for codes, shows one, and polls with the other.

const GRANT = "urn:ietf:params:oauth:grant-type:device_code";

const post = (address, fields) => fetch(address, { method: "POST", body: new URLSearchParams(fields) });

/** An app on a device, registered with the server. */
export class Device {
  /** Registers the app and asks for codes. */
  static async start(signet, { name = "Harbour TV", scope = "openid profile email", flags = [] } = {}) {
    const args = ["client", "create", "--name", name, "--type", "public", "--grant", GRANT, "refresh_token", ...flags];
    const { client_id: clientId } = await signet.cli(args);
    const device = new Device();
    const metadata = await (await fetch(signet.url("/.well-known/openid-configuration"))).json();
    const asked = await post(metadata.device_authorization_endpoint, { client_id: clientId, scope });
    if (!asked.ok) throw new Error(`the device got no codes: ${asked.status}`);
    return Object.assign(device, { name, clientId, metadata, codes: await asked.json() });
  }

  /** Asks once whether somebody decided. */
  async poll() {
    const fields = { grant_type: GRANT, client_id: this.clientId, device_code: this.codes.device_code };
    const response = await post(this.metadata.token_endpoint, fields);
    return { status: response.status, ...(await response.json()) };
  }

  /** What an access token tells. */
  async userinfo(token) {
    const response = await fetch(this.metadata.userinfo_endpoint, { headers: { Authorization: `Bearer ${token}` } });
    return response.json();
  }
}
