// Every page of the product in every state worth looking at, each reached the way a person reaches it.

import { account } from "./tour/account.js";
import { connecting, deciding } from "./tour/decide.js";
import { guards } from "./tour/guards.js";
import { providers } from "./tour/providers.js";
import { recovering, signingIn, signingUp } from "./tour/sign-in.js";
import { refusals, tools } from "./tour/tools.js";

export { themedConsent } from "./tour/decide.js";
export { logoFile } from "./tour/pictures.js";
export { leaveAccount } from "./tour/ways.js";

/** Name and way of every page. */
export const tour = Object.entries({
  ...signingIn,
  ...signingUp,
  ...providers,
  ...recovering,
  ...deciding,
  ...connecting,
  ...account,
  ...guards,
  ...tools,
  ...refusals,
});
