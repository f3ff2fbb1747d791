/**
 * Times in words, as the server writes them: "10:24 am", "Today", "Monday 9 March". The zone is the reader's own
 * (<body data-time-zone>), else the browser's.
 */

const cache = new Map();

function format(options) {
  const key = JSON.stringify(options);
  if (!cache.has(key)) {
    const timeZone = globalThis.document?.body?.dataset.timeZone || undefined;
    cache.set(key, new Intl.DateTimeFormat("en-AU", { timeZone, ...options }));
  }
  return cache.get(key);
}

function part(date, options) {
  return Object.fromEntries(format(options).formatToParts(date).map(({ type, value }) => [type, value]));
}

export function clock(date) {
  return format({ hour: "numeric", minute: "2-digit", hour12: true }).format(date)
    .replace(/\s/g, " ").toLowerCase();
}

/** A day as a comparable key: "2026-03-09". */
export function dayKey(date) {
  const { year, month, day } = part(date, { year: "numeric", month: "2-digit", day: "2-digit" });
  return `${year}-${month}-${day}`;
}

const daysBetween = (date, now) =>
  Math.round((Date.parse(dayKey(now)) - Date.parse(dayKey(date))) / 86_400_000);

function dateWords(date, now, width) {
  const { weekday, day, month, year } = part(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const words = width === "short" ? `${day} ${month.slice(0, 3)}` : `${weekday} ${day} ${month}`;
  return year === dayKey(now).slice(0, 4) ? words : `${words} ${year}`;
}

/** What a day separator says. */
export function dayWords(date, now = new Date()) {
  const ago = daysBetween(date, now);
  return { 0: "Today", 1: "Yesterday" }[ago] ?? dateWords(date, now);
}

/** For a row of a list: the time today, then "Yesterday", "Mon", "4 Mar", "4 Mar 2025". */
export function rowWords(date, now = new Date()) {
  const ago = daysBetween(date, now);
  if (ago === 0) return clock(date);
  if (ago === 1) return "Yesterday";
  return ago > 1 && ago < 7 ? part(date, { weekday: "short" }).weekday : dateWords(date, now, "short");
}

/** The whole moment, for a title. */
export const fullWords = (date, now = new Date()) => `${dateWords(date, now)} at ${clock(date)}`;
