/**
 * A ticket's subject out of a first message. Pure; called by elements/leave-message.js. Like subject_of in
 * support/chat_intake.py, which cuts anywhere: a subject holds no control characters, so a TAB between pasted cells is
 * a space.
 */

const MOST = 80;

/** The first line, whole words, 80 characters at most. */
export function subjectOf(text) {
  const line = /.*/.exec(text.trim())[0].replace(/\p{Cc}/gu, " ").trim();
  const letters = [...line];
  if (letters.length <= MOST) return line;
  const cut = letters.slice(0, MOST - 1).join("");
  return `${cut.slice(0, Math.max(cut.lastIndexOf(" "), MOST / 2)).trimEnd()}…`;
}
