/**
 * The rows of a long list: all that were loaded, of which only those around the view stand in the document.
 *
 * Whatever changes on a page, a browser looks at every box of it. So rows far from the view are taken out, and in their
 * place stands an empty item of their height, a gap; they come back before they are scrolled to. The row with the focus,
 * the open ticket's and one whose answer is under way stay, and their neighbours, where Tab goes. The children of the
 * list are the only record: a gap knows its rows. Moves no focus, and nothing that is in view.
 * Called by desk/list.js, desk/conversation.js and desk/keys.js.
 */

import { el } from "../elements/dom.js";
import { placeRows } from "./merge.js";

const AROUND = 16; // rows above and below the view
const NEAR = 8; // when fewer of them are left, more come
const AT_ONCE = 4; // above and below a view that was jumped to
const PAUSE = 100; // ms until the others come there: a click goes first
const FEW = 3 * AROUND; // a list of so many is left whole
const USUAL = 100; // the height of a row that nobody has seen, in pixels
const STAY = ":scope > .ticket-row:is(:focus-within, :has([aria-current], .htmx-request))";

const gaps = new WeakMap(); // gap -> its rows
const heights = new Map(); // ticket -> how high its row was, in pixels

const isRow = (item) => item.classList.contains("ticket-row");
const itemsOf = (list) => [...list.children].flatMap((item) => gaps.get(item) ?? [item]);
const heightOf = ({ dataset }) => heights.get(dataset.ticket) ?? USUAL;

/** All rows of the list, in their order, in the document or not; what a gap knows need not be looked at one by one. */
export const rowsOf = (list) => [...list?.children ?? []].flatMap((item) => gaps.get(item) ?? (isRow(item) ? [item] : []));

/** These items are the list from now on: a row that was out of the document stays out, however it is drawn now. */
export function putRows(list, items) {
  const out = new Set(rowsOf(list).filter((row) => !row.isConnected).map((row) => row.dataset.ticket));
  draw(list, items, (row) => !out.has(row.dataset.ticket));
  follow(list);
}

/** The row, in the document. */
export function showRow(list, row) {
  if (!row.isConnected) draw(list, itemsOf(list), (each) => each === row || each.isConnected);
  return row;
}

let rest; // of a jump: the timer for what is around the view

/**
 * The rows around what is in view now; a list that is not shown stays as it is. Somebody who jumped to another place has
 * what is in view there first, since they may click at once, and the others a moment later.
 */
function follow(list) {
  clearTimeout(rest);
  let turn = 0;
  while (turn < 3 && move(list, turn > 0)) turn += 1; // a gap is as high as its rows were: the first guess may be off
  if (turn) rest = setTimeout(() => follow(list), PAUSE);
}

/** Whether rows in view had been missing; `onlyHoles`: nothing is done unless they are. */
function move(list, onlyHoles) {
  const rows = rowsOf(list);
  const here = [...list.children].filter(isRow);
  if ((rows.length <= FEW && here.length === rows.length) || !list.clientHeight) return false;
  const [first, last] = inView(list);
  const within = (far) => rows.slice(Math.max(0, first - far), last + 1 + far);
  const lacks = (far) => within(far).some((row) => !row.isConnected);
  const stay = staying(list, rows);
  const most = last - first + 1 + 2 * AROUND + stay.size;
  const hasHole = lacks(0);
  if (!hasHole && (onlyHoles || (here.length <= most && !lacks(NEAR)))) return false;
  for (const row of within(AT_ONCE)) stay.add(row);
  for (const row of within(AROUND)) if (!hasHole || row.isConnected) stay.add(row);
  for (const row of here) if (!stay.has(row)) heights.set(row.dataset.ticket, row.getBoundingClientRect().height);
  keepingPlace(list, within(0).find((row) => row.isConnected), () => draw(list, itemsOf(list), (row) => stay.has(row)));
  return hasHole;
}

/** The first and the last row in view, by number. */
function inView(list) {
  const view = list.getBoundingClientRect();
  let [count, first, last] = [0, null, 0];
  for (const item of list.children) {
    const size = gaps.get(item)?.length ?? Number(isRow(item));
    const { top, bottom, height } = item.getBoundingClientRect();
    if (size && bottom > view.top && top < view.bottom) {
      const at = (edge) => count + Math.min(size - 1, Math.floor(((edge - top) / (height || 1)) * size));
      first ??= at(Math.max(top, view.top));
      last = at(Math.min(bottom, view.bottom));
    }
    count += size;
  }
  return first === null ? [count - 1, count - 1] : [first, last];
}

function staying(list, rows) {
  const kept = [...list.querySelectorAll(STAY)].map((row) => rows.indexOf(row));
  return new Set(kept.flatMap((at) => rows.slice(Math.max(0, at - 1), at + 2)));
}

/** What is in view stays where it is, though what comes back above it may be higher than it was. */
function keepingPlace(list, row, change) {
  const before = row?.getBoundingClientRect().top;
  change();
  const moved = row ? row.getBoundingClientRect().top - before : 0;
  if (moved) list.scrollTop += moved;
}

function draw(list, items, isHere) {
  const parts = [];
  for (const item of items) {
    if (isHere(item) || !isRow(item)) {
      parts.push(item);
      continue;
    }
    if (item.isConnected) item.removeAttribute("data-arrived"); // when it comes back it does not arrive again
    if (!gaps.has(parts.at(-1))) parts.push(emptyGap());
    gaps.get(parts.at(-1)).push(item);
  }
  for (const gap of parts.filter((part) => gaps.has(part))) {
    gap.style.blockSize = `${gaps.get(gap).reduce((sum, row) => sum + heightOf(row), 0)}px`;
  }
  number(parts);
  placeRows(list, parts);
}

function emptyGap() {
  const gap = el("li", { class: "row-gap", "aria-hidden": "true" });
  gaps.set(gap, []);
  return gap;
}

/** Who hears the list and does not see it is told which of how many a row is, when the others are not there to be counted. */
function number(parts) {
  const sizes = parts.map((part) => gaps.get(part)?.length ?? Number(isRow(part)));
  const all = parts.some(({ id }) => id === "more-rows") ? -1 : sizes.reduce((sum, size) => sum + size, 0); // not known before it is loaded
  const told = parts.some((part) => gaps.has(part));
  let count = 0;
  parts.forEach((part, index) => {
    count += sizes[index];
    if (!isRow(part)) return;
    part.ariaPosInSet = told ? count : null;
    part.ariaSetSize = told ? all : null;
  });
}

/** Follows whatever is called #rows. */
export function startRows() {
  const now = () => {
    const list = document.getElementById("rows");
    if (list) follow(list);
  };
  document.addEventListener("scroll", ({ target }) => target.id === "rows" && now(), { passive: true, capture: true });
  document.addEventListener("htmx:afterSwap", ({ detail }) => detail.target.id === "more-rows" && now());
  addEventListener("resize", now);
}
