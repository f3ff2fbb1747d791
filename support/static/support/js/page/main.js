/**
 * The script of every page: brings the markup of base.html to life. Nothing here is needed to read, create or reply.
 *
 * Elements are loaded when the page has them, so a page without a conversation pays for none. The staff desk adds
 * desk.js.
 */

import "../elements/relative-time.js";
import "../elements/support-status.js";
import { whenIdle } from "../later.js";
import { Delays } from "./delays.js";
import { startDialogs } from "./dialogs.js";
import { startForms } from "./forms.js";
import { startNotices } from "./notices.js";
import { startTheme } from "./theme.js";

const ELEMENTS = {
  "message-log:not([data-lazy])": () => import("../elements/message-log.js"),
  "message-composer:not([data-lazy])": () => import("../elements/message-composer.js"),
  "tag-input": () => import("../elements/tag-input.js"),
  "guest-chat": () => import("../elements/guest-chat.js"),
  "[data-guest-form]": () => import("./guest-form.js"),
  "support-chat": () => import("../elements/support-chat.js"),
  "[data-status-form]": () => import("./ticket-page.js"),
  "[data-status-board]": async () => new (await import("./status-board.js")).StatusBoard().start(),
  "[data-pending]": () => import("./pending.js"),
  "[data-tickets-page]": () => import("./tickets.js"),
  "[data-ticket-form]": () => import("./ticket-form.js"),
};

function upgrade() {
  for (const [selector, load] of Object.entries(ELEMENTS)) {
    if (!document.querySelector(selector)) continue;
    delete ELEMENTS[selector];
    load().catch(() => { ELEMENTS[selector] = load; }); // the line broke: the markup works by itself until it is back
  }
}

upgrade();
document.addEventListener("htmx:afterSettle", upgrade);
addEventListener("online", upgrade);
new Delays().start();
startDialogs();
startTheme();
startForms();
const { userId } = document.body.dataset;
if (userId) {
  startNotices();
  whenIdle(async function send() {
    const { sendLeftovers } = await import("./leftovers.js").catch(() => ({}));
    if (sendLeftovers) sendLeftovers(userId);
    else addEventListener("online", send, { once: true }); // or the next page does it
  });
}
