/**
 * Small DOM helpers of the elements: build, icon, flag, look nearby, remember. No inline style, no markup from strings.
 */

const SVG = "http://www.w3.org/2000/svg";

/** el("p", {class: "x", "data-y": "1", onclick: f}, "text", node): attributes by name, listeners by function. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
}

/** An icon of the page's sprite. */
export function icon(name, size = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", size ? `icon icon-${size}` : "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

/** The match of `selector` that shares the closest ancestor with `node`. */
export function nearby(node, selector) {
  for (let scope = node; scope; scope = scope.parentElement) {
    const found = scope.querySelector(selector);
    if (found) return found;
  }
  return null;
}

/** Change text only when it differs: a live region must not repeat itself. */
export function setText(node, text) {
  if (node && node.textContent !== text) node.textContent = text;
}

/** flag(button, "aria-busy", on): the attribute says "true", or is not there. */
export function flag(node, name, on) {
  if (on) node.setAttribute(name, "true");
  else node.removeAttribute(name);
}

/** Storage that may be full, blocked or absent. */
function remembered(storageName) {
  const safe = (call) => {
    try {
      return call(globalThis[storageName]);
    } catch {
      return null;
    }
  };
  return {
    get: (key) => safe((place) => place.getItem(`psychpath:${key}`)),
    set: (key, value) => safe((place) =>
      (value ? place.setItem(`psychpath:${key}`, value) : place.removeItem(`psychpath:${key}`))),
  };
}

export const device = remembered("localStorage");
export const session = remembered("sessionStorage");

/** pieces("Changed to {status}", { status: node }): the sentence with nodes in their places, to append. */
export const pieces = (words, nodes) => words.split(/\{(\w+)\}/).map((part, index) => (index % 2 ? nodes[part] ?? "" : part));

