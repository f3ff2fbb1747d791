/**
 * The inside of the floating chat: which of its views is shown, and the form that starts a chat.
 *
 * Views ([data-views] of templates/support/widget.html): loading, start (before the chat), away (leave a message), sent,
 * thread, ended. The thread itself is <message-log> and <message-composer> on `general`; a chat that ended before this page
 * was loaded is shown from its own ticket. Never moves the focus because something arrived. Loaded by support-chat.js.
 */

import { useChatWebSocket } from "../useChatWebSocket.js";
import { useSupportStatus } from "../useSupportStatus.js";
import { later } from "../later.js";
import { t } from "../words.js";
import { ChatActions } from "./chat-actions.js";
import { ChatHead } from "./chat-head.js";
import { ChatPlace } from "./chat-place.js";
import { ChatQueue } from "./chat-queue.js";
import { device, setText } from "./dom.js";
import { Draft } from "./draft.js";
import "./message-composer.js";
import "./message-log.js";

const SKELETON_AFTER = 200;

export class ChatPanel {
  #root;
  #store;
  #status = useSupportStatus();
  #view = "";
  #ticketId = "";
  #draft;
  #head;
  #place;
  #actions;
  #queue;
  #rating = later(() => import("./chat-rating.js").then(({ ChatRating }) => new ChatRating(this.#root)));
  #leaving = later(() => import("./leave-message.js").then(({ LeaveMessage }) => {
    return new LeaveMessage(this.#root, { onSent: () => this.#sent() });
  }));
  #slow = false;
  #focusNext = false;

  constructor(root) {
    this.#root = root;
    this.#store = this.#thread("general");
    const start = root.querySelector("#chat-start");
    this.#draft = new Draft(start.elements.message, `${root.dataset.userId}:general-start`);
    start.elements.message.addEventListener("keydown", sendOnEnter);
    this.#head = new ChatHead(root);
    this.#place = new ChatPlace(root);
    this.#actions = new ChatActions(root);
    this.#queue = new ChatQueue(() => root.querySelector("[data-chat-queue]"));
    root.addEventListener("submit", (event) => this.#submitted(event));
    root.addEventListener("click", (event) => this.#clicked(event));
    root.querySelector("#chat-rating").addEventListener("change", () => this.#place.log.toLatest());
    this.#store.subscribe(() => this.#changed());
    this.#status.subscribe(() => this.#changed());
  }

  /** A chat goes on while the panel is closed: the pill shows what is said. */
  watch() {
    this.#store.setEnabled(true);
    this.#changed();
  }

  opened({ focus }) {
    this.#store.setEnabled(true);
    this.#focusNext = focus;
    this.#place.fit();
    setTimeout(() => {
      this.#slow = true;
      this.#changed();
    }, SKELETON_AFTER);
    this.#changed();
  }

  #thread(ticketId) {
    return useChatWebSocket({ ticketId, userId: this.#root.dataset.userId, reader: "requester", lazy: true });
  }

  #sent() {
    this.#focusNext = true;
    this.#show("sent");
  }

  #clicked({ target }) {
    if (target.closest("[data-chat-close]")) this.#root.close();
    if (target.closest("[data-chat-end]")) this.#focusNext = true;
    if (target.closest("[data-chat-new]")) this.#again();
  }

  /** A new conversation: the old one is looked back at no more. */
  #again() {
    const { ended, ticket, previous } = this.#store.getSnapshot();
    device.set(this.#doneKey, (ended ? ticket : previous)?.chat?.id);
    if (ended) this.#store.renew();
    this.#place.point("general");
    this.#focusNext = true;
    this.#show("");
    this.#changed();
  }

  get #doneKey() {
    return `chat-done:${this.#root.dataset.userId}`;
  }

  /** A form whose part is still being loaded waits for it. The composer's is its own. */
  async #submitted(event) {
    const form = event.target;
    if (event.defaultPrevented) return;
    event.preventDefault();
    if (form.id === "chat-start") {
      this.#start(form);
      return;
    }
    const part = await (form.id === "chat-leave" ? this.#leaving() : this.#rating()).catch(() => null);
    if (part) part.submit();
    else setText(form.querySelector("[data-problem]"), t("We couldn’t reach the server. Try again in a moment."));
  }

  #start(form) {
    const { message: field, topic } = form.elements;
    const sent = this.#store.sendMessage(field.value, { topic: topic?.value });
    setText(form.querySelector("[data-problem]"), sent.ok ? "" : sent.error);
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
    if (snapshot.ticketId && this.#ticketId !== snapshot.ticketId) {
      if (this.#ticketId) this.#place.point("general"); // lines of the last conversation go as well
      this.#ticketId = snapshot.ticketId;
    }
    const over = this.#over(snapshot);
    const live = !over && snapshot.messages.length > 0;
    this.#root.remember({ ticket: over?.id ?? snapshot.ticketId, live, mini: live ? mini(snapshot) : null });
    this.#head.paint(snapshot, over, this.#view);
    this.#actions.about(over ?? snapshot.ticket);
    this.#queue.about(over ? null : snapshot.ticket?.chat);
    if (!this.#root.isOpen) return;
    if (over && over === snapshot.previous) this.#lookBack(over);
    if (over) this.#rating().then((rating) => rating.about(over), () => {});
    // Nobody came: there is nothing to say how it went.
    this.#root.querySelector(".widget-rating").toggleAttribute("data-none", over?.chat?.end_cause === "left");
    this.#show(over ? "ended" : this.#choose(snapshot));
  }

  /** The ticket of the chat that has ended and was not left for a new one; null while one goes on, or none was. */
  #over({ ended, messages, ticket, previous, pending }) {
    if (ended) return messages.length && ticket ? ticket : null;
    if (messages.length || pending || !previous?.chat) return null;
    return device.get(this.#doneKey) === previous.chat.id ? null : previous;
  }

  #lookBack({ id }) {
    this.#place.point(id);
    this.#thread(id).setEnabled(true);
  }

  #choose({ messages, isLoading, connection }) {
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
      const held = this.#root.dialog.contains(document.activeElement);
      this.#view = view;
      for (const part of this.#root.querySelectorAll("[data-views]")) {
        part.hidden = !part.dataset.views.split(" ").includes(view);
      }
      if (view === "thread" || view === "ended") this.#place.find();
      if (view === "away") this.#leaving().catch(() => {}); // asked for again by its button
      this.#head.paint(this.#store.getSnapshot(), this.#over(this.#store.getSnapshot()), view);
      if (held && !this.#focusNext && !document.activeElement.checkVisibility()) this.#rest();
    }
    if (this.#focusNext && view && view !== "loading") this.#focus();
  }

  /** What had the focus is gone: it stays in the panel, where the news is. */
  #rest() {
    const places = [this.#place.scroller, this.#root.querySelector(".widget-head [aria-label][data-chat-close]")];
    places.find((node) => node.checkVisibility())?.focus({ preventScroll: true });
  }

  #focus() {
    this.#focusNext = false;
    const fields = this.#root.querySelectorAll("dialog :is(textarea, [data-focus])");
    const field = [...fields].find((node) => node.checkVisibility());
    (field ?? this.#root.querySelector("[data-chat-close]")).focus();
  }
}

/** What the pill says: who helps, and what was said last. */
function mini({ messages, ticket }) {
  const last = messages.at(-1);
  const agent = ticket?.chat?.agent ?? ticket?.assigned_to;
  const name = agent ? (agent.first_name || agent.name) : t("Support");
  const text = last.mine ? t("You: {words}", { words: last.message }) : last.message;
  return { name, initials: agent?.initials ?? name.slice(0, 2).toUpperCase(), hue: agent?.hue ?? 5, text: text.slice(0, 80) };
}

function sendOnEnter(event) {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  event.target.form.requestSubmit();
}
