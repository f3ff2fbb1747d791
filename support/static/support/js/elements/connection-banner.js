/**
 * Says what the connection means for the person's words: one banner at a time, the most serious wins.
 *
 * `choose(snapshot, memory)` is pure: snapshot -> {tone, icon, strong, text, action} or null. The element part fills a
 * [data-connection] region and repaints when time alone changes the answer. Called by message-log.js.
 */

import { el, icon } from "./dom.js";
import { SentLate } from "./sent-late.js";
import { plural, t } from "../words.js";

const LOST_AFTER = 60_000;
const BLINK = 1_200; // a reconnect shorter than this is nobody's business

const LEAVE_OPEN = t("This browser can’t keep them: leave this page open until they’re sent.");
const waiting = (count) => (count ? plural(count, "{n} message is waiting to send.", "{n} messages are waiting to send.") : "");

const SIGNED_OUT = {
  tone: "danger", icon: "lock", strong: t("You’ve been signed out."),
  text: t("Sign in again and your draft will be here."),
};
const NO_ACCESS = {
  tone: "danger", icon: "alert-circle", strong: t("You can’t open this ticket."),
  text: t("It may belong to another account."), link: [t("Your tickets"), "/support-tickets"],
};
const POLLING = {
  tone: "info", icon: "info", strong: t("Live updates are paused."),
  text: t("We check for new messages every few seconds. Sending still works."),
};

const lost = (email, isKept) => ({
  tone: "danger", icon: "wifi-off", strong: t("We can’t connect right now."), retry: t("Retry now"),
  text: isKept
    ? t("Your messages are saved on this device. You can also email {email}.", { email })
    : t("Leave this page open until your messages are sent: this browser can’t save them. You can also email {email}.", { email }),
});
const reconnecting = (pending, isKept) => ({
  tone: "warning", icon: "wifi-off", strong: t("Reconnecting…"), retry: t("Retry now"),
  text: pending && !isKept ? `${waiting(pending)} ${LEAVE_OPEN}` : waiting(pending),
});
const tooFast = (seconds) => ({
  tone: "warning", icon: "clock",
  text: plural(seconds,
    "You’re sending messages quickly. You can send again in {n} second.",
    "You’re sending messages quickly. You can send again in {n} seconds."),
});
const backOnline = (sent) => ({
  tone: "success", icon: "check", strong: t("Back online."), text: plural(sent, "{n} message sent.", "{n} messages sent."),
});

/** `memory`: {now, email, signIn, sent}. */
export function choose(snapshot, { now, email, signIn, sent }) {
  const { connection, pending, offlineSince, waitUntil, error, isKept = true } = snapshot;
  const away = offlineSince ? now - offlineSince : 0;
  if (connection === "signed-out") return { ...SIGNED_OUT, link: [t("Sign in"), signIn] };
  if (connection === "not-found") return NO_ACCESS;
  if (connection === "reconnecting" && away >= LOST_AFTER) return lost(email, isKept);
  if (connection === "reconnecting" && away >= BLINK) return reconnecting(pending, isKept);
  if (connection === "polling") return POLLING;
  if (error?.code === "too-fast" && waitUntil > now) return tooFast(Math.ceil((waitUntil - now) / 1000));
  if (error?.message && connection === "open") return { tone: "danger", icon: "alert-circle", text: error.message };
  return sent ? backOnline(sent) : null;
}

export class ConnectionBanner {
  #region;
  #store;
  #timer = null;
  #shown = "";
  #late = new SentLate();
  #email;

  constructor(region, store, { email }) {
    this.#region = region;
    this.#store = store;
    this.#email = email;
  }

  show() {
    clearTimeout(this.#timer);
    if (!this.#region) return;
    const snapshot = this.#store.getSnapshot();
    const now = Date.now();
    const signIn = `/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`;
    const sent = this.#late.look(snapshot, now);
    const banner = choose(snapshot, { now, email: this.#email, signIn, sent });
    const signature = JSON.stringify(banner);
    if (signature !== this.#shown) this.#paint(banner);
    this.#shown = signature;
    if (snapshot.offlineSince || snapshot.waitUntil || sent) this.#timer = setTimeout(() => this.show(), 500);
  }

  disconnect() {
    clearTimeout(this.#timer);
  }

  #paint(banner) {
    this.#region.hidden = !banner;
    if (!banner) return;
    this.#region.dataset.tone = banner.tone;
    const words = el("p", {}, ...(banner.strong ? [el("b", {}, banner.strong), " "] : []), banner.text);
    this.#region.replaceChildren(icon(banner.icon, "sm"), words);
    if (banner.retry) {
      const again = { class: "link-btn", type: "button", onclick: this.#store.reconnect };
      this.#region.append(el("button", again, banner.retry));
    }
    if (banner.link) this.#region.append(el("a", { class: "link-btn", href: banner.link[1] }, banner.link[0]));
  }
}
