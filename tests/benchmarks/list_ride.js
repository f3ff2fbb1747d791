/**
 * Drags through the list of conversations, down and up again: ms between frames, how many rows there are, and how many of
 * them were in the document at most. A list that has no end within `patience` ms is told of.
 */
async ({ frame, frames, rest }, { step, patience }) => {
  const rows = document.getElementById("rows");
  const here = () => [...rows.querySelectorAll(":scope > .ticket-row")];
  let scroller = rows;
  while (scroller.scrollHeight <= scroller.clientHeight + 1 && scroller.parentElement) scroller = scroller.parentElement;
  let [most, count] = [0, 0];
  const began = performance.now();
  await rest();
  for (const way of [step, -step]) {
    let before = -1;
    while (scroller.scrollTop !== before) {
      if (performance.now() - began > patience) throw new Error(`the list has no end after ${patience} ms`);
      before = scroller.scrollTop;
      scroller.scrollTop += way;
      await frame();
      most = Math.max(most, here().length);
      count = Math.max(count, here().length, Number(here().at(-1)?.ariaPosInSet ?? 0));
    }
  }
  return { frames, rows: count, most };
}
