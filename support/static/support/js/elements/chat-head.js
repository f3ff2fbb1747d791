/**
 * The head of the floating chat: who is there, and one line about the connection, the chat or support.
 *
 * `lineOf` is pure. The line is a polite status, so it changes only when what it says does. Called by chat-panel.js.
 */

import { useSupportStatus } from "../useSupportStatus.js";
import { plural, t } from "../words.js";
import { clock } from "./dates.js";
import { setText } from "./dom.js";
import { SentLate } from "./sent-late.js";

const LOST_AFTER = 60_000;
const HOUR = 3600;

/**
 * {kind: "wait" | "dot" | "alert", presence, text}; `offline` is the server's sentence, `back` how many were sent late,
 * `repliesIn` what is promised in seconds to whoever has not begun.
 */
export function lineOf({ connection, offlineSince, availability, chat, over, offline, back, repliesIn, now }) {
  const away = offlineSince ? now - offlineSince : 0;
  const dot = (presence, text) => ({ kind: "dot", presence, text });
  if (over) {
    const at = chat?.ended_at ? clock(new Date(chat.ended_at)) : "";
    return dot("offline", at ? t("Chat ended at {time}", { time: at }) : t("Chat ended"));
  }
  if (connection === "connecting") return { kind: "wait", presence: "offline", text: t("Connecting…") };
  if (connection === "reconnecting" && away >= LOST_AFTER) {
    return { kind: "alert", presence: "offline", text: t("Couldn’t connect. Your messages are saved here.") };
  }
  if (connection === "reconnecting") return dot("offline", t("Reconnecting…"));
  if (back) return dot("online", plural(back, "Back online. {n} message sent.", "Back online. {n} messages sent."));
  return dot(availability, { online: soon(repliesIn) || t("Online now"), away: t("Away for a moment"), offline }[availability]);
}

/** The promise in the few words a head has room for; as soon as it is longer than a day the page's sentence is enough. */
function soon(seconds) {
  if (!seconds || seconds >= 24 * HOUR) return "";
  const n = Math.round(seconds / (seconds < HOUR ? 60 : HOUR));
  if (seconds < HOUR) return t("Replies in about {n} min", { n });
  return plural(n, "Replies within {n} hour", "Replies within {n} hours");
}

export class ChatHead {
  #root;
  #late = new SentLate();
  #timer = null;

  constructor(root) {
    this.#root = root.querySelector(".widget-head");
  }

  paint(snapshot, over, view) {
    clearTimeout(this.#timer);
    const ticket = over ?? (snapshot.messages.length ? snapshot.ticket : null);
    this.#who(ticket?.chat?.agent ?? ticket?.assigned_to);
    const now = Date.now();
    const words = this.#root.querySelector("[data-chat-line]");
    const { availability, repliesIn } = useSupportStatus().getSnapshot();
    const line = lineOf({
      ...snapshot, availability, chat: over?.chat, over: over && view !== "start", offline: words.dataset.offline,
      back: this.#late.look(snapshot, now), repliesIn: view === "start" ? repliesIn : null, now,
    });
    setText(words, line.text);
    words.parentElement.dataset.chatLineKind = line.kind;
    for (const dot of this.#root.querySelectorAll(".dot")) dot.dataset.presence = line.presence;
    if (snapshot.offlineSince || this.#late.count) this.#timer = setTimeout(() => this.paint(snapshot, over, view), 1_000);
  }

  #who(agent) {
    const [avatar, team] = [this.#root.querySelector("[data-chat-avatar]"), this.#root.querySelector("[data-chat-team]")];
    avatar.hidden = !agent;
    team.hidden = Boolean(agent);
    const title = this.#root.querySelector("[data-chat-title]");
    setText(title, agent ? (agent.first_name || agent.name) : title.dataset.team);
    if (!agent) return;
    avatar.dataset.hue = agent.hue;
    setText(avatar.querySelector("[data-letters]"), agent.initials);
  }
}
