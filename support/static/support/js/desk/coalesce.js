/**
 * Runs work soon, once for many reasons, never twice at a time: ten changes in a second cost the server two answers.
 * Called by desk/list.js, desk/people.js and page/tickets.js.
 */

export function coalesced(work, { soon = 120, apart = 900 } = {}) {
  let timer = null;
  let running = false;
  let wanted = false;
  let last = -Infinity;

  async function run() {
    timer = null;
    running = true;
    wanted = false;
    last = performance.now();
    try {
      await work();
    } catch {
      // The next reason, or the next connection, asks again.
    }
    running = false;
    if (wanted) ask();
  }

  function ask() {
    wanted = true;
    if (timer !== null || running) return;
    timer = setTimeout(run, Math.max(soon, last + apart - performance.now()));
  }

  return ask;
}
