/**
 * One message as a list item: fills a clone of the page's <template id="message-template">.
 *
 * Found by class: .avatar, .msg-meta b, .msg-role, time, .bubble, .msg-state. The body is the server's sanitised
 * `html`; an own message that has none yet is put in as text. Called by elements/thread-view.js.
 */

import { clock, fullWords } from "./dates.js";
import { el, icon, pieces } from "./dom.js";
import { t } from "../words.js";

const STATES = {
  sending: ["clock", "neutral", t("Sending…")],
  accepted: ["clock", "neutral", t("Sending…")],
  stored: ["check", "neutral", t("Sent")],
  delivered: ["check-double", "neutral", t("Delivered")],
  seen: ["check-double", "success", t("Seen")],
  failed: ["alert-circle", "danger", t("Not sent. {retry} or {discard}")],
  held: ["info", "warning", t("We’ve kept your message and are looking at it.")],
};

export function sideOf(message, reader) {
  if (message.audience === "staff") return "note";
  if (message.mine) return "me";
  return message.is_support || reader === "requester" ? "support" : "requester";
}

const nameOf = ({ mine, sender = {}, is_support: isSupport }) =>
  (mine ? t("You") : sender.first_name || sender.name || (isSupport ? t("Support") : sender.email || t("Requester")));

const initials = ({ initials: letters, name, email }) => letters || (name || email || "?").slice(0, 2).toUpperCase();

/** The same colour everywhere: the user id modulo 8, plus 1. */
const hueOf = ({ hue, id = "" }) => hue ?? (Number.parseInt(id.slice(-1), 16) % 8 || 0) + 1;

export function createBubble(template, message, reader) {
  const item = template.content.querySelector("li").cloneNode(true);
  const side = sideOf(message, reader);
  item.dataset.from = side;
  item.dataset.id = message.id;
  item.dataset.sender = message.sender?.id ?? "";
  const avatar = item.querySelector(".avatar");
  if (side === "me") avatar.remove();
  else {
    avatar.dataset.hue = hueOf(message.sender ?? {});
    avatar.textContent = initials(message.sender ?? {});
  }
  item.querySelector(".msg-meta b").textContent = nameOf(message);
  dressRole(item.querySelector(".msg-role"), side);
  fillTime(item, message);
  return item;
}

/** Of an own message the device's clock at first, the server's once it is stored. */
export function fillTime(item, { created_at: moment }) {
  const [time, at] = [item.querySelector("time"), new Date(moment)];
  time.dateTime = moment;
  time.title = fullWords(at);
  time.textContent = clock(at);
}

function dressRole(role, side) {
  if (side === "note") role.replaceChildren(icon("lock"), t("Internal note, staff only"));
  else if (side !== "support") role.remove();
}

/** As the server would render plain text: a blank line starts a paragraph, a line break stays one. */
function paragraphs(text) {
  return text.trim().split(/\n\s*\n/).map((block) =>
    el("p", {}, ...block.split("\n").flatMap((line, index) => (index ? [el("br"), line] : [line]))));
}

export function fillBody(item, message) {
  const bubble = item.querySelector(".bubble");
  if (message.html) bubble.innerHTML = message.html;
  else bubble.replaceChildren(...paragraphs(message.message ?? ""));
}

const act = (name, words) => el("button", { class: "link-btn", type: "button", [`data-${name}`]: "" }, words);

/** The line under an own message; null removes it. Not announced, except failure, which the log does itself. */
export function showState(item, state, reason) {
  item.querySelector(".msg-state")?.remove();
  if (!state) return;
  const [name, tone, words] = STATES[state];
  const line = el("p", { class: "msg-state", "data-tone": tone, "data-delivery": state, "aria-live": "off" });
  const parts = state === "failed" ? { retry: act("retry", t("Try again")), discard: act("discard", t("delete")) } : {};
  line.append(icon(name), el("span", {}, ...pieces(words, parts), state === "failed" && reason ? `. ${reason}` : ""));
  item.lastElementChild.append(line);
}
