/**
 * <guest-chat hidden>
 *   the dock of templates/support/guest/widget.html: a <dialog> with a form, and a launcher
 * </guest-chat>
 *
 * The floating chat of a visitor without an account, until they wrote the first message. The form is an ordinary post; the
 * page that comes back has <support-chat>, which is told here to be open. Under 30rem a modal sheet that Back closes, as that
 * one; there the ticket's own page follows, for a sheet would cover the page.
 */

import { t } from "../words.js";
import { session } from "./dom.js";

export class GuestChat extends HTMLElement {
  #narrow = matchMedia("(width < 30rem)");

  connectedCallback() {
    this.hidden = false;
    this.#launcher.addEventListener("click", () => (this.#dialog.open ? this.#close() : this.#open()));
    this.querySelector("[data-guest-close]").addEventListener("click", () => this.#close());
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      this.#close();
    });
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.#dialog.open && !this.#isSheet && this.#close());
    this.querySelector("form").addEventListener("submit", (event) => this.#sent(event));
    addEventListener("popstate", () => this.#isSheet && this.#shut());
    this.#paint();
  }

  get #dialog() {
    return this.querySelector("dialog");
  }

  get #launcher() {
    return this.querySelector(".launcher");
  }

  get #isSheet() {
    return this.#dialog.matches(":modal");
  }

  #open() {
    this.#dialog.hidden = false;
    this.querySelector(".widget").toggleAttribute("data-sheet", this.#narrow.matches);
    if (this.#narrow.matches) {
      history.pushState({ guestChat: true }, "");
      this.#dialog.showModal();
    } else this.#dialog.open = true;
    this.#paint();
    this.querySelector("form .input").focus();
  }

  #close() {
    if (history.state?.guestChat && this.#isSheet) history.back();
    else this.#shut();
  }

  #shut() {
    this.#dialog.close();
    this.#dialog.hidden = true;
    this.#paint();
    this.#launcher.focus();
  }

  #sent({ target, defaultPrevented }) {
    const leaving = this.#launcher.querySelector(".dot").dataset.presence === "offline"; // a ticket, not a chat
    if (defaultPrevented || leaving || this.#narrow.matches) return;
    target.elements.place.value = location.pathname;
    session.set("chat-open", "yes");
  }

  #paint() {
    const { open } = this.#dialog;
    this.#launcher.setAttribute("aria-expanded", String(open));
    this.#launcher.setAttribute("aria-label", open ? t("Close support chat") : t("Open support chat"));
    this.#launcher.querySelector(".dot").hidden = open;
    for (const svg of this.#launcher.querySelectorAll("[data-when]")) {
      svg.toggleAttribute("hidden", (svg.dataset.when === "open") !== open);
    }
  }
}

if (!customElements.get("guest-chat")) customElements.define("guest-chat", GuestChat);
