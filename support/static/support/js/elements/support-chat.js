/**
 * <support-chat hidden data-user-id>
 *   the dock of templates/support/widget.html: a <dialog>, a pill and a launcher
 * </support-chat>
 *
 * The floating chat of a signed-in requester, on their ticket `general`. This module is the dock alone; the panel and the
 * chat behind it are loaded when first opened, or when idle while a chat goes on, which the pill then shows. Desktop: a
 * dialog beside the page, open or closed across pages (sessionStorage). Under 30rem: a modal sheet that Back closes.
 *
 * Methods: open({focus}), close().
 */

import { useNotifications } from "../notifications.js";
import { useSupportStatus } from "../useSupportStatus.js";
import { later, whenIdle } from "../later.js";
import { plural, t } from "../words.js";
import { device, session, setText } from "./dom.js";

const TUCK_AFTER = 8; // pixels: less is a trembling finger

export class SupportChat extends HTMLElement {
  #narrow = matchMedia("(width < 30rem)");
  #leaving = [];
  #facts = {}; // {ticket, live}: the same in every tab
  #mini = null; // {name, initials, hue, text}: what the pill says
  #scrolledTo = 0;

  get dialog() {
    return this.querySelector("dialog");
  }

  get launcher() {
    return this.querySelector(".launcher");
  }

  get pill() {
    return this.querySelector("[data-chat-mini]");
  }

  get isOpen() {
    return this.dialog.open;
  }

  connectedCallback() {
    if (!this.dialog || !this.launcher) return;
    this.hidden = false;
    this.#recall();
    const [status, notifications] = [useSupportStatus(), useNotifications()];
    this.#leaving = [status.subscribe(() => this.#paint()), notifications.subscribe(() => this.#paint())];
    this.launcher.addEventListener("click", this.#toggled);
    this.pill.addEventListener("click", this.#toggled);
    for (const type of ["pointerenter", "focus"]) this.launcher.addEventListener(type, this.#load, { once: true });
    this.dialog.addEventListener("cancel", this.#cancelled);
    this.addEventListener("focusin", this.#untuck);
    this.#listen();
    // A sheet would cover the page that was asked for.
    if (session.get("chat-open") && !this.#narrow.matches) this.open({ focus: false });
    else if (this.#facts.live) whenIdle(() => this.#watch());
    this.#paint();
  }

  disconnectedCallback() {
    for (const leave of this.#leaving) leave();
  }

  /** To what happens around it. */
  #listen() {
    const gone = new AbortController();
    const { signal } = gone;
    this.#leaving.push(() => gone.abort());
    addEventListener("popstate", this.#back, { signal });
    addEventListener("storage", this.#elsewhere, { signal });
    addEventListener("scroll", this.#scrolled, { signal });
    document.addEventListener("keydown", this.#pressed, { signal });
  }

  async open({ focus = true } = {}) {
    if (this.isOpen) return;
    const sheet = this.#narrow.matches;
    this.dialog.hidden = false;
    this.querySelector(".widget").toggleAttribute("data-sheet", sheet);
    this.querySelector("[data-delays]").role = sheet ? "status" : null; // the page announces its own, which a sheet makes inert
    if (sheet) {
      history.pushState({ supportChat: true }, "");
      this.dialog.showModal();
    } else this.dialog.open = true; // show() would take the focus from whoever is typing in the page
    session.set("chat-open", "yes");
    this.#untuck();
    this.#paint();
    const panel = await this.#load();
    if (this.isOpen) panel?.opened({ focus });
  }

  close = () => {
    if (!this.isOpen) return;
    if (history.state?.supportChat && this.dialog.matches(":modal")) history.back();
    else this.#shut();
  };

  /** What the panel knows of the chat: its ticket (whose unread messages are the badge), whether it goes on, the pill. */
  remember({ ticket, live, mini }) {
    this.#mini = mini;
    if (ticket && (ticket !== this.#facts.ticket || live !== this.#facts.live)) {
      this.#facts = { ticket, live };
      device.set(this.#key, JSON.stringify(this.#facts));
    }
    this.#paint();
  }

  get #key() {
    return `chat:${this.dataset.userId}`;
  }

  #recall() {
    this.#facts = JSON.parse(device.get(this.#key) ?? "{}");
  }

  #fetch = later(() => import("./chat-panel.js").then(({ ChatPanel }) => new ChatPanel(this)));
  #load = () => this.#fetch().catch(() => null); // the line broke: asked again it tries again

  async #watch() {
    (await this.#load())?.watch();
  }

  #shut() {
    const focused = this.dialog.contains(document.activeElement) || this.dialog.matches(":modal");
    this.dialog.close();
    this.dialog.hidden = true;
    session.set("chat-open", "");
    this.#paint();
    if (focused) (this.pill.hidden ? this.launcher : this.pill.querySelector("button")).focus();
  }

  /* ---- what happens around it ---------------------------------------------------------------------------------- */

  #toggled = () => (this.isOpen ? this.close() : this.open());

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

  #elsewhere = ({ key }) => {
    if (!key?.endsWith(this.#key)) return;
    this.#recall();
    if (this.#facts.live) this.#watch();
    this.#paint();
  };

  /** On a phone it makes room for what is read, and is back as soon as somebody scrolls up or tabs to it. */
  #scrolled = () => {
    const moved = scrollY - this.#scrolledTo;
    if (Math.abs(moved) < TUCK_AFTER) return;
    this.#scrolledTo = scrollY;
    const away = moved > 0 && scrollY > 0 && this.#narrow.matches && !this.isOpen;
    this.toggleAttribute("data-tucked", away && !this.contains(document.activeElement));
  };

  #untuck = () => this.removeAttribute("data-tucked");

  /* ---- what is shown --------------------------------------------------------------------------------------------- */

  #paint() {
    const { availability } = useSupportStatus().getSnapshot();
    const { tickets } = useNotifications().getSnapshot().unread;
    const unread = this.isOpen ? 0 : (tickets[this.#facts.ticket] ?? 0);
    const mini = !this.isOpen && this.#facts.live && !this.#narrow.matches ? this.#mini : null;
    this.pill.hidden = !mini;
    this.launcher.hidden = Boolean(mini);
    if (mini) this.#paintPill(mini);
    for (const badge of this.querySelectorAll(".badge")) {
      badge.hidden = !unread;
      badge.textContent = unread;
    }
    for (const dot of this.querySelectorAll(".launcher .dot, .widget-mini .dot")) dot.dataset.presence = availability;
    this.launcher.querySelector(".dot").hidden = this.isOpen;
    for (const svg of this.launcher.querySelectorAll("[data-when]")) {
      svg.toggleAttribute("hidden", (svg.dataset.when === "open") !== this.isOpen);
    }
    const label = this.isOpen ? t("Close support chat") : closedLabel(unread, availability);
    for (const button of [this.launcher, this.pill.querySelector("button")]) {
      button.setAttribute("aria-expanded", String(this.isOpen));
      if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
    }
  }

  #paintPill({ name, initials, hue, text }) {
    setText(this.pill.querySelector("[data-mini-name]"), name);
    setText(this.pill.querySelector("[data-mini-text]"), text);
    setText(this.pill.querySelector("[data-letters]"), initials);
    this.pill.querySelector(".avatar").dataset.hue = hue;
  }
}

/** The badge and the dot in words. Whole sentences: other languages order them differently. */
function closedLabel(unread, availability) {
  if (!unread) {
    return {
      online: t("Open support chat, support is online"),
      away: t("Open support chat, support is away"),
      offline: t("Open support chat, support is offline"),
    }[availability];
  }
  return {
    online: plural(unread, "Open support chat, {n} unread message, support is online",
      "Open support chat, {n} unread messages, support is online"),
    away: plural(unread, "Open support chat, {n} unread message, support is away",
      "Open support chat, {n} unread messages, support is away"),
    offline: plural(unread, "Open support chat, {n} unread message, support is offline",
      "Open support chat, {n} unread messages, support is offline"),
  }[availability];
}

if (!customElements.get("support-chat")) customElements.define("support-chat", SupportChat);
