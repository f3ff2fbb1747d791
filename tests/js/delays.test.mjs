/** What is late is said while it lasts, in the page's own words; a page that nobody looks at does not ask. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Delays } from "../../support/static/support/js/page/delays.js";

const SINCE = 1_773_098_640; // 2026-03-09T23:24:00Z

class Element {
  dataset = {};
  hidden = true;
  children = [];

  replaceChildren(...children) {
    this.children = children;
  }
}

/** A banner with its paragraph, and the <time> that the words bring. */
class Banner extends Element {
  words = new Element();
  time = new Element();

  querySelector(selector) {
    return selector === "p" ? this.words : this.time;
  }
}

class Env extends EventTarget {
  asked = [];
  pauses = [];
  answers = [];
  now = 1_000_000;
  banners = [new Banner(), new Banner()];
  Date = { now: () => this.now };
  Math = { ...Math, min: Math.min, max: Math.max, random: () => 0.5 };
  due = null;

  constructor() {
    super();
    const env = this;
    this.document = Object.assign(new EventTarget(), {
      hidden: false,
      querySelector: (selector) =>
        selector.startsWith("template") ? { content: { cloneNode: () => selector } } : env.banners.find((one) => one.dataset.kind),
      querySelectorAll: () => env.banners,
    });
  }

  setTimeout = (act, pause) => {
    this.pauses.push(pause);
    this.due = act;
    return 1;
  };

  clearTimeout = () => {
    this.due = null;
  };

  fetch = async (path, options) => {
    this.asked.push([path, options.credentials]);
    const answer = this.answers.shift();
    if (answer === undefined) throw new TypeError("the line broke");
    return { ok: answer !== 503, status: answer, json: async () => ({ delay: answer }) };
  };

  async pass() {
    this.now += this.pauses.at(-1);
    await this.due();
  }
}

function begun(...answers) {
  const env = new Env();
  env.answers = answers;
  new Delays(env).start();
  return env;
}

const STORING = { kind: "storing", since: SINCE };

test("it comes, says since when in every place, is asked for more often, and goes", async () => {
  const env = begun(STORING, STORING, null);
  await env.pass();
  for (const banner of env.banners) {
    assert.equal(banner.hidden, false);
    assert.deepEqual(banner.words.children, ['template[data-delay="storing"]']);
    assert.equal(banner.time.dateTime, "2026-03-09T23:24:00.000Z");
    assert.match(banner.time.textContent, / at \d+:\d\d [ap]m$/);
  }
  env.banners[0].words.children = ["not painted again"];
  await env.pass();
  assert.deepEqual(env.banners[0].words.children, ["not painted again"]);
  await env.pass();
  assert.deepEqual(env.banners.map((banner) => [banner.hidden, banner.dataset.kind, banner.words.children]), [[true, undefined, []], [true, undefined, []]]);
  assert.deepEqual(env.pauses, [20_000, 5_000, 5_000, 20_000]);
  assert.deepEqual(env.asked, Array(3).fill(["/support-delays", "omit"]));
});

test("another delay takes the place of the first", async () => {
  const env = begun(STORING, { kind: "mail", since: SINCE });
  await env.pass();
  await env.pass();
  assert.deepEqual(env.banners[0].words.children, ['template[data-delay="mail"]']);
});

test("while nobody answers it asks less and less, and keeps saying what it knew", async () => {
  const env = begun(STORING, undefined, 503, undefined, undefined, null);
  for (let turn = 0; turn < 5; turn += 1) await env.pass();
  assert.deepEqual(env.pauses, [20_000, 5_000, 20_000, 40_000, 80_000, 120_000]);
  assert.equal(env.banners[0].hidden, false);
  await env.pass();
  assert.equal(env.banners[0].hidden, true);
});

test("a hidden page does not ask, and asks when somebody looks again", async () => {
  const env = begun(null, null);
  env.document.hidden = true;
  await env.pass();
  assert.equal(env.due, null);
  env.document.hidden = false;
  env.now += 60_000;
  env.document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(env.pauses.at(-1), 0);
  await env.pass();
  assert.equal(env.asked.length, 2);
});

test("a page that was rendered with a delay looks soon whether it is over", () => {
  const env = new Env();
  env.banners[0].dataset.kind = "storing";
  new Delays(env).start();
  assert.deepEqual(env.pauses, [5_000]);
});
