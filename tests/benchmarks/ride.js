/**
 * Reads a thread as somebody who drags through it: up to its first message, loading what is earlier, and down again.
 * Returns {frames: ms between frames, tasks: long tasks in ms, loads: ms from asking for a page to the frame that has it}.
 */
async ({ frame, frames, rest }, { step, patience }) => {
  const log = document.querySelector("message-log");
  const scroller = log.querySelector("[role=log]");
  const [tasks, loads] = [[], []];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)));
  observer.observe({ type: "longtask" });
  const snapshot = () => log.store.getSnapshot();

  async function load() {
    const [asked, before] = [performance.now(), snapshot().messages.length];
    log.store.loadEarlier();
    while (snapshot().messages.length === before) {
      if (performance.now() - asked > patience) throw new Error("no earlier messages came");
      await frame();
    }
    await frame();
    loads.push(performance.now() - asked);
  }

  await rest();
  while (scroller.scrollTop > 0 || snapshot().hasEarlier) {
    if (scroller.scrollTop < 2 * scroller.clientHeight && snapshot().hasEarlier) await load();
    scroller.scrollTop -= step;
    await frame();
  }
  while (scroller.scrollHeight - scroller.clientHeight - scroller.scrollTop > 1) {
    scroller.scrollTop += step;
    await frame();
  }
  observer.disconnect();
  return { frames, tasks, loads, shown: snapshot().messages.length, nodes: scroller.querySelectorAll("*").length };
}
