/**
 * The form for a new ticket, in its dialog or as a page: draft kept, fields judged as they are left, faults told in place.
 *
 * The draft belongs to the person and this device; it goes once the server took the ticket, and not before
 * (ticket-words.js). Nothing here refuses: the server judges again, and its answer (422) replaces the form. Loaded by
 * page/main.js.
 */

import { el, flag, icon, setText } from "../elements/dom.js";
import { t } from "../words.js";
import { isSignIn, OUT_OF_DATE, signedOut } from "./faults.js";
import { TicketDraft } from "./ticket-words.js";

const QUIET = 300;
const FORM = "[data-ticket-form]";
const SHORT = 20; // below this a description gets a nudge
let timer = null;
let draft = null; // of the form that stands here

/* ---- draft -------------------------------------------------------------------------------------------------------- */

function save() {
  clearTimeout(timer);
  if (!draft) return;
  draft.save();
  draft.form.querySelector("[data-draft-note]").hidden = !draft.isKept;
}

/** The server's answer brings another form. */
function begin() {
  const form = document.querySelector(FORM);
  if (form && form !== draft?.form) {
    draft?.disconnect();
    draft = new TicketDraft(form);
  }
  save();
}

/* ---- fields ------------------------------------------------------------------------------------------------------- */

function describe(field, id, on) {
  const others = (field.getAttribute("aria-describedby") ?? "").split(" ").filter((other) => other !== id);
  const ids = (on ? [...others, id] : others).join(" ");
  if (ids) field.setAttribute("aria-describedby", ids);
  else field.removeAttribute("aria-describedby");
}

function judge(field) {
  const id = `${field.id}_error`;
  const sentence = field.value.trim() ? "" : field.dataset.missing;
  document.getElementById(id)?.remove();
  describe(field, id, Boolean(sentence));
  flag(field, "aria-invalid", sentence);
  if (sentence) field.after(el("p", { class: "field-error", id }, icon("alert-circle", "sm"), sentence));
}

function nudge(field) {
  const place = field.closest(".field").querySelector("[data-nudge-words]");
  const { length } = [...field.value.trim()];
  setText(place, length && length < SHORT ? field.dataset.nudge : "");
}

/* ---- sending ------------------------------------------------------------------------------------------------------ */

const busy = (form, on) => flag(form.querySelector(".btn-primary"), "aria-busy", on);

function tell(form, banner) {
  const place = form.querySelector("[data-form-fault]");
  place.replaceChildren(banner);
  place.hidden = false;
  banner.tabIndex = -1;
  banner.focus();
}

function fault(form, xhr) {
  const words = xhr.status === 403 ? OUT_OF_DATE : t("We couldn’t send this just now. Your words are kept. Try again in a few seconds.");
  const banner = { class: "banner", "data-tone": "danger", role: "alert" };
  tell(form, el("div", banner, icon("alert-circle"), el("p", {}, words)));
}

const ours = (event) => event.detail.elt?.closest?.(FORM);

function startSending() {
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (ours(event)) busy(ours(event), true);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = ours(event);
    if (!form) return;
    busy(form, false);
    const { xhr, successful, failed } = event.detail;
    if (xhr.getResponseHeader("HX-Redirect")) {
      draft.clear();
      busy(form, true); // until the next page is there
    } else if (isSignIn(xhr)) tell(form, signedOut());
    else if (failed && !successful) fault(form, xhr);
  });
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (ours(event) && isSignIn(event.detail.xhr)) event.detail.shouldSwap = false;
  });
}

/** A link of the error summary leads into its field. */
function toField(event) {
  const link = event.target.closest("[data-error-summary] a");
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  const field = target.matches("fieldset") ? target.querySelector(":checked, input") : target;
  field.focus();
}

function start() {
  const within = (act) => (event) => event.target.closest?.(FORM) && act(event);
  document.addEventListener("input", within(({ target }) => {
    clearTimeout(timer);
    timer = setTimeout(save, QUIET);
    if (target.dataset.nudge) nudge(target);
    if (target.getAttribute("aria-invalid")) judge(target);
  }));
  document.addEventListener("change", within(save));
  document.addEventListener("submit", within(() => draft.post()), { capture: true }); // before htmx reads the form
  document.addEventListener("focusout", within(({ target, relatedTarget }) => {
    // What appears under a field moves the button that is being pressed, and the press is lost: sending judges all.
    const leaving = !relatedTarget || relatedTarget.type === "submit" || relatedTarget.closest("[data-closes]");
    if (target.dataset.missing && !leaving) judge(target);
  }));
  document.addEventListener("click", within(toField));
  document.addEventListener("htmx:afterSettle", begin);
  startSending();
  begin();
}

start();
