/**
 * The public status page follows by itself, in the reader's own time zone: the account's, else the browser's. Without
 * script it stands as it was asked for, in the zone it names. Loaded by page/main.js; `env` is the window, or a test's.
 */

const EVERY = 60_000;

export class StatusBoard {
  #env;
  #timer = null;

  constructor(env = globalThis) {
    this.#env = env;
  }

  start() {
    this.#env.document.addEventListener("visibilitychange", () => this.#wait(0));
    this.#wait(this.#board().dataset.zone === this.#zone() ? EVERY : 0);
  }

  /** A page that nobody looks at does not ask. */
  #wait(pause) {
    this.#env.clearTimeout(this.#timer);
    if (!this.#env.document.hidden) this.#timer = this.#env.setTimeout(() => this.draw(), pause);
  }

  async draw() {
    try {
      const answer = await this.#env.fetch(`/status/?part=board&zone=${encodeURIComponent(this.#zone())}`);
      if (answer.ok) this.#replace(await answer.text());
    } catch {
      // what stands says when it was checked
    }
    this.#wait(EVERY);
  }

  #replace(markup) {
    const place = this.#env.document.createElement("template");
    place.innerHTML = markup;
    this.#board().replaceWith(place.content);
  }

  #board() {
    return this.#env.document.querySelector("[data-status-board]");
  }

  #zone() {
    const { document, Intl } = this.#env;
    return document.body.dataset.timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}
