/**
 * The inside of the floating chat: which of its views is shown, and the two forms that start something.
 *
 * Views ([data-views] of templates/support/widget.html): loading, start (before the chat), away (leave a message), sent,
 * thread, ended. The thread itself is <message-log> and <message-composer> on `general`. Loaded by support-chat.js.
 */

import { useChatWebSocket } from "../useChatWebSocket.js";
import { useSupportStatus } from "../useSupportStatus.js";
import { setText } from "./dom.js";
import { Draft } from "./draft.js";
import { LeaveMessage } from "./leave-message.js";
import "./message-composer.js";
import "./message-log.js";

const SKELETON_AFTER = 200;
const LINES = { online: "Online now", away: "Away for a moment", offline: "Offline" };

export class ChatPanel {
  #root;
  #store;
  #status = useSupportStatus();
  #view = "";
  #draft;
  #leave;
  #slow = false;
  #focusNext = false;

  constructor(root) {
    this.#root = root;
    this.#store = useChatWebSocket({ ticketId: "general", userId: root.dataset.userId, reader: "requester", lazy: true });
    const start = root.querySelector("#chat-start");
    this.#draft = new Draft(start.elements.message, `${root.dataset.userId}:general-start`);
    start.addEventListener("submit", (event) => this.#start(event));
    start.elements.message.addEventListener("keydown", sendOnEnter);
    this.#leave = new LeaveMessage(root, { onSent: () => this.#sent() });
    root.addEventListener("click", (event) => this.#clicked(event));
    this.#store.subscribe(() => this.#changed());
    this.#status.subscribe(() => this.#changed());
    globalThis.visualViewport?.addEventListener("resize", () => this.#fit());
  }

  opened({ focus }) {
    this.#store.setEnabled(true);
    this.#focusNext = focus;
    setTimeout(() => {
      this.#slow = true;
      this.#changed();
    }, SKELETON_AFTER);
    this.#changed();
  }

  #sent() {
    this.#focusNext = true;
    this.#show("sent");
  }

  #clicked({ target }) {
    if (target.closest("[data-chat-close]")) this.#root.close();
    if (target.closest("[data-chat-new]")) {
      this.#store.renew();
      this.#focusNext = true;
      this.#show("");
      this.#changed();
    }
  }

  #start(event) {
    event.preventDefault();
    const field = event.target.elements.message;
    const sent = this.#store.sendMessage(field.value);
    setText(event.target.querySelector("[data-problem]"), sent.ok ? "" : sent.error);
    if (!sent.ok) {
      field.focus();
      return;
    }
    this.#draft.clear();
    this.#focusNext = true;
    this.#changed();
  }

  /* ---- what is shown ----------------------------------------------------------------------------------------------- */

  #changed() {
    const snapshot = this.#store.getSnapshot();
    this.#root.remember(snapshot.ticketId);
    if (!this.#root.isOpen) return;
    this.#show(this.#choose(snapshot));
    this.#head(snapshot);
  }

  #choose({ messages, isLoading, ended, connection }) {
    if (ended && messages.length) return "ended";
    if (messages.length || connection === "signed-out") return "thread";
    if (isLoading) return this.#slow || this.#view === "loading" ? "loading" : this.#view;
    if (["start", "away", "sent"].includes(this.#view) && this.#isBusy()) return this.#view;
    return this.#status.getSnapshot().availability === "offline" ? "away" : "start";
  }

  /** Somebody is in a form: do not change it under their hands because support came or went. */
  #isBusy() {
    if (this.#view === "sent") return true;
    const shown = this.#root.querySelector(`form[data-views~="${this.#view}"]`);
    return Boolean(shown?.elements.message.value.trim()) || Boolean(shown?.contains(document.activeElement));
  }

  #show(view) {
    if (view !== this.#view) {
      this.#view = view;
      for (const part of this.#root.querySelectorAll("[data-views]")) {
        part.hidden = !part.dataset.views.split(" ").includes(view);
      }
      if (view === "thread" || view === "ended") this.#root.querySelector("message-log").toLatest();
    }
    if (this.#focusNext && view && view !== "loading") this.#focus();
  }

  #focus() {
    this.#focusNext = false;
    const field = [...this.#root.querySelectorAll("textarea, [data-focus]")].find((node) => node.checkVisibility());
    (field ?? this.#root.querySelector("[data-chat-close]")).focus();
  }

  #head({ ticket, connection, ended }) {
    const { availability } = this.#status.getSnapshot();
    const agent = ticket?.assigned_to;
    const { brand } = this.#root.dataset;
    setText(this.#root.querySelector("[data-chat-title]"), agent ? (agent.first_name || agent.name) : `${brand} Support`);
    const avatar = this.#root.querySelector("[data-chat-avatar]");
    if (agent?.initials) setText(avatar, agent.initials);
    if (agent?.hue) avatar.dataset.hue = agent.hue;
    const line = { connecting: "Connecting…", reconnecting: "Reconnecting…" }[connection] ?? LINES[availability];
    setText(this.#root.querySelector("[data-chat-line]"), ended ? "Chat ended" : line);
    const shown = connection === "connecting" || connection === "reconnecting" || ended ? "offline" : availability;
    for (const dot of this.#root.querySelectorAll(".widget-head .dot")) dot.dataset.presence = shown;
    const link = this.#root.querySelector("[data-chat-ticket]");
    link.hidden = !ticket;
    if (ticket) link.href = `/support-tickets/${ticket.id}`;
  }

  /** The on-screen keyboard takes its place from the sheet, not over it. */
  #fit() {
    this.#root.querySelector(".widget").style.setProperty("--chat-block-size", `${visualViewport.height}px`);
  }
}

function sendOnEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}
