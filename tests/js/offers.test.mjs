/** Chats offered to an agent: seconds that run down, said politely twice, and asked for anew when it is not theirs. */

import assert from "node:assert/strict";
import test, { mock } from "node:test";

import { Node, Page } from "./page.mjs";

const ME = "ben";
const page = new Page();
page.body.dataset.userId = ME;
mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: Date.parse("2026-03-10T00:24:00Z") });
mock.method(performance, "now", () => Date.now());
Object.assign(globalThis, { document: page, location: { href: "http://support.test/support/?view=chats" } });
const drawn = [];
globalThis.htmx = { ajax: async (verb, path, { target }) => drawn.push(`${verb} ${path} ${target}`) };
const { startOffers } = await import("../../support/static/support/js/desk/offers.js");

const listeners = new Map();
const notifications = { on: (type, listener) => listeners.set(type, listener) };
const tell = (type, frame = {}) => listeners.get(type)(frame);
const inSeconds = (seconds) => new Date(Date.now() + seconds * 1_000).toISOString();

/** Let time pass, promises included. */
async function pass(seconds) {
  for (let spent = 0; spent < seconds; spent += 1) {
    mock.timers.tick(1_000);
    for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
  }
}

function card(ticket, seconds, name = "Amira") {
  const countdown = new Node();
  const offered = new Node({ "[data-countdown]": countdown });
  Object.assign(offered.dataset, { offer: ticket, offerEnds: inSeconds(seconds), offerName: name });
  return Object.assign(offered, { countdown });
}

const show = (...cards) => {
  page.shown["#offers [data-offer]"] = cards;
  page.dispatchEvent(new Event("htmx:afterSettle"));
};
const offerOf = (ticket, ends, agent = ME) => ({
  ticket: { id: ticket, chat: { offer: agent ? { agent: { id: agent }, ends_at: ends } : null } },
});
const asked = () => drawn.splice(0).length;

startOffers(notifications);
const [status] = page.body.children;

test("each second is counted beside the words, the first and the tenth last are said", async () => {
  const offered = card("t1", 30);
  show(offered);
  assert.equal(offered.countdown.textContent, "30 seconds to answer");
  assert.equal(status.textContent, "Amira is waiting for you in a chat. 30 seconds to answer.");
  await pass(19);
  assert.equal(offered.countdown.textContent, "11 seconds to answer");
  assert.equal(status.written, 1);
  await pass(1);
  assert.equal(status.textContent, "Amira is still waiting. 10 seconds to answer.");
  await pass(9);
  assert.deepEqual([offered.countdown.textContent, status.written, asked()], ["1 second to answer", 2, 0]);
});

test("an offer that ran out is asked for anew, and not counted below nothing", async () => {
  const [offered] = page.shown["#offers [data-offer]"];
  await pass(1);
  assert.equal(offered.countdown.textContent, "1 second to answer");
  await pass(2);
  assert.deepEqual(drawn.slice(0, 1), ["GET /support/?view=chats #offers"]);
  show();
  await pass(2);
  asked();
  await pass(5);
  assert.equal(asked(), 0);
});

test("who comes to the page late is told once, as the last call", () => {
  const before = status.written;
  show(card("t2", 8, "Dora"));
  assert.equal(status.textContent, "Dora is still waiting. 8 seconds to answer.");
  show(page.shown["#offers [data-offer]"][0]);
  assert.equal(status.written, before + 1);
  show();
});

test("an offer to this agent draws the cards, once for what comes at once", async () => {
  tell("ticket", offerOf("t3", inSeconds(30)));
  tell("ticket", offerOf("t3", inSeconds(30)));
  await pass(3);
  assert.equal(asked(), 1);
});

test("what is shown already, and what is offered to somebody else, draws nothing", async () => {
  const offered = card("t4", 30);
  show(offered);
  tell("ticket", offerOf("t4", offered.dataset.offerEnds));
  tell("ticket", offerOf("t5", inSeconds(30), "chen"));
  tell("ticket", { ticket: { id: "t6", chat: null } });
  await pass(3);
  assert.equal(asked(), 0);
});

test("a card whose offer went to somebody else, was taken, or begins anew is drawn again", async () => {
  const offered = card("t7", 30);
  show(offered);
  for (const frame of [
    offerOf("t7", inSeconds(30), "chen"),
    offerOf("t7", null, null),
    { ticket: { id: "t7", chat: null } },
    offerOf("t7", inSeconds(60)),
  ]) {
    tell("ticket", frame);
    await pass(2);
    assert.equal(asked(), 1);
  }
  show();
});

test("a connection that is back asks what it missed", async () => {
  tell("open");
  await pass(2);
  assert.equal(asked(), 1);
});

test("how many wait is shown in every place for it, and nobody is not", () => {
  const places = [new Node({}, { hidden: true }), new Node({}, { hidden: true })];
  page.shown["[data-queue]"] = places;
  tell("queue", { waiting: 3 });
  assert.deepEqual(places.map(({ hidden, textContent }) => [hidden, textContent]), [[false, "3 waiting"], [false, "3 waiting"]]);
  tell("queue", { waiting: 0 });
  assert.deepEqual(places.map(({ hidden }) => hidden), [true, true]);
});
