/**
 * <message-log data-ticket-id data-reader="requester|staff" data-user-id data-read-sequence data-email [data-lazy]>
 *   <div role="log"><ol role="list"><li class="msg" data-id data-sequence data-from …></ol></div>
 * </message-log>
 *
 * Wraps a server-rendered conversation and keeps it live. Nearby, if present: [data-typing], [data-connection],
 * .jump-latest (its words in [data-label]); <template id="message-template">. A link or button in [data-earlier]
 * shows while there is more to load. `data-lazy` waits for setEnabled on the store.
 * Never moves scroll or focus of somebody who reads history.
 *
 * Events, bubbling: "support:ticket" (detail: the ticket, after it changed), "support:snapshot" (detail: snapshot).
 * Property `store`: the thread's store (useChatWebSocket.js).
 */

import { isWaiting } from "../chat/protocol.js";
import { useChatWebSocket } from "../useChatWebSocket.js";
import { ConnectionBanner } from "./connection-banner.js";
import { el, nearby, setText } from "./dom.js";
import { ReadTracker } from "./read-tracker.js";
import { ScrollKeeper } from "./scroll-keeper.js";
import { ThreadView } from "./thread-view.js";
import { later } from "../later.js";
import { t } from "../words.js";

const loadLines = later(() => import("./ticket-lines.js"));
/** What a reader is told of when it changes. */
const factsOf = ({ status, priority, assigned_to: assignee, chat }) => [status, priority, assignee?.id, chat?.agent?.id];
const endOf = ({ chat }) => [chat?.quiet_ends_at, chat?.state === "ended"];
const EARLIER = "[data-earlier]";
const STILL = { preventScroll: true };

export class MessageLog extends HTMLElement {
  #parts = null;
  #unsubscribe = null;
  #frame = null;
  #shown = {};
  #failed = new Set();

  get store() {
    const { ticketId, reader, userId } = this.dataset;
    return useChatWebSocket({ ticketId, reader, userId, lazy: this.hasAttribute("data-lazy") });
  }

  connectedCallback() {
    const log = this.querySelector("[role=log]");
    const list = log?.querySelector("ol");
    if (!list || !this.dataset.ticketId) return;
    log.setAttribute("aria-live", "off"); // history is not news
    const { store } = this;
    const { reader, userId } = store.getSnapshot();
    const template = document.getElementById("message-template");
    this.#parts = {
      store, log, list,
      view: new ThreadView(list, { template, reader, userId }),
      keeper: new ScrollKeeper({
        log, list, foot: nearby(this, ".thread-foot, .widget-foot"), pill: nearby(this, ".jump-latest"), onTop: store.loadEarlier,
      }),
      reads: new ReadTracker(store.markRead),
      typing: null, // the line, as a promise, once somebody has typed
      banner: new ConnectionBanner(nearby(this, "[data-connection]"), store, { email: this.dataset.email }),
      earlier: this.querySelector(EARLIER) ?? earlierRow(list),
      status: el("span", { class: "sr-only", role: "status" }),
    };
    this.append(this.#parts.status);
    this.#begin();
  }

  disconnectedCallback() {
    this.#unsubscribe?.();
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#frame);
    const { keeper, reads, typing, banner, status } = this.#parts ?? {};
    for (const part of [keeper, reads, banner]) part?.disconnect();
    typing?.then((line) => line?.disconnect());
    status?.remove();
    this.removeEventListener("click", this.#clicked);
    this.removeEventListener("keydown", this.#pressed);
    this.#parts = null;
    this.#shown = {};
    this.#frame = null;
  }

  /** To the end, as "Jump to latest" does. */
  toLatest() {
    this.#parts?.keeper.toLatest();
  }

  #begin() {
    const { store, view, keeper, log, list, reads } = this.#parts;
    const read = Number(this.dataset.readSequence) || 0;
    store.seed(view.hydrate(), read);
    for (const item of list.querySelectorAll(":scope > li[data-sequence]")) {
      if (Number(item.dataset.sequence) > read && item.dataset.from !== "me") reads.watch(item);
    }
    this.addEventListener("click", this.#clicked);
    this.addEventListener("keydown", this.#pressed);
    this.#unsubscribe = store.subscribe(() => this.#schedule());
    const unread = list.querySelector(".day-new");
    if (unread && keeper.scrolls) keeper.toUnread(unread);
    else if (keeper.scrolls) keeper.toLatest();
    this.#render();
    log.setAttribute("aria-live", "polite");
  }

  /** One paint per frame however many messages arrive; a hidden page has no frames, but a title and unread line. */
  #schedule() {
    if (this.#frame !== null) return;
    const paint = () => {
      this.#frame = null;
      this.#render();
    };
    this.#frame = document.visibilityState === "visible" ? requestAnimationFrame(paint) : setTimeout(paint, 100);
  }

  #render() {
    if (!this.#parts) return;
    const { store, keeper, banner, live } = this.#parts;
    const snapshot = store.getSnapshot();
    const { messages } = this.#shown;
    const above = messages?.length > 0 && snapshot.messages[0]?.sequence < messages[0].sequence;
    if (snapshot.messages !== messages) keeper.around(() => this.#messages(snapshot, above), above);
    this.#whoTypes(snapshot);
    banner.show();
    const { ticket } = this.#shown;
    this.#shown = snapshot;
    if (snapshot.ticket !== ticket) this.#ticket(live && ticket, snapshot.ticket);
    this.#parts.live ||= snapshot.isConnected; // what is known from before may be older than the page
    this.#tell("support:snapshot", snapshot);
  }

  async #whoTypes({ reader, typing }) {
    const people = reader === "staff" ? typing.filter((person) => !person.is_support) : typing;
    const parts = this.#parts;
    if (!people.length && !parts.typing) return;
    parts.typing ??= import("./typing-line.js")
      .then(({ TypingLine }) => new TypingLine(nearby(this, "[data-typing]")))
      .catch(() => { parts.typing = null; });
    (await parts.typing)?.show(people);
  }

  #ticket(before, after) {
    if (after) this.dataset.shows = after.id; // the floating chat learns only now which ticket it has
    // The floating chat has no history from the server: what it finds ended it has to say itself.
    const seen = before || (this.hasAttribute("data-lazy") ? null : after);
    const differs = (facts) => `${facts(seen ?? {})}` !== `${facts(after ?? {})}`;
    if ((before && differs(factsOf)) || differs(endOf)) this.#say(before, seen, after);
    this.#tell("support:ticket", after);
  }

  /** The words for a change are loaded with the first one; a place is kept for them among the messages that come. */
  async #say(before, seen, after) {
    const { view, keeper, list, store } = this.#parts;
    const place = document.createComment("");
    list.append(place);
    const words = await loadLines().catch(() => null); // the page will have the line when it is opened anew
    const lines = words ? [...words.linesFor(before, after), ...words.chatLines(seen, after, store.getSnapshot().userId)] : [];
    if (lines.length && place.parentNode === list) {
      keeper.around(() => {
        for (const line of lines) view.addSystem(line, place);
        return { others: 0 };
      });
    }
    place.remove();
  }

  #messages({ messages, hasEarlier }, above) {
    const { view, reads, log } = this.#parts;
    const first = messages[0]?.sequence;
    const before = this.#shown.messages;
    // The floating chat has its history from the socket, after its first paint: no more news than the server's.
    const isHistory = !before || (first && !before[0]?.sequence && this.hasAttribute("data-lazy"));
    if (isHistory) log.setAttribute("aria-live", "off");
    const isFirstUnread = before && view.isUnreadFrom(this.#firstUnread(before)?.id);
    const added = view.render(messages);
    this.#offerEarlier(hasEarlier);
    if (isHistory) requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
    const theirs = added.filter((message) => !message.mine && message.sequence);
    for (const { id } of theirs) reads.watch(view.item(id));
    this.#announceFailures(messages);
    if (above && isFirstUnread) view.markUnread(this.#firstUnread(messages).id); // or is it earlier?
    const news = above || isHistory ? [] : theirs;
    const own = added.filter((message) => message.mine && !message.sequence);
    if (own.some(isWaiting)) view.markUnread(null); // one that was left unsent is no sign that they are read
    if (news.length && (document.visibilityState !== "visible" || !document.hasFocus())) this.#unreadFrom(news[0].id);
    return { own: own.length > 0, others: news.length };
  }

  /** The row goes with what was last, the focus in it does not. */
  #offerEarlier(hasEarlier) {
    const { log, earlier } = this.#parts;
    const row = earlier.closest(".more-row") ?? earlier;
    if (!hasEarlier && row.contains(document.activeElement)) log.focus(STILL);
    row.hidden = !hasEarlier;
  }

  #firstUnread(messages) {
    const read = Number(this.dataset.readSequence) || 0;
    return messages.find((message) => !message.mine && message.sequence > read);
  }

  /** The line stays where the absence began, until something own is sent. */
  #unreadFrom(id) {
    if (!this.querySelector(".day-new")) this.#parts.view.markUnread(id);
  }

  #announceFailures(messages) {
    for (const { id, state } of messages) {
      if (state !== "failed") this.#failed.delete(id);
      else if (!this.#failed.has(id)) {
        this.#failed.add(id);
        setText(this.#parts.status, t("Message not sent"));
      }
    }
    if (!this.#failed.size) setText(this.#parts.status, "");
  }

  #clicked = (event) => {
    const { store, log } = this.#parts;
    const { target } = event;
    const id = target.closest("li[data-id]")?.dataset.id;
    const act = target.closest("[data-retry]") ? store.retry : target.closest("[data-discard]") && store.discard;
    if (act) {
      log.focus(STILL); // the button goes
      act(id);
    } else if (target.closest(EARLIER) && store.loadEarlier()) event.preventDefault();
  };

  #pressed = (event) => {
    if (event.key !== "End" || !event.target.closest?.("[role=log]")) return;
    event.preventDefault();
    this.toLatest();
  };

  #tell(type, detail) {
    if (detail) this.dispatchEvent(new CustomEvent(type, { bubbles: true, detail }));
  }
}

function earlierRow(list) {
  const button = el("button", { class: "btn btn-sm", type: "button" }, t("Show earlier messages"));
  const row = el("li", { class: "more-row", "data-earlier": "", hidden: true }, button);
  list.prepend(row);
  return row;
}

if (!customElements.get("message-log")) customElements.define("message-log", MessageLog);
