/**
 * Says what the connection means for the person's words: one banner at a time, the most serious wins.
 *
 * `choose(snapshot, memory)` is pure: snapshot -> {tone, icon, strong, text, action} or null. The element part fills a
 * [data-connection] region and repaints when time alone changes the answer. Called by message-log.js.
 */

import { el, icon, plural } from "./dom.js";

const LOST_AFTER = 60_000;
const BLINK = 1_200; // a reconnect shorter than this is nobody's business
const BACK_FOR = 4_000;

const waiting = (count) => (count ? `${plural(count, "message is", "messages are")} waiting to send.` : "");

/** `memory`: {now, email, signIn, backAt, sent}. */
export function choose(snapshot, memory) {
  const { connection, pending, offlineSince, waitUntil, error } = snapshot;
  const away = offlineSince ? memory.now - offlineSince : 0;
  if (connection === "signed-out") {
    return { tone: "danger", icon: "lock", strong: "You’ve been signed out.", text: "Sign in again and your draft will be here.", link: ["Sign in", memory.signIn] };
  }
  if (connection === "not-found") {
    return { tone: "danger", icon: "alert-circle", strong: "You can’t open this ticket.", text: "It may belong to another account.", link: ["Your tickets", "/support-tickets"] };
  }
  if (connection === "reconnecting" && away >= LOST_AFTER) {
    return { tone: "danger", icon: "wifi-off", strong: "We can’t connect right now.", text: `Your messages are saved on this device. You can also email ${memory.email}.`, retry: "Retry now" };
  }
  if (connection === "reconnecting" && away >= BLINK) {
    return { tone: "warning", icon: "wifi-off", strong: "Reconnecting…", text: waiting(pending), retry: "Retry now" };
  }
  if (connection === "polling") {
    return { tone: "info", icon: "info", strong: "Live updates are paused.", text: "We check for new messages every few seconds. Sending still works." };
  }
  if (error?.code === "too-fast" && waitUntil > memory.now) {
    const seconds = Math.ceil((waitUntil - memory.now) / 1000);
    return { tone: "warning", icon: "clock", text: `You’re sending messages quickly. You can send again in ${plural(seconds, "second", "seconds")}.` };
  }
  if (error?.message && connection === "open") return { tone: "danger", icon: "alert-circle", text: error.message };
  if (memory.sent && memory.now - memory.backAt < BACK_FOR) {
    return { tone: "success", icon: "check", strong: "Back online.", text: `${plural(memory.sent, "message", "messages")} sent.` };
  }
  return null;
}

export class ConnectionBanner {
  #region;
  #store;
  #timer = null;
  #shown = "";
  #away = 0; // the most that waited while away
  #memory;

  constructor(region, store, { email }) {
    this.#region = region;
    this.#store = store;
    const signIn = `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`;
    this.#memory = { now: 0, email, signIn, backAt: 0, sent: 0 };
  }

  show() {
    clearTimeout(this.#timer);
    if (!this.#region) return;
    const snapshot = this.#store.getSnapshot();
    this.#remember(snapshot);
    const banner = choose(snapshot, this.#memory);
    const signature = JSON.stringify(banner);
    if (signature !== this.#shown) this.#paint(banner);
    this.#shown = signature;
    const timely = snapshot.offlineSince || snapshot.waitUntil || this.#memory.sent;
    if (timely) this.#timer = setTimeout(() => this.show(), 500);
  }

  disconnect() {
    clearTimeout(this.#timer);
  }

  /** "Back online. 2 messages sent." once those that waited are through. */
  #remember({ connection, pending }) {
    const memory = this.#memory;
    memory.now = Date.now();
    if (connection === "reconnecting" || connection === "polling") this.#away = Math.max(this.#away, pending);
    if (memory.sent && memory.now - memory.backAt >= BACK_FOR) memory.sent = 0;
    if (connection !== "open" || pending || !this.#away) return;
    Object.assign(memory, { backAt: memory.now, sent: this.#away });
    this.#away = 0;
  }

  #paint(banner) {
    this.#region.hidden = !banner;
    if (!banner) return;
    this.#region.dataset.tone = banner.tone;
    const words = el("p", {}, ...(banner.strong ? [el("b", {}, banner.strong), " "] : []), banner.text);
    this.#region.replaceChildren(icon(banner.icon, "sm"), words);
    if (banner.retry) {
      this.#region.append(el("button", { class: "link-btn", type: "button", onclick: this.#store.reconnect }, banner.retry));
    }
    if (banner.link) this.#region.append(el("a", { class: "link-btn", href: banner.link[1] }, banner.link[0]));
  }
}
