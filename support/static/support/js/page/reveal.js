/**
 * <button data-reveals="id" aria-pressed="false" hidden>: shows and hides the password in that field. Loaded by the sign-in
 * page; without script the button stays hidden and the field is an ordinary one.
 */

function reveal(button) {
  const field = document.getElementById(button.dataset.reveals);
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
}

for (const button of document.querySelectorAll("[data-reveals]")) {
  button.hidden = false;
  button.addEventListener("click", () => reveal(button));
}
