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

const REPLYING = [t("<b>{name} is writing a reply</b> to this ticket."), t("<b>{names} are writing replies</b> to this ticket.")];
const NOTING = [t("<b>{name} is writing an internal note</b> on this ticket."), t("<b>{names} are writing internal notes</b> on this ticket.")];
const VIEWING = [t("<b>{name} is viewing this ticket</b>"), t("<b>{names} are viewing this ticket</b>")];

/** What to say: {words, names, person} with <b> around what stands out; null when nobody is there. A reply wins, then a note. */
export function sayOf(people, typing) {
  const writing = typing.filter((person) => person.is_support);
  const isNote = (person) => person.audience === "staff";
  const doing = [
    [REPLYING, writing.filter((person) => !isNote(person))],
    [NOTING, writing.filter(isNote)],
    [VIEWING, Object.values(people)],
  ];
  const [sentences, who] = doing.find(([, several]) => several.length) ?? [];
  if (!who) return null;
  const words = sentences[who.length === 1 ? 0 : 1];
  return { words, names: who.map((person) => person.name), person: people[who[0].id] ?? who[0] };
}

/** The last reply of a colleague that was written after `seen`, or undefined. */
export function repliedSince(messages, seen) {
  return messages.findLast((message) =>
    message.sequence > seen && message.is_support && !message.mine && message.audience !== "staff");
}
