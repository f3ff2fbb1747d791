/** Pings: one for all tabs, with the age of the last input in any of them, whatever a browser does to timers. */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";

import { Pings } from "../../support/static/support/js/presence/pings.js";

const START = Date.parse("2026-03-10T00:00:00Z");
let channels;
let tabs;

class Channel {
  constructor(name) {
    this.name = name;
    channels.add(this);
  }

  postMessage(data) {
    for (const other of channels) if (other !== this && other.name === this.name) other.onmessage?.({ data });
  }

  close() {
    channels.delete(this);
  }
}

/** A browser tab of Ben's, with a page that can be touched, shown and hidden. */
class Tab {
  sent = [];
  isConnected = true;
  listeners = new Map();

  constructor(visibilityState = "visible", userId = "ben") {
    const on = (type, act) => this.listeners.set(type, act);
    const off = (type) => this.listeners.delete(type);
    const document = { visibilityState, body: { dataset: { userId } }, addEventListener: on, removeEventListener: off };
    this.env = { document, BroadcastChannel: Channel, addEventListener: on, removeEventListener: off };
    this.pings = new Pings({ env: this.env, send: (frame) => this.isConnected && this.sent.push([seconds(), frame]) > 0 });
    this.pings.start();
    tabs.push(this);
  }

  touch(type = "pointermove") {
    this.listeners.get(type)();
  }

  get times() {
    return this.sent.map(([at]) => at);
  }

  get last() {
    return this.sent.at(-1)[1];
  }
}

const seconds = () => (Date.now() - START) / 1000;

/** Step by step: a timer sees the time it runs at. */
function pass(count) {
  for (let step = 0; step < count * 2; step += 1) mock.timers.tick(500);
}

beforeEach(() => {
  [channels, tabs] = [new Set(), []];
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: START });
});

afterEach(() => {
  for (const tab of tabs) tab.pings.stop();
  mock.timers.reset();
});

test("a page pings at once and every twenty seconds, and says how long nobody has touched it", () => {
  const tab = new Tab();
  pass(30);
  tab.touch();
  pass(30);
  assert.deepEqual(tab.sent, [
    [0, { type: "ping", active: true, input_age: 0 }],
    [20, { type: "ping", active: false, input_age: 20 }],
    [40, { type: "ping", active: true, input_age: 10 }],
    [60, { type: "ping", active: false, input_age: 30 }],
  ]);
});

test("five tabs ping as often as one, and the input of any counts for all", () => {
  const five = Array.from({ length: 5 }, () => new Tab());
  const opened = five.flatMap((tab) => tab.times).length;
  pass(10);
  five[3].touch("keydown");
  pass(290);
  const all = five.flatMap((tab) => tab.sent).sort(([a], [b]) => a - b);
  assert.equal(opened, 5); // each says once that it is there
  assert.equal(all.length - opened, 15);
  const [, after] = all[opened];
  assert.deepEqual([after.active, after.input_age], [true, 10]);
});

test("the tab that pinged for all is closed: another takes over before the lease it leaves has lapsed", () => {
  const [first, second] = [new Tab(), new Tab()];
  pass(60);
  const [leader, other] = first.times.includes(60) ? [first, second] : [second, first];
  leader.pings.stop();
  pass(25);
  assert.deepEqual(other.times.filter((at) => at > 60 && at <= 81).length, 1);
});

test("somebody who comes back after a while is told at once, and moving on tells nothing more", () => {
  const tab = new Tab();
  pass(605);
  const before = tab.sent.length;
  tab.touch();
  pass(2);
  tab.touch();
  assert.deepEqual(tab.sent.slice(before), [[605, { type: "ping", active: true, input_age: 0 }]]);
});

test("coming back to a tab is input, leaving it is none", () => {
  const tab = new Tab();
  pass(100);
  tab.env.document.visibilityState = "hidden";
  tab.touch("visibilitychange");
  assert.equal(tab.pings.touchedAt, START);
  tab.env.document.visibilityState = "visible";
  tab.touch("visibilitychange");
  assert.equal(tab.pings.touchedAt, START + 100_000);
});

test("a tab opened behind the others claims no input", () => {
  assert.deepEqual(new Tab("hidden").last, { type: "ping", active: false });
});

test("a heartbeat wakes a tab whose timers sleep", () => {
  const tab = new Tab();
  mock.timers.setTime(START + 15_000);
  tab.pings.heard();
  assert.deepEqual(tab.times, [0]);
  tab.pings.stop();
  tab.pings.start();
  const count = tab.sent.length;
  const now = mock.method(Date, "now", () => START + 60_000); // the clock has gone on, no timer has run
  tab.pings.heard();
  now.mock.restore();
  assert.equal(tab.sent.length, count + 1);
});

test("pages of two people in one browser do not speak for each other", () => {
  const [ben, chen] = [new Tab("visible", "ben"), new Tab("visible", "chen")];
  pass(40);
  assert.deepEqual([ben.times, chen.times], [[0, 20, 40], [0, 20, 40]]);
});

test("what no socket took is sent again with the next, and nobody counts on it", () => {
  const tab = new Tab();
  tab.isConnected = false;
  pass(20);
  tab.isConnected = true;
  pass(20);
  assert.deepEqual(tab.times, [0, 40]);
});
