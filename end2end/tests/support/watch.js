// What pages do behind people's backs.

/** Notes what a page does wrong while it is open: what its policy forbids, errors, and requests to nobody it knows. */
export function watch(page, signet, app) {
  const wrong = [];
  const documents = new Set();
  page.on("response", (response) => {
    if (response.request().isNavigationRequest()) documents.add(response.url());
  });
  page.on("request", (request) => {
    const { origin, protocol } = new URL(request.url());
    if (protocol.startsWith("http") && ![signet.issuer, app.origin].includes(origin)) wrong.push(`request to ${origin}`);
  });
  page.on("pageerror", (error) => wrong.push(`uncaught ${error.message}`));
  page.on("console", (message) => {
    if (!["error", "warning"].includes(message.type())) return;
    const { url } = message.location();
    // The browser reports the status of a refused form, or that an app has no picture, which is what the page is about.
    const meant = documents.has(url) || url.includes("/api/") || url.includes("/logos/of/");
    const refusal = message.text().startsWith("Failed to load resource") && meant;
    if (!refusal) wrong.push(`${message.text()} at ${url}`);
  });
  return wrong;
}

/** Gives `standing` such that the servers it starts are meant, and what a page did wrong besides asking those. */
export function meaning(standing, wrong) {
  const meant = [];
  const standingBy = async (...asked) => {
    const server = await standing(...asked);
    meant.push(...server.origins);
    return server;
  };
  // Some pages are about other servers, and say which.
  const besides = (opened) => {
    const known = [...meant, ...(Array.isArray(opened) ? opened : [])].map((origin) => `request to ${origin}`);
    return wrong.filter((what) => !known.includes(what));
  };
  return { standingBy, besides };
}
