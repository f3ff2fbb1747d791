/**
 * A ticket's subject out of a first message. Pure; called by elements/leave-message.js.
 */

const MOST = 80;

/** The first line, whole words, 80 characters at most. */
export function subjectOf(text) {
  const line = text.trim().split("\n")[0].trim();
  const letters = [...line];
  if (letters.length <= MOST) return line;
  const cut = letters.slice(0, MOST - 1).join("");
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), MOST / 2)).trimEnd()}…`;
}
