/**
 * Which colleagues are at the open ticket, and what is said of them. Pure: no clock, no DOM, no network.
 *
 * People come with `viewing` frames and go with `over`, or unheard of for LASTS; who writes comes from `typing`.
 * Called by desk/collision.js.
 */

import { t } from "../words.js";

export const SAY_EVERY = 15_000;
export const LASTS = 40_000; // two of theirs missed, and a little

/** The people after a `viewing` frame: {id: {id, name, initials, hue, until}}. Our own other windows are nobody. */
export function heard(people, { user, over }, { me, now }) {
  if (!user?.id || user.id === me) return people;
  const { [user.id]: _before, ...others } = people;
  return over ? others : { ...others, [user.id]: { ...user, until: now + LASTS } };
}

/** The people without those nobody has heard of; the same object when all are still there. */
export function present(people, now) {
  const rest = Object.entries(people).filter(([, person]) => person.until > now);
  return rest.length === Object.keys(people).length ? people : Object.fromEntries(rest);
}

/** What to say: {words, names, person} with <b> around what stands out; null when nobody is there. Writing wins. */
export function sayOf(people, typing) {
  const writing = typing.filter((person) => person.is_support);
  if (writing.length) {
    const known = people[writing[0].id] ?? writing[0];
    const words = writing.length === 1
      ? t("<b>{name} is writing a reply</b> to this ticket.") : t("<b>{names} are writing replies</b> to this ticket.");
    return { words, names: writing.map((person) => person.name), person: known };
  }
  const viewing = Object.values(people);
  if (!viewing.length) return null;
  const words = viewing.length === 1
    ? t("<b>{name} is viewing this ticket</b>") : t("<b>{names} are viewing this ticket</b>");
  return { words, names: viewing.map((person) => person.name), person: viewing[0] };
}

/** The last reply of a colleague that was written after `seen`, or undefined. */
export function repliedSince(messages, seen) {
  return messages.findLast((message) =>
    message.sequence > seen && message.is_support && !message.mine && message.audience !== "staff");
}
