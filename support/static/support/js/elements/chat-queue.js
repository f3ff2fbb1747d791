/**
 * Waiting for somebody: the place in the queue, what the wait usually is, and the way out of it.
 *
 * `queueWords` is pure. Nothing is promised that is not known: without figures there is the place alone, and once the usual wait
 * has passed that is said. When nobody is there any more, the words stay as a ticket with one press. Called by chat-panel.js and,
 * for a ticket's own page, by page/ticket-page.js; support/waits.py says the same when a page is drawn, keep both in step.
 */

import { useSupportStatus } from "../useSupportStatus.js";
import { plural, t } from "../words.js";
import { setText } from "./dom.js";

const HOUR = 3_600;
const LOOK_EVERY = 15_000;

/** {text, leave}: what is said, and whether nobody is there, so that leaving a ticket is the thing to do. */
export function queueWords({ chat, availability, promise, now }) {
  if (availability === "offline") {
    const words = t("Everybody has left for now, and your message is safe. {promise}", { promise });
    return { text: words.trim(), leave: true };
  }
  const ahead = (chat.position ?? 1) - 1;
  const place = ahead
    ? plural(ahead, "{n} person is ahead of you.", "{n} people are ahead of you.")
    : t("You’re next.");
  const away = availability === "away" ? t("Support is away for a moment.") : "";
  return { text: [place, waitWords(chat, now), away].filter(Boolean).join(" "), leave: false };
}

function waitWords({ expected_wait: usual, created_at: since }, now) {
  if (!usual) return "";
  if (now - new Date(since) > usual * 1_000) return t("This is taking longer than usual.");
  if (usual < HOUR) return plural(Math.ceil(usual / 60), "Usually about {n} minute.", "Usually about {n} minutes.");
  return plural(Math.ceil(usual / HOUR), "Usually about {n} hour.", "Usually about {n} hours.");
}

export class ChatQueue {
  #place;
  #chat = null;
  #status = useSupportStatus();

  /** `place` finds where it is said: a ticket's page may be drawn anew. */
  constructor(place) {
    this.#place = place;
    this.#status.subscribe(() => this.#paint());
    setInterval(() => this.#paint(), LOOK_EVERY);
  }

  /** The chat on screen, or null. */
  about(chat) {
    this.#chat = chat?.state === "waiting" ? chat : null;
    this.#paint();
  }

  #paint() {
    const place = this.#place();
    if (!place) return;
    place.hidden = !this.#chat;
    if (!this.#chat) return;
    const { availability, promise } = this.#status.getSnapshot();
    const { text, leave } = queueWords({ chat: this.#chat, availability, promise, now: Date.now() });
    place.dataset.tone = leave ? "warning" : "info";
    setText(place.querySelector("[data-queue-words]"), text);
    setText(place.querySelector("button"), leave ? t("Leave it as a ticket") : t("Stop waiting"));
  }
}
