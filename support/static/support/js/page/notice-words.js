/**
 * What a toast and a notice of the browser are called, in the language of this page: the worker that sends a notice knows
 * only what its reader chose, not what their browser asks for.
 *
 * notifications/in_app.py says the same behind the bell, keep both in step. Called by page/notices.js.
 */

import { t } from "../words.js";

const SAYS = {
  opened: (values) => t("{name} opened {reference}", values),
  waits: (values) => t("{name} is waiting in a chat", values),
  offered: (values) => t("{name} is waiting for you in a chat", values),
  replied: (values) => t("{name} replied to {reference}", values),
  noted: (values) => t("{name} left an internal note on {reference}", values),
  bounced: (values) => t("{name} didn’t get our email about {reference}", values),
  complained: (values) => t("{name} marked our email about {reference} as spam", values),
  given: (values) => t("{name} gave you {reference}", values),
  yours: (values) => t("{reference} is yours now", values),
  OPEN: (values) => t("{reference} is open again", values),
  IN_PROGRESS: (values) => t("We’re working on {reference}", values),
  WAITING_USER: (values) => t("{reference} is waiting on you", values),
  RESOLVED: (values) => t("{reference} is resolved", values),
  CLOSED: (values) => t("{reference} is closed", values),
};

/** The title of a notice; one that says what this page does not know is called what the server called it. */
export function noticeTitle({ says, who, reference, brand, title }) {
  return SAYS[says]?.({ name: who || t("{brand} Support", { brand }), reference }) ?? title;
}
