/**
 * The form of a first message without an account, as a page or in the floating chat: fields are judged as they are left,
 * then as they are mended. What cannot be right is not sent; the server judges again. Loaded by page/main.js.
 *
 * The message is kept in this tab alone: the device may be anybody's, and no account says whose words they are. A tab that
 * the browser discarded has it, and one that is opened again; page/leftovers.js forgets it once the visitor is somebody.
 */

import { el, icon, session } from "../elements/dom.js";

function fault(field) {
  if (!field.dataset.missing) return "";
  return field.value.trim() && !field.validity.typeMismatch ? "" : field.dataset.missing;
}

function judge(field) {
  const id = `${field.id}_error`;
  const sentence = fault(field);
  document.getElementById(id)?.remove();
  const described = new Set((field.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean));
  if (sentence) described.add(id);
  else described.delete(id);
  if (described.size) field.setAttribute("aria-describedby", [...described].join(" "));
  else field.removeAttribute("aria-describedby");
  field.toggleAttribute("aria-invalid", Boolean(sentence));
  if (!sentence) return true;
  field.setAttribute("aria-invalid", "true");
  field.after(el("p", { class: "field-error", id }, icon("alert-circle", "sm"), sentence));
  return false;
}

const KEPT = "guest-message";

function keep({ elements: { message } }) {
  message.value ||= session.get(KEPT) ?? "";
  message.addEventListener("input", () => session.set(KEPT, message.value));
}

for (const form of document.querySelectorAll("[data-guest-form]")) {
  const fields = [...form.querySelectorAll("[data-missing]")];
  form.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (fields.includes(target) && target.value.trim() && form.contains(relatedTarget)) judge(target);
  });
  form.addEventListener("input", ({ target }) => target.getAttribute("aria-invalid") && judge(target));
  form.addEventListener("submit", (event) => {
    const wrong = fields.filter((field) => !judge(field));
    if (!wrong.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    wrong[0].focus();
  }, { capture: true });
  keep(form);
}
