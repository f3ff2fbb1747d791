/**
 * One message as a list item: fills a clone of the page's <template id="message-template"> (or the same built here).
 *
 * Found by class: .avatar, .msg-meta b, .msg-role, time, .bubble, .msg-state. The body is the server's sanitised
 * `html`; an own message that has none yet is put in as text. Called by elements/thread-view.js.
 */

import { clock, fullWords } from "./dates.js";
import { el, icon } from "./dom.js";

const STATES = {
  sending: ["clock", "neutral", "Sending…"],
  accepted: ["clock", "neutral", "Sending…"],
  stored: ["check", "neutral", "Sent"],
  delivered: ["check-double", "neutral", "Delivered"],
  seen: ["check-double", "success", "Seen"],
  failed: ["alert-circle", "danger", "Not sent. "],
  held: ["info", "warning", "We’ve kept your message and are looking at it."],
};

export function sideOf(message, reader) {
  if (message.audience === "staff") return "note";
  if (message.mine) return "me";
  return message.is_support || reader === "requester" ? "support" : "requester";
}

const nameOf = ({ mine, sender = {}, is_support: isSupport }) =>
  (mine ? "You" : sender.first_name || sender.name || (isSupport ? "Support" : sender.email || "Requester"));

const initials = ({ initials: letters, name, email }) => letters || (name || email || "?").slice(0, 2).toUpperCase();

/** The same colour everywhere: the user id modulo 8, plus 1. */
const hueOf = ({ hue, id = "" }) => hue ?? (Number.parseInt(id.slice(-1), 16) % 8 || 0) + 1;

function blank() {
  return el("li", { class: "msg" },
    el("span", { class: "avatar avatar-sm", "aria-hidden": "true" }),
    el("div", {},
      el("p", { class: "msg-meta" }, el("b"), " ", el("span", { class: "msg-role" }, "Support"), " ", el("time")),
      el("div", { class: "bubble", dir: "auto" })));
}

export function createBubble(template, message, reader) {
  const item = template?.content.querySelector("li")?.cloneNode(true) ?? blank();
  const side = sideOf(message, reader);
  const at = new Date(message.created_at);
  item.dataset.from = side;
  item.dataset.id = message.id;
  item.dataset.sender = message.sender?.id ?? "";
  const avatar = item.querySelector(".avatar");
  if (side === "me") avatar?.remove();
  else if (avatar) {
    avatar.dataset.hue = hueOf(message.sender ?? {});
    avatar.textContent = initials(message.sender ?? {});
  }
  const name = item.querySelector(".msg-meta b");
  if (name) name.textContent = nameOf(message);
  dressRole(item.querySelector(".msg-role"), side);
  const time = item.querySelector("time");
  if (time) {
    time.dateTime = message.created_at;
    time.title = fullWords(at);
    time.textContent = clock(at);
  }
  return item;
}

function dressRole(role, side) {
  if (side === "note") role?.replaceChildren(icon("lock"), "Internal note, staff only");
  else if (side !== "support") role?.remove();
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

/** The line under an own message; null removes it. Not announced, except failure, which the log does itself. */
export function showState(item, state, reason) {
  item.querySelector(".msg-state")?.remove();
  if (!state) return;
  const [name, tone, words] = STATES[state];
  const line = el("p", { class: "msg-state", "data-tone": tone, "data-delivery": state, "aria-live": "off" });
  const text = el("span", {}, words);
  if (state === "failed") {
    text.append(
      el("button", { class: "link-btn", type: "button", "data-retry": "" }, "Try again"), " or ",
      el("button", { class: "link-btn", type: "button", "data-discard": "" }, "delete"),
      reason ? `. ${reason}` : "");
  }
  line.append(icon(name), text);
  item.lastElementChild.append(line);
}
