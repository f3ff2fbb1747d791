/** The focus is given back after a swap, though another swap comes before the first has settled. */

import assert from "node:assert/strict";
import test from "node:test";

import { Node, Page } from "./page.mjs";

globalThis.Element = Node;
globalThis.CSS = { escape: (text) => text };
const body = new Node();

/** A button of this id, which a swap can draw anew. */
class Button extends Node {
  constructor(page, id) {
    super({}, { id });
    this.page = page;
  }

  closest() {
    return null;
  }

  matches() {
    return false;
  }

  getAttribute() {
    return null;
  }

  focus() {
    this.page.activeElement = this;
  }
}

/** The desk with one button that has the focus. */
class Desk extends Page {
  body = body;
  part = { open: false, hasAttribute: (name) => name === "data-mend" && this.refused };
  shown = { "#context details": [this.part] };

  constructor() {
    super();
    this.draw();
    this.button.focus();
  }

  draw() {
    this.button = new Button(this, "sort");
    this.activeElement = this.body;
  }

  querySelector(selector) {
    return selector === "#sort" ? this.button : null;
  }

  tell(type, detail) {
    this.dispatchEvent(Object.assign(new Event(type), { detail }));
  }

  /** An answer arrives. `draws`: the region that has the button. */
  answer({ draws = false, shouldSwap = true } = {}) {
    this.tell("htmx:beforeSwap", { shouldSwap });
    if (draws) this.draw();
  }
}

const { startKeeping } = await import("../../support/static/support/js/desk/keep.js");

function begin(name, act) {
  test(name, () => {
    const desk = new Desk();
    globalThis.document = desk;
    startKeeping();
    act(desk);
  });
}

begin("a region that is drawn anew gives the focus back once it has settled", (desk) => {
  desk.answer({ draws: true });
  assert.equal(desk.activeElement, body);
  desk.tell("htmx:afterSettle", {});
  assert.equal(desk.activeElement, desk.button);
});

begin("a second answer before the first has settled leaves the focus to be given back", (desk) => {
  desk.tell("htmx:beforeRequest", { elt: desk.button });
  desk.answer({ draws: true });
  desk.tell("htmx:beforeRequest", { elt: body });
  desk.answer();
  desk.tell("htmx:afterSettle", {});
  assert.equal(desk.activeElement, desk.button);
});

begin("what was opened between two answers stays open", (desk) => {
  desk.part.open = false;
  desk.answer();
  desk.part.open = true;
  desk.answer();
  desk.part.open = false; // drawn anew
  desk.tell("htmx:afterSettle", {});
  assert.equal(desk.part.open, true);
});

begin("an answer that is not shown is owed nothing: where somebody goes then, they stay", (desk) => {
  desk.answer({ shouldSwap: false });
  desk.activeElement = body;
  desk.answer();
  desk.tell("htmx:afterSettle", {});
  assert.equal(desk.activeElement, body);
});

begin("what was refused stays open, though it was shut when it was sent", (desk) => {
  desk.part.open = false;
  desk.answer({ draws: true });
  [desk.part.open, desk.refused] = [true, true]; // as the server drew it
  desk.tell("htmx:afterSettle", {});
  assert.equal(desk.part.open, true);
});
