/** Drags through the list of conversations, down and up again: ms between frames, and how many rows there are. */
async ({ frame, frames, rest }, step) => {
  const rows = document.getElementById("rows");
  let scroller = rows;
  while (scroller.scrollHeight <= scroller.clientHeight + 1 && scroller.parentElement) scroller = scroller.parentElement;
  await rest();
  for (const way of [step, -step]) {
    let before = -1;
    while (scroller.scrollTop !== before) {
      before = scroller.scrollTop;
      scroller.scrollTop += way;
      await frame();
    }
  }
  return { frames, rows: rows.querySelectorAll(".ticket-row").length };
}
