/**
 * Any sequence of sending, reading, losing, repeating, reordering, refusing and killing: after the server and the
 * network are well again, every page shows exactly the server's messages, each own one once, in the order of sending.
 */

import assert from "node:assert/strict";
import test from "node:test";

import { pass, words, World } from "./harness.mjs";

const RUNS = Number(process.env.CHAOS_RUNS ?? 25); // of each kind
const STEPS = 60;

/** A small generator with a seed (mulberry32). */
function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What the modules draw comes from the seed too, so that a failing run can be repeated. */
function seeded(seed) {
  const random = randomFrom(-seed);
  let ids = 0;
  Math.random = random;
  globalThis.crypto.randomUUID = () => {
    ids += 1;
    return `${random()} ${ids}`;
  };
}

class Chaos {
  sent = [];
  kept = [];

  constructor(seed, { inTabs }) {
    this.inTabs = inTabs;
    if (inTabs) Object.assign(this.actions, this.tabActions);
    this.random = randomFrom(seed);
    seeded(seed);
    this.world = new World();
    this.server = this.world.server;
  }

  open() {
    this.world.open({ tab: this.inTabs ? this.world.browser.tab() : null });
  }

  /** Where somebody can write. */
  awake() {
    return this.world.pages.filter((page) => !page.sleeps && !this.world.browser.hangs(page.tab));
  }

  thaw() {
    for (const page of this.world.pages.filter((each) => each.sleeps)) {
      page.sleeps = false;
      page.tab.lifecycle("resume");
    }
  }

  recover() {
    for (const { tab } of this.world.pages) this.world.browser.recover(tab);
  }

  pick(choices) {
    return choices[Math.floor(this.random() * choices.length)];
  }

  actions = {
    send: () => {
      const text = `amira ${this.sent.length + 1}`;
      this.sent.push(text);
      this.pick(this.awake()).sendMessage(text);
    },
    answer: () => this.server.write(`ben ${this.server.rows.length}`),
    read: () => this.pick(this.world.pages).markRead(Math.ceil(this.random() * this.server.last)),
    heartbeat: () => this.server.heartbeat(),
    cut: () => this.server.cut(this.pick([1006, 1001, 4409, 1011])),
    down: () => {
      this.server.refuseConnections = this.pick(["down", 1013, null, null]);
      this.server.cut();
    },
    refuse: () => {
      this.server.refuseAppends = this.pick(["log-unavailable", "log-full", null, null]);
    },
    stall: () => {
      this.server.draining = !this.server.draining;
      if (this.server.draining) this.server.drain();
    },
    broadcasts: () => {
      this.server.broadcast = this.pick([
        (deliver) => deliver(),
        () => {},
        (deliver) => [deliver, deliver, deliver].forEach((again) => again()),
        (deliver) => setTimeout(deliver, this.random() * 400),
      ]);
    },
    reload: () => {
      const page = this.pick(this.world.pages);
      this.world.kill(page);
      this.open();
    },
  };

  tabActions = {
    tab: () => this.world.pages.length < 4 && this.open(),
    freeze: () => {
      const awake = this.awake();
      if (awake.length < 2) return;
      const page = this.pick(awake);
      page.sleeps = true;
      page.tab.lifecycle("freeze");
    },
    thaw: () => this.thaw(),
    hang: () => {
      const awake = this.awake();
      if (awake.length > 1) this.world.browser.hang(this.pick(awake).tab);
    },
    recover: () => this.recover(),
    look: () => this.pick(this.world.pages).tab.look(this.pick(["hidden", "visible"])),
  };

  /** Whatever came before, the run ends with words that are stored and never announced to pages that are connected. */
  async loseTheLast() {
    Object.assign(this.server, { refuseConnections: null, refuseAppends: null });
    this.recover();
    this.thaw();
    await pass(20_000, 50);
    this.server.broadcast = () => {};
    this.actions.send();
    this.server.write("ben, last");
    await pass(50);
  }

  async step() {
    const names = Object.keys(this.actions);
    this.actions[this.pick([...names, "send", "send", "answer"])]();
    await pass(this.pick([5, 5, 10, 50, 400, 1_500]), 5);
    for (const page of this.world.pages) this.#check(page);
  }

  /** At no moment does a page show a message twice, or stored ones out of order. */
  #check(page) {
    const { messages } = page.getSnapshot();
    assert.equal(new Set(messages.map((message) => message.id)).size, messages.length);
    const sequences = messages.filter((message) => message.sequence).map((message) => message.sequence);
    assert.deepEqual(sequences, sequences.map((_, index) => sequences[0] + index));
  }

  async run() {
    this.open();
    await pass(50);
    for (let step = 0; step < STEPS; step += 1) await this.step();
    await this.loseTheLast();
    await this.world.heal();
    const stored = this.server.rows.map((row) => row.message);
    assert.deepEqual(stored.filter((text) => text.startsWith("amira")), this.sent);
    for (const page of this.world.pages) {
      const shown = words(page);
      assert.deepEqual(shown, stored.slice(-shown.length));
      assert.equal(shown.length >= Math.min(50, stored.length), true);
      assert.equal(page.getSnapshot().pending, 0);
    }
  }
}

for (let seed = 1; seed <= 2 * RUNS; seed += 1) {
  const inTabs = seed > RUNS;
  test(`seed ${seed}, ${inTabs ? "tabs that share a line" : "pages alone"}: everything heals`, async () => {
    const chaos = new Chaos(seed, { inTabs });
    try {
      await chaos.run();
    } finally {
      chaos.world.end();
    }
  });
}
