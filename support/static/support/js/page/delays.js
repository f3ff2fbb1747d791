/**
 * Says on every page when something is late, since when, and that nothing is lost; and stops saying it when it is over.
 *
 * Asks GET /support-delays every twenty seconds while the page is looked at, more often while something is late, less
 * often while nobody answers. It needs no socket, sends no cookie, and fills every [data-delays] from the page's own
 * <template data-delay>. Called by main.js; `env` is the window, or a test's.
 */

import { clock, dayKey, fullWords } from "../elements/dates.js";

const CALM = 20_000;
const LATE = 5_000;
const LONGEST = 120_000;
const SOON = 4_000;

export class Delays {
  #env;
  #timer = null;
  #pause = CALM;
  #askedAt = 0;

  constructor(env = globalThis) {
    this.#env = env;
  }

  start() {
    const { document } = this.#env;
    document.addEventListener("visibilitychange", () => this.#now());
    this.#env.addEventListener("online", () => this.#now());
    this.#wait(document.querySelector("[data-delays][data-kind]") ? LATE : CALM);
  }

  /** Asked by hand: somebody came back to the page. */
  #now() {
    if (this.#env.Date.now() - this.#askedAt > SOON) this.#wait(0);
  }

  #wait(pause) {
    this.#env.clearTimeout(this.#timer);
    if (this.#env.document.hidden) return; // asked when somebody looks again
    this.#pause = pause;
    this.#timer = this.#env.setTimeout(() => this.ask(), pause * (0.8 + 0.4 * this.#env.Math.random()));
  }

  async ask() {
    this.#askedAt = this.#env.Date.now();
    try {
      const answer = await this.#env.fetch("/support-delays", { credentials: "omit", cache: "no-store" });
      if (!answer.ok) throw new Error(answer.status);
      const { delay } = await answer.json();
      this.#show(delay);
      this.#wait(delay ? LATE : CALM);
    } catch {
      this.#wait(Math.min(LONGEST, Math.max(CALM, this.#pause * 2))); // the line's own banner says so
    }
  }

  #show(delay) {
    for (const banner of this.#env.document.querySelectorAll("[data-delays]")) {
      if ((banner.dataset.kind ?? "") === (delay?.kind ?? "")) continue;
      const words = delay && this.#env.document.querySelector(`template[data-delay="${delay.kind}"]`);
      banner.hidden = !words;
      if (!words) {
        delete banner.dataset.kind;
        banner.querySelector("p").replaceChildren();
        continue;
      }
      banner.dataset.kind = delay.kind;
      banner.querySelector("p").replaceChildren(words.content.cloneNode(true));
      this.#date(banner.querySelector("time"), new Date(delay.since * 1000));
    }
  }

  #date(place, since) {
    const isToday = dayKey(since) === dayKey(new Date());
    place.dateTime = since.toISOString();
    place.title = fullWords(since);
    place.textContent = isToday ? clock(since) : fullWords(since);
  }
}
