/**
 * <support-chat hidden data-user-id data-name data-brand data-support-email data-back-by data-prefix>
 *   the dock of templates/support/widget.html: a launcher and a <dialog>
 * </support-chat>
 *
 * The floating chat of a signed-in requester, on their ticket `general`. This module is the launcher alone; the panel
 * and the chat behind it are loaded when first opened. Desktop: a dialog beside the page, open or closed across pages
 * (sessionStorage). Under 30rem: a modal sheet that Back closes.
 *
 * Methods: open({focus}), close(). Anything with [data-opens-chat] opens it too.
 */

import { useNotifications } from "../notifications.js";
import { useSupportStatus } from "../useSupportStatus.js";
import { plural, remembered } from "./dom.js";

const session = remembered("sessionStorage");
const PRESENCE = { online: "support is online", away: "support is away", offline: "support is offline" };

export class SupportChat extends HTMLElement {
  #panel = null;
  #narrow = matchMedia("(width < 30rem)");
  #leaving = [];

  get dialog() {
    return this.querySelector("dialog");
  }

  get launcher() {
    return this.querySelector(".launcher");
  }

  get isOpen() {
    return this.dialog.open;
  }

  connectedCallback() {
    if (!this.dialog || !this.launcher) return;
    this.hidden = false;
    const [status, notifications] = [useSupportStatus(), useNotifications()];
    this.#leaving = [status.subscribe(() => this.#paint()), notifications.subscribe(() => this.#paint())];
    this.launcher.addEventListener("click", this.#toggled);
    for (const type of ["pointerenter", "focus"]) this.launcher.addEventListener(type, this.#load, { once: true });
    this.dialog.addEventListener("cancel", this.#cancelled);
    addEventListener("popstate", this.#back);
    document.addEventListener("click", this.#asked);
    document.addEventListener("keydown", this.#pressed);
    // A sheet would cover the page that was asked for.
    if (session.get("chat-open") && !this.#narrow.matches) this.open({ focus: false });
    this.#paint();
  }

  disconnectedCallback() {
    for (const leave of this.#leaving) leave();
    removeEventListener("popstate", this.#back);
    document.removeEventListener("click", this.#asked);
    document.removeEventListener("keydown", this.#pressed);
  }

  async open({ focus = true } = {}) {
    if (this.isOpen) return;
    const sheet = this.#narrow.matches;
    this.dialog.hidden = false;
    this.querySelector(".widget").toggleAttribute("data-sheet", sheet);
    if (sheet) {
      history.pushState({ supportChat: true }, "");
      this.dialog.showModal();
    } else this.dialog.open = true; // show() would take the focus from whoever is typing in the page
    session.set("chat-open", "yes");
    this.#paint();
    const panel = await this.#load();
    if (this.isOpen) panel.opened({ focus });
  }

  close = () => {
    if (!this.isOpen) return;
    if (history.state?.supportChat) history.back();
    else this.#shut();
  };

  /** Which ticket the chat is: its unread messages are the launcher's badge. */
  remember(ticketId) {
    if (ticketId) session.set("chat-ticket", ticketId);
    this.#paint();
  }

  #load = async () => {
    this.#panel ??= import("./chat-panel.js").then(({ ChatPanel }) => new ChatPanel(this));
    return this.#panel;
  };

  #shut() {
    const focused = this.dialog.contains(document.activeElement);
    this.dialog.close();
    this.dialog.hidden = true;
    session.set("chat-open", "");
    this.#paint();
    if (focused) this.launcher.focus();
  }

  #toggled = () => (this.isOpen ? this.close() : this.open());

  #asked = (event) => {
    if (!event.target.closest?.("[data-opens-chat]")) return;
    event.preventDefault();
    this.open();
  };

  #back = () => {
    if (this.isOpen && this.dialog.matches(":modal")) this.#shut();
  };

  #cancelled = (event) => {
    event.preventDefault();
    this.close();
  };

  #pressed = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (!document.querySelector(":popover-open, dialog:modal")) this.close();
  };

  #paint() {
    const { availability } = useSupportStatus().getSnapshot();
    const { tickets } = useNotifications().getSnapshot().unread;
    const unread = this.isOpen ? 0 : (tickets[session.get("chat-ticket")] ?? 0);
    const badge = this.launcher.querySelector(".badge");
    badge.hidden = !unread;
    badge.textContent = unread;
    this.launcher.querySelector(".dot").dataset.presence = availability;
    this.launcher.querySelector(".dot").hidden = this.isOpen;
    this.launcher.setAttribute("aria-expanded", String(this.isOpen));
    for (const svg of this.launcher.querySelectorAll("[data-when]")) {
      svg.toggleAttribute("hidden", (svg.dataset.when === "open") !== this.isOpen);
    }
    const news = unread ? `, ${plural(unread, "unread message", "unread messages")}` : "";
    const label = this.isOpen ? "Close support chat" : `Open support chat${news}, ${PRESENCE[availability]}`;
    if (this.launcher.getAttribute("aria-label") !== label) this.launcher.setAttribute("aria-label", label);
  }
}

if (!customElements.get("support-chat")) customElements.define("support-chat", SupportChat);
