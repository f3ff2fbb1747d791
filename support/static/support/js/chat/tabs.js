/**
 * Of all tabs of one person that want the same thing, one leads: it has the socket and speaks for the others.
 *
 *   const tabs = new Tabs({ name, env, onLead, onFollow, onWord });
 *   tabs.open()   tabs.close()   tabs.leads   tabs.id   tabs.tell(word): to all the others, {kind, to?: an id, …}
 *
 * Promises: the lead is a Web Lock, so the browser gives it to one tab and passes it on the moment that tab closes,
 * crashes or is frozen; one that hangs loses it when it has not answered a word for a second. A leader that nobody has
 * looked at for a minute (its timers sleep) gives way to a tab in view. `onWord({kind: "hello", from})` asks a leader
 * how things are. Without Web Locks or BroadcastChannel every tab leads for itself.
 * Called by chat/shared-link.js and notifications.js; must not know what is shared.
 */

import { newId, TIMES } from "./protocol.js";

const PATIENCE = 1_000;
const SLEEPY = 60_000;

export class Tabs {
  id = newId();
  leads = false;
  #options;
  #open = false;
  #channel = null;
  #turn = 0; // of asking for the lock: what an earlier one still brings is void
  #giveUp = () => {};
  #timers = {};
  #hiddenSince = null;

  constructor({ env = globalThis, ...options }) {
    this.#options = { env, ...options };
  }

  open() {
    if (this.#open) return;
    this.#open = true;
    const { BroadcastChannel, navigator } = this.#options.env;
    if (!BroadcastChannel || !navigator?.locks) {
      this.#lead();
      return;
    }
    for (const [target, type, act] of this.#events()) target?.addEventListener?.(type, act);
    this.#look();
    this.#join();
  }

  close() {
    if (!this.#open) return;
    this.#open = false;
    for (const [target, type, act] of this.#events()) target?.removeEventListener?.(type, act);
    this.#part();
  }

  tell(word) {
    this.#channel?.postMessage({ ...word, from: this.id, leads: this.leads, isSeen: this.#hiddenSince === null });
    if (!this.leads && this.#channel) this.#timers.patience ??= setTimeout(() => this.#ask({ steal: true }), PATIENCE);
  }

  /* ---- coming and going ---------------------------------------------------------------------------------------- */

  #events() {
    const { window, document } = this.#options.env;
    return [
      [window, "pagehide", this.#part], [window, "pageshow", this.#join],
      [document, "freeze", this.#part], [document, "resume", this.#join], [document, "visibilitychange", this.#look],
    ];
  }

  #join = () => {
    if (this.#channel) return;
    this.#channel = new this.#options.env.BroadcastChannel(this.#options.name);
    this.#channel.onmessage = ({ data }) => this.#hear(data);
    this.#ask();
    this.tell({ kind: "hello" });
  };

  #part = () => {
    this.#turn += 1;
    this.#giveUp();
    this.#heard();
    clearTimeout(this.#timers.silence);
    this.#channel?.close();
    this.#channel = null;
    this.#follow();
  };

  #look = () => {
    const isHidden = this.#options.env.document?.visibilityState === "hidden";
    this.#hiddenSince = isHidden ? (this.#hiddenSince ?? Date.now()) : null;
    if (!isHidden && !this.leads) this.tell({ kind: "look" });
  };

  /* ---- the lead ------------------------------------------------------------------------------------------------- */

  #ask({ steal = false } = {}) {
    this.#giveUp();
    this.#heard();
    this.#turn += 1;
    const turn = this.#turn;
    const withdrawn = new AbortController();
    this.#giveUp = () => withdrawn.abort();
    const options = steal ? { steal } : { signal: withdrawn.signal };
    this.#options.env.navigator.locks.request(this.#options.name, options, () => this.#granted(turn)).catch((error) => {
      if (turn !== this.#turn) return;
      if (error.name === "AbortError") this.#lost();
      else this.#lead(); // a place without locks
    });
  }

  /** Held until this promise is settled. */
  #granted(turn) {
    if (turn !== this.#turn) return undefined;
    return new Promise((release) => {
      this.#giveUp = release;
      this.#lead();
    });
  }

  /** Another tab thought that this one hangs. */
  #lost() {
    this.#follow();
    this.#ask();
    this.tell({ kind: "hello" });
  }

  #lead() {
    this.#heard();
    clearTimeout(this.#timers.silence);
    this.leads = true;
    this.tell({ kind: "lead" });
    this.#options.onLead();
  }

  #follow() {
    if (!this.leads) return;
    this.leads = false;
    this.#options.onFollow();
  }

  /* ---- words ---------------------------------------------------------------------------------------------------- */

  #hear(word) {
    if (this.leads) this.#answer(word);
    else if (word.leads) this.#listen(word);
    if (word.to === undefined || word.to === this.id) this.#options.onWord(word);
  }

  /** Whoever says anything hears that this tab is awake, or that the lead is theirs. */
  #answer({ from, leads, isSeen }) {
    if (leads) return;
    const isSleepy = this.#hiddenSince !== null && Date.now() - this.#hiddenSince >= SLEEPY;
    this.tell({ kind: isSeen && isSleepy ? "yours" : "here", to: from });
  }

  #listen({ kind, to }) {
    this.#heard();
    clearTimeout(this.#timers.silence);
    this.#timers.silence = setTimeout(() => this.tell({ kind: "look" }), TIMES.silence);
    if (kind === "lead") this.tell({ kind: "hello" });
    if (kind === "yours" && to === this.id) this.#ask({ steal: true });
  }

  #heard() {
    clearTimeout(this.#timers.patience);
    delete this.#timers.patience;
  }
}
