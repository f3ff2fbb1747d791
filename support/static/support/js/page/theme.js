/**
 * The theme form of the account menu: applies the choice at once and stores it behind the page's back.
 */

export function startTheme() {
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("[data-theme-form]");
    if (!form || !event.submitter?.value) return;
    event.preventDefault();
    apply(form, event.submitter.value);
    const data = new FormData(form, event.submitter);
    await fetch(form.action, { method: "POST", body: data, credentials: "same-origin" }).catch(() => {});
  });
}

function apply(form, theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  for (const button of form.querySelectorAll("button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
}
