/** The status page is drawn in the reader's own zone and follows; a page that nobody looks at does not ask. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { StatusBoard } from "../../support/static/support/js/page/status-board.js";

const MINUTE = 60_000;

class Env extends EventTarget {
  asked = [];
  answers = [];
  due = null;
  pause = null;

  constructor(zone, { browser = zone, account } = {}) {
    super();
    const env = this;
    this.board = { dataset: { zone }, replaceWith: (content) => (env.drawn = content) };
    this.Intl = { DateTimeFormat: () => ({ resolvedOptions: () => ({ timeZone: browser }) }) };
    this.document = Object.assign(new EventTarget(), {
      hidden: false,
      body: { dataset: account ? { timeZone: account } : {} },
      querySelector: () => env.board,
      createElement: () => ({ set innerHTML(markup) { this.content = markup; } }),
    });
  }

  setTimeout = (act, pause) => {
    Object.assign(this, { due: act, pause });
    return 1;
  };

  clearTimeout = () => {
    this.due = null;
  };

  fetch = async (path) => {
    this.asked.push(path);
    const answer = this.answers.shift();
    if (answer === undefined) throw new TypeError("the line broke");
    return { ok: answer !== 503, text: async () => answer };
  };
}

function begun(env, ...answers) {
  env.answers = answers;
  new StatusBoard(env).start();
  return env;
}

test("in another zone it is drawn anew at once, then every minute", async () => {
  const env = begun(new Env("Australia/Melbourne", { browser: "Europe/Berlin" }), "first", "second");
  assert.equal(env.pause, 0);
  await env.due();
  assert.deepEqual([env.drawn, env.pause], ["first", MINUTE]);
  await env.due();
  assert.equal(env.drawn, "second");
  assert.deepEqual(env.asked, Array(2).fill("/status/?part=board&zone=Europe%2FBerlin"));
});

test("the zone of an account comes before the browser's, and the same zone is not drawn twice", () => {
  const env = begun(new Env("Australia/Perth", { browser: "Europe/Berlin", account: "Australia/Perth" }));
  assert.equal(env.pause, MINUTE);
});

test("while nobody answers what stands stays, and it is asked again", async () => {
  const env = begun(new Env("Australia/Melbourne"), undefined, 503, "back");
  for (let turn = 0; turn < 2; turn += 1) await env.due();
  assert.deepEqual([env.drawn, env.pause], [undefined, MINUTE]);
  await env.due();
  assert.equal(env.drawn, "back");
});

test("a hidden page does not ask, and asks when somebody looks again", async () => {
  const env = begun(new Env("Australia/Melbourne"), "first");
  env.document.hidden = true;
  await env.due();
  assert.equal(env.due, null);
  env.document.hidden = false;
  env.document.dispatchEvent(new Event("visibilitychange"));
  assert.equal(env.pause, 0);
});
