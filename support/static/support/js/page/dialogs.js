/**
 * [data-opens="id"] opens that <dialog> instead of following its link; [data-closes] closes the one around it.
 *
 * Escape and Close keep the draft (the form stays as it is); focus goes back to the opener. After a refusal the error
 * summary has the focus.
 */

export function startDialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    const dialog = opener && document.getElementById(opener.dataset.opens);
    if (dialog?.showModal && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      open(dialog, opener);
    }
    if (event.target.closest("[data-closes]")) event.target.closest("dialog")?.close();
  });
  document.addEventListener("htmx:afterSettle", (event) => focusSummary(event.target.parentElement ?? document));
  focusSummary(document);
}

function open(dialog, opener) {
  const origin = dialog.querySelector('input[name="current_url"]');
  if (origin && !origin.value) origin.value = location.href.slice(0, 2000);
  dialog.addEventListener("close", () => opener.focus(), { once: true });
  dialog.showModal();
}

function focusSummary(scope) {
  scope.querySelector("[data-error-summary]")?.focus();
}
