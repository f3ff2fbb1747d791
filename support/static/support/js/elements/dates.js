/**
 * Times in words, as the server writes them (support/times.py): "10:24 am", "Today", "Monday 9 March". The zone is the
 * reader's own (<body data-time-zone>), else the browser's; the language is the page's.
 */

import { t } from "../words.js";

export const lang = globalThis.document?.documentElement?.lang || "en-AU";

const NOON = 12;
const cache = new Map();

function format(options) {
  const key = JSON.stringify(options);
  if (!cache.has(key)) {
    const timeZone = globalThis.document?.body?.dataset.timeZone || undefined;
    cache.set(key, new Intl.DateTimeFormat(`${lang}-u-nu-latn`, { timeZone, ...options }));
  }
  return cache.get(key);
}

function part(date, options) {
  return Object.fromEntries(format(options).formatToParts(date).map(({ type, value }) => [type, value]));
}

export function clock(date) {
  const { hour: hour24, minute } = part(date, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  const values = { hour: hour24 % NOON || NOON, minute, hour24 };
  return hour24 < NOON ? t("{hour}:{minute} am", values) : t("{hour}:{minute} pm", values);
}

/** A day as a comparable key: "2026-03-09". */
export function dayKey(date) {
  const { year, month, day } = part(date, { year: "numeric", month: "2-digit", day: "2-digit" });
  return `${year}-${month}-${day}`;
}

const daysBetween = (date, now) =>
  Math.round((Date.parse(dayKey(now)) - Date.parse(dayKey(date))) / 86_400_000);

function dateWords(date, now, width = "long") {
  const values = part(date, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
  const thisYear = values.year === dayKey(now).slice(0, 4);
  if (width === "short") {
    values.month = values.month.slice(0, 3); // the short form of en-AU is "Sept", and rows are narrow
    return thisYear ? t("{day} {month}", values) : t("{day} {month} {year}", values);
  }
  return thisYear ? t("{weekday} {day} {month}", values) : t("{weekday} {day} {month} {year}", values);
}

/** What a day separator says. */
export function dayWords(date, now = new Date()) {
  const near = { 0: t("Today"), 1: t("Yesterday") };
  return near[daysBetween(date, now)] ?? dateWords(date, now);
}

/** For a row of a list: the time today, then "Yesterday", "Mon", "4 Mar", "4 Mar 2025". */
export function rowWords(date, now = new Date()) {
  const ago = daysBetween(date, now);
  if (ago === 0) return clock(date);
  if (ago === 1) return t("Yesterday");
  return ago > 1 && ago < 7 ? part(date, { weekday: "short" }).weekday : dateWords(date, now, "short");
}

/** The whole moment, for a title. */
export const fullWords = (date, now = new Date()) => t("{day} at {time}", { day: dateWords(date, now), time: clock(date) });
