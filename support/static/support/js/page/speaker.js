/**
 * Who speaks: of all tabs that hear of a notice, one says it, and none when it is on a screen already.
 *
 *   const speaker = createSpeaker({ locks, pause });
 *   await speaker.claim(id, place)      place: "shown" | "focused" | "visible" | "hidden"; true: this tab says it
 *
 * A tab that shows the thread claims at once and says nothing; the others give it time, those in view less than those
 * behind. A claim is a Web Lock, which the browser itself gives to one tab only and takes back when that tab goes. It
 * is held for longer than any tab may be late. Without Web Locks every visible tab speaks for itself.
 */

export const PATIENCE = { shown: 0, focused: 300, visible: 500, hidden: 1_000 };
const HELD = 120_000;
const REMEMBERED = 200;

export function createSpeaker({ locks = globalThis.navigator?.locks, pause = wait } = {}) {
  const heard = new Set();

  function isNew(id) {
    if (heard.has(id)) return false;
    heard.add(id);
    if (heard.size > REMEMBERED) heard.delete(heard.values().next().value);
    return true;
  }

  async function claim(id, place) {
    if (!isNew(id)) return false;
    if (PATIENCE[place]) await pause(PATIENCE[place]);
    const won = locks ? await take(id) : place !== "hidden";
    return won && place !== "shown";
  }

  const take = (id) =>
    new Promise((resolve) => {
      locks
        .request(`psychpath:notice:${id}`, { ifAvailable: true }, (lock) => {
          resolve(Boolean(lock));
          return lock ? pause(HELD) : undefined;
        })
        .catch(() => resolve(false)); // the page is going away
    });

  return { claim };
}

function wait(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
