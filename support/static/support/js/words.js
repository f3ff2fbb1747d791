/**
 * Words for people, in the reader's language. English is the key; a page in another language carries a catalogue in
 * <script type="application/json" id="words">: {"Sent": "Gesendet", "{n} unread reply": ["{n} …", "{n} …"]}.
 *
 * t("{name} is typing…", { name })                                 a sentence
 * plural(n, "{n} unread reply", "{n} unread replies", { more })    by number; `n` is among the values
 */

const page = globalThis.document;
const catalogue = JSON.parse(page?.getElementById("words")?.textContent ?? "{}");
const rules = new Intl.PluralRules(page?.documentElement.lang || "en-AU");
const forms = rules.resolvedOptions().pluralCategories;

const fill = (words, values) => words.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

export const t = (words, values = {}) => fill(catalogue[words] ?? words, values);

export function plural(n, one, many, values = {}) {
  const translated = catalogue[one]?.[forms.indexOf(rules.select(n))];
  return fill(translated ?? (n === 1 ? one : many), { n, ...values });
}
