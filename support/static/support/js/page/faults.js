/**
 * What an answer means that is not what was asked for: the sign-in page in place of a part (the session ended), 403 for
 * a token of a session before.
 *
 * Called by page/tickets.js, page/ticket-form.js and desk/regions.js.
 */

import { el, icon } from "../elements/dom.js";
import { t } from "../words.js";

export const OUT_OF_DATE = t("This page is out of date. Reload it and try again.");

/** A redirect that the request followed ends at the sign-in page. */
export const isSignIn = (xhr) => /^\/accounts\//.test(new URL(xhr.responseURL || location.href, location.href).pathname);

/** "You’ve been signed out. Sign in again and your draft will be here. [Sign in]": comes back to this page. */
export function signedOut() {
  const next = encodeURIComponent(location.pathname + location.search);
  const words = el("p", {}, el("b", {}, t("You’ve been signed out.")), " ", t("Sign in again and your draft will be here."));
  const link = el("a", { class: "link-btn", href: `/accounts/login/?next=${next}` }, t("Sign in"));
  return el("div", { class: "banner", "data-tone": "danger", role: "alert" }, icon("lock", "sm"), words, link);
}
