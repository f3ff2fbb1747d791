/**
 * <message-composer data-ticket-id data-reader data-user-id [data-send-on="enter"] [data-lazy]>
 *   <form method="post" action="…" [data-mode="note"]><textarea name="message"></textarea><input type="hidden" name="id">…
 * </message-composer>
 *
 * The form works by itself; script sends through the thread's store instead: draft kept, queued while offline, typing
 * told. Ctrl/⌘+Enter sends, or Enter alone with data-send-on="enter" (Shift+Enter: new line). A note goes to staff only.
 *
 * Events, bubbling: "support:before-send" (cancelable; detail {text, audience, submitter, seen}), "support:sent" (detail {id}).
 * Property `store`.
 */

import { useChatWebSocket } from "../useChatWebSocket.js";
import { el, flag, setText } from "./dom.js";
import { Draft } from "./draft.js";
import { grow } from "./grow.js";

let count = 0;

export class MessageComposer extends HTMLElement {
  #form;
  #field;
  #draft;
  #problem;
  #leaving;
  #unsubscribe;

  get store() {
    const { ticketId, reader, userId } = this.dataset;
    return useChatWebSocket({ ticketId, reader, userId, lazy: this.hasAttribute("data-lazy") });
  }

  get audience() {
    return this.#form.elements.audience?.value ?? "public";
  }

  connectedCallback() {
    this.#form = this.querySelector("form");
    this.#field = this.#form?.querySelector("textarea");
    if (!this.#field || !this.dataset.ticketId) return;
    const { store } = this;
    this.#draft = new Draft(this.#field, this.#owner);
    this.#problem = this.querySelector(".field-error") ?? this.#errorLine();
    this.#form.noValidate = true; // the outbox refuses with a sentence, and never while somebody is typing
    this.#leaving = new AbortController();
    const { signal } = this.#leaving;
    this.#form.addEventListener("submit", this.#submitted, { signal });
    this.#form.addEventListener("change", this.#turned, { signal });
    this.#field.addEventListener("keydown", this.#pressed, { signal });
    this.#field.addEventListener("input", this.#typed, { signal });
    grow(this.#field);
    this.#unsubscribe = store.subscribe(() => {}); // the connection lives as long as somebody may write
  }

  disconnectedCallback() {
    this.#unsubscribe?.();
    this.#draft?.disconnect();
    this.#leaving?.abort();
  }

  focus(options) {
    this.#field?.focus(options);
  }

  /** Whose words: one draft for each audience of a person's ticket. */
  get #owner() {
    const { userId } = this.store.getSnapshot();
    return `${userId}:${this.dataset.ticketId}${this.audience === "staff" ? ":note" : ""}`;
  }

  #turned = ({ target }) => {
    if (target.name !== "audience") return;
    this.#draft.turnTo(this.#owner);
    grow(this.#field);
    this.#complain("");
  };

  #submitted = (event) => {
    event.preventDefault();
    const { id } = this.#draft;
    const detail = { id, text: this.#field.value, audience: this.audience, submitter: event.submitter, seen: null };
    const asked = new CustomEvent("support:before-send", { bubbles: true, cancelable: true, detail });
    if (!this.dispatchEvent(asked)) return;
    const sent = this.store.sendMessage(detail.text, detail);
    this.#complain(sent.ok ? "" : sent.error);
    if (!sent.ok) return;
    this.#draft.clear();
    grow(this.#field);
    this.focus();
    this.dispatchEvent(new CustomEvent("support:sent", { bubbles: true, detail: { id: sent.id } }));
  };

  #pressed = (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    const alone = this.dataset.sendOn === "enter" && !event.shiftKey && !event.altKey;
    if (!alone && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    this.#form.requestSubmit();
  };

  #typed = () => {
    grow(this.#field);
    this.#complain("");
    if (this.#field.value.trim()) this.store.typing(this.audience);
  };

  #complain(sentence) {
    setText(this.#problem.querySelector("[data-words]") ?? this.#problem, sentence);
    this.#problem.hidden = !sentence;
    flag(this.#field, "aria-invalid", sentence);
  }

  #errorLine() {
    count += 1;
    const line = el("p", { class: "field-error", role: "alert", id: `composer-error-${count}`, hidden: true });
    this.append(line);
    const described = this.#field.getAttribute("aria-describedby");
    this.#field.setAttribute("aria-describedby", described ? `${described} ${line.id}` : line.id);
    return line;
  }
}

if (!customElements.get("message-composer")) customElements.define("message-composer", MessageComposer);
