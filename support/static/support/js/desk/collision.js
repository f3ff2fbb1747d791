/**
 * Two agents at one ticket: a banner says who else looks or writes, and nobody's reply passes a colleague's unseen.
 *
 * While the page shows a ticket it says so ("viewing") every fifteen seconds and to each colleague who comes; a frame that
 * is lost runs out at the receiver. A reply carries the last message that was there when its first letter was typed
 * (the form's `seen`): one that is behind is stopped here, or refused by the server ("overtaken") and given back.
 */

import { el, icon } from "../elements/dom.js";
import { t } from "../words.js";
import { useChatWebSocket } from "../useChatWebSocket.js";
import { heard, present, repliedSince, SAY_EVERY, sayOf } from "./colleagues.js";

const AGAIN = 1_200; // the server passes on one a second
const list = new Intl.ListFormat(document.documentElement.lang, { type: "conjunction" });

let open = null; // {ticketId, store, people, connected, saidAt, timer, leave}
let anyway = null; // the button behind a reply that was stopped

/* ---- Who is here ------------------------------------------------------------------------------------------------- */

function say(over = false) {
  if (!open) return;
  clearTimeout(open.timer);
  const here = document.visibilityState === "visible";
  if (over || !here) {
    if (open.saidAt !== null) open.store.viewing(true);
    open.saidAt = null;
    return;
  }
  if (open.store.viewing()) open.saidAt = Date.now();
  open.timer = setTimeout(say, SAY_EVERY);
}

/** Somebody came: they have not heard of us yet. */
function answer() {
  if (!open || open.saidAt === null) return;
  clearTimeout(open.timer);
  open.timer = setTimeout(say, Math.max(0, open.saidAt + AGAIN - Date.now()));
}

function hear(frame) {
  const before = open.people;
  open.people = heard(before, frame, { me: open.store.getSnapshot().userId, now: Date.now() });
  if (!frame.over && open.people !== before && !before[frame.user.id]) answer();
  show();
}

/** "<b>…</b> …" as nodes; names are filled in afterwards, so that nothing in them counts as markup. */
function bolded(words, values) {
  const fill = (part) => part.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  return words.split(/<\/?b>/).map((part, index) => (index % 2 ? el("b", {}, fill(part)) : fill(part)));
}

function show() {
  const banner = document.querySelector("[data-collision]");
  if (!banner || !open) return;
  open.people = present(open.people, Date.now());
  const said = sayOf(open.people, open.store.getSnapshot().typing);
  const signature = said ? `${said.words} ${said.names.join("|")}` : "";
  if (banner.dataset.shown === signature) return;
  banner.dataset.shown = signature;
  banner.hidden = !said;
  if (!said) return banner.replaceChildren();
  const { person, names, words } = said;
  const face = person.initials ? [el("span", { class: "avatar avatar-xs", "data-hue": person.hue, "aria-hidden": "true" }, person.initials)] : [icon("user", "sm")];
  banner.replaceChildren(...face, el("p", { dir: "auto" }, ...bolded(words, { name: names[0], names: list.format(names) })));
}

/* ---- A reply meets a colleague's ---------------------------------------------------------------------------------- */

const composer = () => document.getElementById("composer");
const note = () => document.getElementById("conv-notice");

/** From the first letter on: what was there then is what the words were written for. */
function begin({ target }) {
  if (!target.matches("#composer-text")) return;
  const wasEmpty = !target.dataset.begun;
  target.dataset.begun = target.value ? "yes" : "";
  if (wasEmpty && target.value) composer().elements.seen.value = open.store.getSnapshot().lastSequence;
}

function stop(event) {
  const { detail } = event;
  if (!open || detail.audience !== "public") return;
  const seen = Number(composer().elements.seen.value);
  const reply = repliedSince(open.store.getSnapshot().messages, seen);
  detail.seen = seen;
  if (!reply) return clear();
  event.preventDefault();
  anyway = detail.submitter;
  warn(reply);
}

/** The server knew of a reply that had not arrived here: the words go back into an empty composer, of one window. */
function takeBack({ messages }) {
  if (!document.hasFocus()) return;
  const refused = messages.find((message) => message.mine && message.code === "overtaken");
  const reply = refused && repliedSince(messages, refused.seen);
  const field = document.getElementById("composer-text");
  if (!reply || !field || field.value || composer().elements.audience.value !== "public") return;
  open.store.discard(refused.id);
  field.value = refused.message;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  anyway = null;
  warn(reply);
}

function warn(reply) {
  composer().elements.seen.value = open.store.getSnapshot().lastSequence; // from now on they know
  const words = t("<b>{name} replied while you were writing.</b> Read the reply, then send or edit yours.");
  const name = reply.sender?.name || t("A colleague");
  const banner = el("div", { class: "banner banner-flush", "data-tone": "warning", role: "alert", "data-overtaken": "" });
  banner.append(
    icon("alert", "sm"), el("p", { dir: "auto" }, ...bolded(words, { name })),
    el("button", { class: "link-btn", type: "button", onclick: () => read(reply.id) }, t("Show reply")),
    el("button", { class: "link-btn", type: "button", onclick: send }, t("Send anyway")),
  );
  note().replaceChildren(banner);
}

function read(id) {
  const item = document.querySelector(`#conv li[data-id="${CSS.escape(id)}"]`);
  if (!item) return;
  item.tabIndex = -1;
  item.focus({ preventScroll: true });
  item.scrollIntoView({ block: "center" });
}

function send() {
  const form = composer();
  clear();
  form.querySelector("textarea").focus();
  form.requestSubmit(anyway && form.contains(anyway) ? anyway : null);
}

function clear() {
  note()?.querySelector("[data-overtaken]")?.remove();
}

/* ---- Which ticket ---------------------------------------------------------------------------------------------------- */

function follow() {
  const log = document.querySelector("#conv message-log");
  const ticketId = log?.dataset.ticketId ?? null;
  if (ticketId === (open?.ticketId ?? null)) return show();
  say(true);
  open?.leave();
  open = null;
  if (!ticketId) return;
  const { reader, userId } = log.dataset;
  const store = useChatWebSocket({ ticketId, reader, userId });
  open = { ticketId, store, people: {}, connected: false, saidAt: null, timer: null, leave: store.on("viewing", hear) };
  const field = document.getElementById("composer-text");
  if (field?.value) field.dataset.begun = "yes"; // a draft from before: the page's own `seen` holds
}

function watch({ detail }) {
  if (!open) return;
  if (detail.isConnected && !open.connected) say();
  open.connected = detail.isConnected;
  takeBack(detail);
  show();
}

export function startCollision(desk) {
  follow();
  desk.addEventListener("htmx:afterSwap", follow);
  desk.addEventListener("support:snapshot", watch);
  desk.addEventListener("support:before-send", stop);
  desk.addEventListener("support:sent", () => {
    const field = document.getElementById("composer-text");
    if (field) field.dataset.begun = "";
  });
  desk.addEventListener("input", begin);
  document.addEventListener("visibilitychange", () => say());
  addEventListener("focus", () => open && takeBack(open.store.getSnapshot()));
  addEventListener("pagehide", () => say(true));
  setInterval(show, 2_000); // who is not heard of any more goes by time alone
}
