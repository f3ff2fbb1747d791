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
  return lines.map(([sign, said]) => line(sign, said, now.toISOString()));
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
    lines.push(line(icon("chat"), words, chat.accepted_at));
  }
  if (chat?.quiet_ends_at && before?.chat?.quiet_ends_at !== chat.quiet_ends_at) {
    const minutes = Math.max(1, Math.round((new Date(chat.quiet_ends_at) - Date.now()) / 60_000));
    lines.push(line(icon("clock"), [plural(
      minutes,
      "It’s been quiet here. This chat ends in {n} minute unless somebody writes.",
      "It’s been quiet here. This chat ends in {n} minutes unless somebody writes.",
    )]));
  }
  const end = endOfChat(before, after, me);
  return end ? [...lines, end] : lines;
}

function line(sign, words, at = new Date().toISOString()) {
  return [sign, el("span", {}, ...words, " · ", el("time", { datetime: at }, clock(new Date(at))))];
}

/** "Ben ended the chat · 10:31 am" as [sign, node], once a chat has ended; null when there is nothing to say. */
export function endOfChat(before, after, me) {
  const { chat } = after ?? {};
  if (chat?.state !== "ended" || before?.chat?.state === "ended") return null;
  if (chat.end_cause === "quiet") return line(icon("clock"), [t("This chat ended because nobody wrote any more")], chat.ended_at);
  if (chat.end_cause !== "person" && chat.end_cause !== "left") return null;
  const [mine, theirs] = chat.end_cause === "left"
    ? [t("You stopped waiting. We’ll reply to your message by email"), t("{name} stopped waiting for a chat")]
    : [t("You ended the chat"), t("{name} ended the chat")];
  const name = el("b", {}, nameOf(chat.ended_by));
  return line(icon("check"), chat.ended_by?.id === me ? [mine] : pieces(theirs, { name }), chat.ended_at);
}

/** What is seen of a pill: its "Priority: " for screen readers is not part of the sentence. */
const words = (node) =>
  [...node.childNodes].filter((part) => !part.matches?.(".sr-only")).map((part) => part.textContent).join("").trim();
const bold = (node) => el("b", {}, words(node));
