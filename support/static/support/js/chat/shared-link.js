/**
 * The wire of one thread, shared by all tabs of a person: one has the Link and sends, the others hear what it hears.
 *
 * Promises: the same to chat/session.js in every tab: each frame reaches `take(frame, answer)`, `phase` is what the
 * line is like, marks and `say` arrive. What is missing in a tab that follows it fetches by HTTP for itself. Whoever
 * takes over begins with what is kept on the device and in its own list, so nothing handed in is lost.
 * Called by chat/session.js; must not keep messages.
 */

import { fetchHistory } from "./http.js";
import { Link } from "./link.js";
import { Questions } from "./questions.js";
import { Tabs } from "./tabs.js";

const SHOWN_FOR = 40_000; // as long as colleagues believe a `viewing`

export class SharedLink {
  #options;
  #link;
  #tabs;
  #questions;
  #isOpen = false;
  #heard = null; // the leader's phase
  #viewers = new Map(); // tab -> until when it shows the thread

  /** `options`: Link's, and {owner, restore(), act(action), recall() -> {frames, pending}, agree(pending)}. */
  constructor(options) {
    this.#options = options;
    this.#link = new Link({
      ...options,
      take: (frame, answer) => this.#spread(frame, answer),
      onChange: (close, inFlight) => this.#changed(close, inFlight),
    });
    this.#questions = new Questions({ ask: (frame) => this.#fetch(frame), onSilence: () => this.#questions.dropped() });
    this.#tabs = new Tabs({
      name: `psychpath:chat:${options.owner}`,
      env: options.env,
      onLead: () => this.#lead(),
      onFollow: () => this.#follow(),
      onWord: (word) => this.#word(word),
    });
  }

  open() {
    this.#isOpen = true;
    this.#questions.open();
    this.#tabs.open();
    this.#options.onChange();
  }

  close() {
    this.#isOpen = false;
    this.#heard = null;
    this.#tabs.close();
    this.#questions.down();
  }

  get leads() {
    return this.#tabs.leads;
  }

  get phase() {
    if (this.leads) return this.#link.phase;
    if (!this.#isOpen) return { phase: "idle", offlineSince: null };
    return this.#heard ?? { phase: this.#options.look().loaded ? "reconnecting" : "connecting", offlineSince: null };
  }

  /* ---- out ------------------------------------------------------------------------------------------------------ */

  deliver(item) {
    return this.leads && this.#link.deliver(item);
  }

  /** A frame that nobody answers; false when there is no line. */
  say(frame) {
    if (this.leads) return this.#say(frame, this.#tabs.id);
    const isThere = this.phase.phase === "open";
    if (isThere) this.#tabs.tell({ kind: "say", frame });
    return isThere;
  }

  mark(name, sequence) {
    this.#link.marks.want(name, sequence); // said by this tab if it ever leads
    if (!this.leads && name === "read") this.#tabs.tell({ kind: "mark", name, sequence }); // what it received the leader did
  }

  /** A person did this here: queue, retry, discard, renew. */
  act(action) {
    this.#tabs.tell({ kind: "act", action });
  }

  earlier(before) {
    return this.leads ? this.#link.earlier(before) : this.#questions.earlier(before);
  }

  catchUp() {
    if (this.leads) this.#link.catchUp();
    else this.#questions.gap(this.#options.look);
  }

  retryNow() {
    if (this.leads) this.#link.retryNow();
    else this.#tabs.tell({ kind: "again" });
  }

  /** The page lets go of the conversation that it knew. */
  forget() {
    this.#link.marks.begin();
  }

  /** Another conversation lies behind the same address now. */
  anew() {
    if (this.leads) this.#link.anew();
  }

  /** Over is over when no tab shows the thread. */
  #say(frame, tab) {
    if (frame.type !== "viewing") return this.#link.say(frame);
    const now = Date.now();
    if (frame.over) this.#viewers.delete(tab);
    else this.#viewers.set(tab, now + SHOWN_FOR);
    const isShown = [...this.#viewers.values()].some((until) => until > now);
    return frame.over && isShown ? true : this.#link.say(frame);
  }

  /* ---- leading --------------------------------------------------------------------------------------------------- */

  #lead() {
    this.#heard = null;
    this.#options.restore();
    this.#link.open();
  }

  #follow() {
    this.#link.close();
    this.#questions.open();
    this.#options.onChange();
  }

  #spread(frame, answer) {
    this.#options.take(frame, answer);
    if (this.leads && answer !== "earlier") this.#tabs.tell({ kind: "frame", frame, answer });
  }

  #changed(close, inFlight) {
    if (this.leads) this.#tabs.tell({ kind: "line", line: this.#link.phase });
    this.#options.onChange(close, inFlight);
  }

  /* ---- words of the other tabs -------------------------------------------------------------------------------------- */

  #word(word) {
    if (word.kind === "act") this.#options.act(word.action);
    else if (this.leads) this.#asked(word);
    else this.#told(word);
  }

  #asked({ kind, from, frame, name, sequence }) {
    if (kind === "hello") this.#greet(from);
    if (kind === "say") this.#say(frame, from);
    if (kind === "mark") this.#link.marks.want(name, sequence);
    if (kind === "again") this.#link.retryNow();
  }

  /** Who comes may have found words on the device whose tab died before it could hand them in. */
  #greet(tab) {
    this.#tabs.tell({ kind: "state", to: tab, line: this.#link.phase, ...this.#options.recall() });
    this.#options.restore();
  }

  #told({ kind, frame, answer, line, frames, pending }) {
    const { take, agree, onChange } = this.#options;
    if (kind === "frame") take(frame, answer === "resume" ? "heard" : answer); // the last word only to who asked
    for (const known of frames ?? []) take(known, "snapshot");
    if (pending) agree(pending);
    if (!line) return;
    this.#heard = line;
    onChange();
  }

  /** As the socket would answer. */
  #fetch(frame) {
    if (this.leads) return false;
    fetchHistory(this.#link.ticketId, frame, this.#options.env.fetch?.bind(this.#options.env)).then(({ ok, data }) => {
      if (!ok) this.#questions.dropped();
      else this.#options.take({ type: "chat_history", ...data }, this.#questions.answered({ ...frame, ...data }));
    });
    return true;
  }
}
