/**
 * What a change of the ticket says in its thread: "Status changed to Resolved · 10:24 am".
 *
 * The words come from the page's pill templates, so they are the reader's. Loaded by elements/message-log.js.
 */

import { clock } from "./dates.js";
import { el, icon, pieces } from "./dom.js";
import { plural, t } from "../words.js";

const pill = (kind, value) =>
  document.querySelector(`template[data-pill-${kind}="${CSS.escape(value ?? "")}"]`)?.content.firstElementChild;

const nameOf = (person) => person?.first_name || person?.name || t("Support");

const symbol = (from) => from.querySelector("svg")?.cloneNode(true) ?? "";

/** [[node, …], …]: the content of one system line per difference that a reader should see. */
export function linesFor(before, after, now = new Date()) {
  if (!before || before.id !== after.id) return [];
  const lines = [];
  const status = before.status !== after.status && pill("status", after.status);
  if (status) lines.push([symbol(status), pieces(t("Status changed to {status}"), { status: bold(status) })]);
  const [was, priority] = [pill("priority", before.priority), pill("priority", after.priority)];
  if (before.priority !== after.priority && was && priority) {
    const told = pieces(t("Priority changed from {before} to {after}"), { before: words(was), after: bold(priority) });
    lines.push([symbol(priority), told]);
  }
  if (after.assigned_to?.id && !joined(before, after) && before.assigned_to?.id !== after.assigned_to.id) {
    lines.push([icon("user"), pieces(t("{name} picked up this ticket"), { name: el("b", {}, nameOf(after.assigned_to)) })]);
  }
  const time = () => el("time", { datetime: now.toISOString() }, clock(now));
  return lines.map(([sign, content]) => [sign, el("span", {}, ...content, " · ", time())]);
}

/** The chat has an agent, or another one than before. */
const joined = ({ chat: before }, { chat: after }) => after?.state === "active" && after.agent?.id !== before?.agent?.id;

/** [[sign, node], …]: what became of the chat, as support/thread_chat.py says it: joined, about to end, ended. */
export function chatLines(before, after, me) {
  const lines = [];
  const { chat } = after ?? {};
  if (before && before.id === after?.id && joined(before, after)) {
    const name = el("b", {}, nameOf(chat.agent));
    const words = chat.agent?.id === me ? [t("You joined the chat")] : pieces(t("{name} joined the chat"), { name });
    lines.push(line("chat", words, chat.accepted_at));
  }
  if (chat?.quiet_ends_at && before?.chat?.quiet_ends_at !== chat.quiet_ends_at) {
    const minutes = Math.max(1, Math.round((new Date(chat.quiet_ends_at) - Date.now()) / 60_000));
    lines.push(line("clock", [plural(
      minutes,
      "It’s been quiet here. This chat ends in {n} minute unless somebody writes.",
      "It’s been quiet here. This chat ends in {n} minutes unless somebody writes.",
    )]));
  }
  const end = endOfChat(before, after, me);
  return end ? [...lines, end] : lines;
}

function line(sign, words, at = new Date().toISOString()) {
  return [icon(sign), el("span", {}, ...words, " · ", el("time", { datetime: at }, clock(new Date(at))))];
}

/** "Ben ended the chat · 10:31 am" as [sign, node], once a chat has ended; null when there is nothing to say. */
export function endOfChat(before, after, me) {
  const { chat } = after ?? {};
  if (chat?.state !== "ended" || before?.chat?.state === "ended") return null;
  if (chat.end_cause === "quiet") return line("clock", [t("This chat ended because nobody wrote any more")], chat.ended_at);
  if (chat.end_cause !== "person" && chat.end_cause !== "left") return null;
  const at = new Date(chat.ended_at);
  const time = el("time", { datetime: chat.ended_at }, clock(at));
  const own = chat.ended_by?.id === me;
  const name = el("b", {}, nameOf(chat.ended_by));
  const left = chat.end_cause === "left";
  const [mine, theirs] = left
    ? [t("You stopped waiting. We’ll reply to your message by email"), t("{name} stopped waiting for a chat")]
    : [t("You ended the chat"), t("{name} ended the chat")];
  const by = own ? [mine] : pieces(theirs, { name });
  return [icon("check"), el("span", {}, ...by, " · ", time)];
}

/** What is seen of a pill: its "Priority: " for screen readers is not part of the sentence. */
const words = (node) =>
  [...node.childNodes].filter((part) => !part.matches?.(".sr-only")).map((part) => part.textContent).join("").trim();
const bold = (node) => el("b", {}, words(node));
