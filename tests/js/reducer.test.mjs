/** The thread's pure half: what a frame does to the view. amira asks, ben helps. */

import assert from "node:assert/strict";
import test from "node:test";

import { gapOf, hasEarlier, initialState, reduce } from "../../support/static/support/js/chat/reducer.js";
import { createView } from "../../support/static/support/js/chat/view.js";
import { AMIRA, BEN, CHEN, own, stored } from "./people.mjs";

const requester = (more) => initialState({ userId: AMIRA, reader: "requester", ...more });
const agent = () => initialState({ userId: BEN, reader: "staff" });

const frame = (state, data, answer) => reduce(state, { type: "frame", frame: data, answer, now: 1000 });
const message = (state, data) => frame(state, { type: "message", message: data });
const history = (state, messages, answer = "snapshot", more = {}) =>
  frame(state, { type: "chat_history", messages, last_sequence: messages.at(-1)?.sequence ?? 0, limited: false, ...more }, answer);
const range = (from, to) => Array.from({ length: to - from + 1 }, (_, index) => stored(from + index));
const sequences = (state) => state.messages.map((each) => each.sequence);
const shown = (state) => createView()(state).map((each) => [each.message, each.state]);

test("messages are shown by sequence, each once, and a repeat changes nothing", () => {
  const joined = history(requester(), range(1, 2));
  const once = message(joined, stored(3));
  assert.deepEqual(sequences(once), [1, 2, 3]);
  assert.equal(message(once, stored(3)), once);
  assert.equal(message(once, stored(1)), once);
});

test("nothing is shown before the first history, and nothing of it is lost", () => {
  const early = message(message(requester(), stored(3)), stored(2));
  assert.deepEqual(sequences(early), []);
  assert.deepEqual(sequences(history(early, range(1, 2))), [1, 2, 3]);
});

test("a hole holds back what lies past it until it is filled", () => {
  const holed = message(history(requester(), range(1, 2)), stored(5));
  assert.deepEqual(sequences(holed), [1, 2]);
  assert.equal(gapOf(holed), 2);
  const filled = history(holed, range(3, 5), "resume");
  assert.deepEqual(sequences(filled), [1, 2, 3, 4, 5]);
  assert.equal(gapOf(filled), null);
});

test("a hole is also filled by late broadcasts", () => {
  const holed = message(message(history(requester(), range(1, 1)), stored(4)), stored(3));
  assert.deepEqual(sequences(message(holed, stored(2))), [1, 2, 3, 4]);
});

test("a heartbeat ahead of the page is a gap; one behind it is not", () => {
  const joined = history(requester(), range(1, 3));
  assert.equal(gapOf(frame(joined, { type: "heartbeat", last_sequence: 7 })), 3);
  assert.equal(frame(joined, { type: "heartbeat", last_sequence: 2 }), joined);
});

test("after a reconnect a snapshot that touches the view is joined", () => {
  const back = history(history(requester(), range(1, 40)), range(21, 70));
  assert.deepEqual(sequences(back), range(1, 70).map((each) => each.sequence));
  assert.equal(gapOf(back), null);
});

test("a snapshot past a small hole waits for the resume", () => {
  const away = history(history(requester(), range(1, 10)), range(41, 90), "snapshot", { limited: true });
  assert.deepEqual(sequences(away), range(1, 10).map((each) => each.sequence));
  assert.equal(gapOf(away), 10);
  const back = history(away, range(11, 90), "resume");
  assert.deepEqual(sequences(back), range(1, 90).map((each) => each.sequence));
});

test("too far behind: the tail is loaded anew and earlier messages are offered", () => {
  const limited = { limited: true };
  const far = history(history(requester(), range(1, 10)), range(451, 500), "snapshot", limited);
  assert.deepEqual(sequences(far), range(451, 500).map((each) => each.sequence));
  assert.equal(hasEarlier(far), true);
  const answered = history(history(requester(), range(1, 10)), range(411, 460), "resume", limited);
  assert.deepEqual(sequences(answered), range(411, 460).map((each) => each.sequence));
});

test("a page of earlier messages is put before, and the first message ends the offer", () => {
  const tail = history(requester(), range(6, 9), "snapshot", { limited: true });
  const all = history(tail, range(1, 5), "earlier", { last_sequence: 9 });
  assert.deepEqual(sequences(all), range(1, 9).map((each) => each.sequence));
  assert.equal(hasEarlier(all), false);
});

test("an earlier page that does not touch the view is not shown", () => {
  const tail = history(requester(), range(60, 70), "snapshot", { limited: true });
  assert.deepEqual(sequences(history(tail, range(1, 5), "earlier", { last_sequence: 70 })), sequences(tail));
});

test("server-rendered messages are taken over, then replaced in place", () => {
  const stubs = range(1, 3).map(({ id, sequence, sender }) => ({ id, sequence, sender, stub: true }));
  const seeded = reduce(requester(), { type: "seed", messages: stubs });
  assert.deepEqual(sequences(seeded), [1, 2, 3]);
  const joined = history(seeded, range(1, 4));
  assert.deepEqual(sequences(joined), [1, 2, 3, 4]);
  assert.equal(joined.messages.some((each) => each.stub), false);
});

test("an own message goes from sending to accepted to stored, and is never shown twice", () => {
  const joined = history(requester(), range(1, 1));
  const queued = reduce(joined, { type: "queue", item: own("a", "Hello") });
  assert.deepEqual(shown(queued), [["message 1", null], ["Hello", "sending"]]);
  const taken = frame(queued, { type: "accepted", id: "a" });
  assert.deepEqual(shown(taken).at(-1), ["Hello", "accepted"]);
  const done = message(taken, stored(2, { id: "a", sender: { id: AMIRA }, is_support: false, message: "Hello" }));
  assert.deepEqual(shown(done), [["message 1", null], ["Hello", "stored"]]);
  assert.deepEqual(done.pending, []);
});

test("an own message stored past a hole stays visible and is no longer sent", () => {
  const queued = reduce(history(requester(), range(1, 1)), { type: "queue", item: own("a", "Hello") });
  const ahead = message(queued, stored(3, { id: "a", sender: { id: AMIRA }, is_support: false, message: "Hello" }));
  assert.deepEqual(shown(ahead), [["message 1", null], ["Hello", "stored"]]);
  const whole = message(ahead, stored(2));
  assert.deepEqual(shown(whole).map(([words]) => words), ["message 1", "message 2", "Hello"]);
  assert.deepEqual(whole.pending, []);
});

test("an own message stored before what the page shows empties the outbox", () => {
  const tail = history(requester(), range(60, 70), "snapshot", { limited: true });
  const queued = reduce(tail, { type: "queue", item: own("a", "Old words") });
  const done = message(queued, stored(12, { id: "a" }));
  assert.deepEqual(done.pending, []);
  assert.deepEqual(sequences(done), sequences(tail));
});

test("refused for good is failed, refused for now stays, held is kept", () => {
  const queued = reduce(history(requester(), []), { type: "queue", item: own("a", "Hello") });
  const closed = frame(queued, { type: "error", id: "a", code: "closed", error: "This ticket is closed." });
  assert.deepEqual([closed.pending[0].state, closed.pending[0].error], ["failed", "This ticket is closed."]);
  assert.equal(frame(queued, { type: "error", id: "a", code: "log-full", error: "Busy." }), queued);
  assert.equal(frame(queued, { type: "error", id: "a", code: "held", error: "Kept." }).pending[0].state, "held");
});

test("a refusal that is quicker than the answer stands", () => {
  const queued = reduce(history(requester(), []), { type: "queue", item: own("a", "Hello") });
  for (const [code, state] of [["overtaken", "failed"], ["held", "held"]]) {
    const told = frame(queued, { type: "error", id: "a", code, error: "No." });
    assert.deepEqual(frame(told, { type: "accepted", id: "a" }).pending, told.pending);
    assert.equal(told.pending[0].state, state);
  }
});

test("what is of another conversation than the page shows is not taken for its own", () => {
  const [t1, t2] = [{ ticket_id: "t1" }, { ticket_id: "t2" }];
  const first = history(requester(), range(1, 3), "snapshot", t1);
  const queued = reduce(first, { type: "queue", item: own("a", "Hello") });
  assert.equal(history(queued, range(1, 5), "resume", t2), queued);
  assert.equal(frame(queued, { type: "ticket", ticket: { id: "t2", revision: 9 } }), queued);
  const proven = message(queued, stored(4, { ...t2, id: "a", sender: { id: AMIRA } }));
  assert.deepEqual([sequences(proven), proven.pending], [[1, 2, 3], []]);

  const next = history(queued, [], "snapshot", { ...t2, last_sequence: 0, previous: { id: "t1" } });
  assert.deepEqual(shown(next), [["Hello", "sending"]]);
  assert.deepEqual([next.ticketId, next.last, next.reached, next.previous], ["t2", 0, 0, { id: "t1" }]);
  assert.deepEqual(sequences(message(next, stored(1, t2))), [1]);
});

test("what was said in a live chat before is not said again", () => {
  const taken = { type: "error", id: "a", code: "id-taken", error: "No." };
  const left = (isGeneral) => reduce(requester({ isGeneral }), { type: "restore", items: [own("a", "Hello")] });
  assert.deepEqual(frame(left(true), taken).pending, []);
  assert.deepEqual(frame(reduce(left(true), { type: "renew" }), taken).pending, []);
  assert.equal(frame(left(false), taken).pending[0].state, "failed");
});

test("trying again moves a failed message to the end, under its id", () => {
  let state = reduce(history(requester(), []), { type: "queue", item: own("a", "One") });
  state = frame(state, { type: "error", id: "a", code: "invalid", error: "No." });
  state = reduce(state, { type: "queue", item: own("b", "Two") });
  state = reduce(state, { type: "retry", id: "a", order: 9 });
  assert.deepEqual(state.pending.map((each) => [each.id, each.state]), [["b", "sending"], ["a", "sending"]]);
  assert.deepEqual(reduce(state, { type: "discard", id: "a" }).pending.map((each) => each.id), ["b"]);
});

test("words of an earlier page go before words of this one", () => {
  const state = reduce(requester(), { type: "queue", item: own("new", "New", { order: 20 }) });
  const restored = reduce(state, { type: "restore", items: [own("old", "Old", { order: 10 })] });
  assert.deepEqual(restored.pending.map((each) => each.id), ["old", "new"]);
});

test("delivered and seen follow the other side's cursors, and only forward", () => {
  const mine = stored(1, { sender: { id: AMIRA }, is_support: false });
  let state = history(requester(), [mine]);
  const move = (type, user, support, sequence) => {
    state = frame(state, { type, user_id: user, is_support: support, sequence });
    return shown(state)[0][1];
  };
  assert.equal(shown(state)[0][1], "stored");
  assert.equal(move("received", AMIRA, false, 1), "stored");
  assert.equal(move("received", BEN, true, 1), "delivered");
  assert.equal(move("read", BEN, true, 1), "seen");
  assert.equal(move("read", BEN, true, 0), "seen");
});

test("for an agent only the requester's cursor counts, and a note has none", () => {
  const reply = stored(1, { sender: { id: BEN }, is_support: true });
  const note = stored(2, { sender: { id: BEN }, is_support: true, audience: "staff" });
  let state = history(agent(), [reply, note]);
  state = frame(state, { type: "read", user_id: CHEN, is_support: true, sequence: 2 });
  assert.deepEqual(shown(state).map(([, delivery]) => delivery), ["stored", "stored"]);
  state = frame(state, { type: "read", user_id: AMIRA, is_support: false, sequence: 2 });
  assert.deepEqual(shown(state).map(([, delivery]) => delivery), ["seen", "stored"]);
});

test("what a page missed about cursors comes with the history", () => {
  const mine = stored(1, { sender: { id: AMIRA }, is_support: false });
  const flagged = history(requester(), [{ ...mine, read_by_support: true }]);
  assert.equal(shown(flagged)[0][1], "seen");
  const told = history(requester(), [mine], "snapshot", { others: { received: 1, read: 0 }, read_sequence: 1 });
  assert.deepEqual([shown(told)[0][1], told.ownRead], ["delivered", 1]);
});

test("typing shows others, ends with their message, and expires", () => {
  const typing = frame(history(requester(), []), { type: "typing", user: { id: BEN, name: "Ben" } });
  assert.deepEqual(typing.typing.map((person) => person.name), ["Ben"]);
  assert.deepEqual(message(typing, stored(1, { sender: { id: BEN } })).typing, []);
  assert.equal(reduce(typing, { type: "expire", now: 5999 }), typing);
  assert.deepEqual(reduce(typing, { type: "expire", now: 6000 }).typing, []);
  assert.equal(frame(typing, { type: "typing", user: { id: AMIRA, name: "Amira" } }), typing);
});

test("a ticket frame is merged, an unknown frame changes nothing", () => {
  const open = frame(requester(), { type: "ticket", ticket: { id: "t", status: "OPEN" } });
  const done = frame(open, { type: "ticket", ticket: { status: "RESOLVED" } });
  assert.deepEqual(done.ticket, { id: "t", status: "RESOLVED" });
  for (const type of ["constructor", "toString", "surprise"]) assert.equal(frame(done, { type }), done);
});

test("a new conversation keeps the words that were not sent", () => {
  const state = reduce(history(requester(), range(1, 3)), { type: "queue", item: own("a", "Hello") });
  const renewed = reduce(state, { type: "renew" });
  assert.deepEqual([renewed.messages, renewed.pending.map((each) => each.id), renewed.loaded], [[], ["a"], false]);
});

test("view objects keep their identity until something about them changes", () => {
  const view = createView();
  const first = view(history(requester(), [stored(1, { sender: { id: AMIRA }, is_support: false }), stored(2)]));
  const state = history(requester(), [stored(1, { sender: { id: AMIRA }, is_support: false }), stored(2)]);
  const before = view(state);
  const after = view(frame(state, { type: "read", user_id: BEN, is_support: true, sequence: 1 }));
  assert.notEqual(before[0], after[0]);
  assert.equal(before[1], after[1]);
  assert.equal(Object.isFrozen(after[0]) && Object.isFrozen(first), true);
});

test("a ticket that was overtaken changes nothing, and a later revision is asked for", () => {
  const told = (state, revision, status) => frame(state, { type: "ticket", ticket: { id: "t", revision, status } });
  const page = told(history(requester(), [stored(1)]), 2, "RESOLVED");
  assert.equal(told(page, 1, "OPEN"), page);

  const behind = frame(page, { type: "heartbeat", last_sequence: 1, revision: 3, others: { read: 1, received: 1 } });
  assert.deepEqual([gapOf(behind), behind.read, behind.received], [1, 1, 1]);
  assert.equal(gapOf(told(behind, 3, "OPEN")), null);
});
