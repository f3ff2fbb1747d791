/**
 * Where somebody reads in the floating chat: whose thread, how far up, in how high a sheet. Called by chat-panel.js.
 *
 * Where they were reading is where they read on after they went to another page; the on-screen keyboard takes its place
 * from the sheet, not over it.
 */

import { session } from "./dom.js";

export class ChatPlace {
  #root;

  constructor(root) {
    this.#root = root;
    addEventListener("pagehide", () => this.#keep());
    globalThis.visualViewport?.addEventListener("resize", () => this.fit());
  }

  get log() {
    return this.#root.querySelector("message-log");
  }

  get scroller() {
    return this.log.querySelector("[role=log]");
  }

  /** Another ticket's thread: the element lets go of the one before when it leaves the page. */
  point(ticketId) {
    const { log } = this;
    const { parentElement: place, nextSibling: next } = log;
    if (log.dataset.ticketId === ticketId && ticketId !== "general") return;
    log.remove();
    log.dataset.ticketId = ticketId;
    log.querySelector("ol").replaceChildren();
    place.insertBefore(log, next);
  }

  /** The thread is shown: at its end, or where it was left. */
  find() {
    this.log.toLatest();
    const kept = Number(session.get("chat-place"));
    session.set("chat-place", "");
    if (kept) requestAnimationFrame(() => { this.scroller.scrollTop -= kept; });
  }

  fit() {
    const { height } = globalThis.visualViewport ?? { height: innerHeight };
    this.#root.querySelector(".widget").style.setProperty("--chat-block-size", `${height}px`);
  }

  #keep() {
    const { scrollHeight, clientHeight, scrollTop } = this.scroller;
    const fromEnd = Math.round(scrollHeight - clientHeight - scrollTop);
    session.set("chat-place", this.#root.isOpen && fromEnd > 48 ? String(fromEnd) : "");
  }
}
