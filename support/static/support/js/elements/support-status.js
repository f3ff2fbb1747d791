/**
 * <support-status data-availability><p class="presence" role="status"><span class="dot" data-presence>…
 *   <span data-words>… <span data-promise>…</span></span></p><template data-presence-words="online|away|offline">…</template></support-status>
 *
 * Keeps the line about support true. The words are the server's: from the templates inside, the promise newer with every poll; only a real change is
 * written, so only a real change is announced.
 */

import { setText } from "./dom.js";
import { useSupportStatus } from "../useSupportStatus.js";

export class SupportStatus extends HTMLElement {
  #unsubscribe;

  connectedCallback() {
    const status = useSupportStatus();
    const paint = () => this.#paint(status.getSnapshot());
    this.#unsubscribe = status.subscribe(paint);
    paint(); // another element may have asked, and been answered, before this one was there
  }

  disconnectedCallback() {
    this.#unsubscribe?.();
  }

  #paint(snapshot) {
    if (snapshot.isLoading || snapshot.error) return;
    if (this.dataset.availability !== snapshot.availability) this.#turn(snapshot.availability);
    const promise = this.querySelector("[data-words] [data-promise]");
    if (promise && snapshot.promise) setText(promise, snapshot.promise);
  }

  #turn(availability) {
    this.dataset.availability = availability;
    for (const dot of this.querySelectorAll(".dot")) {
      dot.dataset.presence = availability;
      dot.toggleAttribute("data-pulse", availability === "online");
    }
    const words = this.querySelector(`template[data-presence-words="${availability}"]`);
    if (words) this.querySelector("[data-words]")?.replaceChildren(words.content.cloneNode(true));
  }
}

if (!customElements.get("support-status")) customElements.define("support-status", SupportStatus);
