/**
 * Is somebody there? The public support status as an external store.
 *
 *   const status = useSupportStatus({ pollInterval: 60_000, enabled: true });
 *   status.subscribe(listener) -> unsubscribe
 *   status.getSnapshot() -> { isOnline, supportName, availability, promise, repliesIn, repliesBy, isLoading, error }
 *       promise: how soon support replies, a sentence in the reader's zone ("" until asked); repliesIn in seconds,
 *       repliesBy as a moment; error: a sentence or null
 *   status.refetch() -> Promise of the new snapshot        status.apply(frame)        status.setEnabled(bool)
 *
 * Asks GET /support/api/chat/online-status/ while somebody listens and the page is visible; a `presence` frame of the
 * notifications socket is applied at once. One store per page.
 */

import { API, request } from "./chat/http.js";
import { createStore } from "./chat/store.js";
import { t } from "./words.js";

const LEAST = 5_000;
const NO_PROMISE = { promise: "", repliesIn: null, repliesBy: null };

/** The reader's own zone (<body data-time-zone>), as everywhere on the page; a visitor has their browser's. */
const zone = () => globalThis.document?.body?.dataset?.timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone || "";

class SupportStatus {
  #store;
  #enabled = true;
  #interval = 60_000;
  #timer = null;

  constructor() {
    const nothing = { isOnline: false, supportName: "", availability: "offline", isLoading: true, error: null, ...NO_PROMISE };
    this.#store = createStore(nothing, { onFirst: () => this.#start(), onLast: () => clearTimeout(this.#timer) });
    globalThis.document?.addEventListener("visibilitychange", () => this.#start());
  }

  subscribe = (listener) => this.#store.subscribe(listener);
  getSnapshot = () => this.#store.getSnapshot();

  configure({ pollInterval, enabled }) {
    if (pollInterval !== undefined) this.#interval = Math.max(LEAST, pollInterval);
    if (enabled !== undefined) this.setEnabled(enabled);
  }

  setEnabled = (enabled) => {
    this.#enabled = enabled;
    this.#start();
  };

  /** A `presence` frame has some members of online-status; what it does not promise is asked for in a moment. */
  apply = (frame) => {
    const isOnline = Boolean(frame.is_online);
    const availability = frame.availability ?? (isOnline ? "online" : "offline");
    const supportName = frame.support_name ?? this.getSnapshot().supportName;
    const turned = availability !== this.getSnapshot().availability;
    const known = turned ? NO_PROMISE : {};
    const promised = frame.promise ? { promise: frame.promise, repliesIn: frame.replies_in, repliesBy: frame.replies_by } : known;
    this.#store.publish({ isOnline, availability, supportName, isLoading: false, error: null, ...promised });
    if (turned && !frame.promise) this.#startWithin(LEAST);
  };

  refetch = async () => {
    const answer = await request(`${API}chat/online-status/?timezone=${encodeURIComponent(zone())}`);
    if (answer.ok) this.apply(answer.data);
    else this.#store.publish({ isLoading: false, error: answer.sentence || t("We couldn’t check who is online.") });
    return this.getSnapshot();
  };

  /** Everybody’s page hears of a change at once; they do not all ask at once. */
  #startWithin(longest) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#start(), Math.random() * longest);
  }

  async #start() {
    clearTimeout(this.#timer);
    if (!this.#enabled || !this.#store.isAwake() || globalThis.document?.visibilityState === "hidden") return;
    this.#timer = setTimeout(() => this.#start(), this.#interval);
    await this.refetch();
  }
}

let shared = null;

export function useSupportStatus({ pollInterval, enabled } = {}) {
  shared ??= new SupportStatus();
  shared.configure({ pollInterval, enabled });
  return shared;
}
