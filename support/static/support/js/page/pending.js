/**
 * A page that waits for something somebody wrote: asks for its receipt, and is drawn anew when there is more to say. Until
 * then nothing moves from under whoever reads it. Without script it refreshes itself. Loaded by page/main.js.
 */

import { API } from "../chat/http.js";

const EVERY = 2_000;
const OPTIONS = { credentials: "same-origin", cache: "no-store", redirect: "manual" };

/** Settled: stored (the answer leads elsewhere), refused, held, or nobody's any more. A server in trouble is asked again. */
async function isSettled(answer) {
  if (answer?.status === 202) return (await answer.json()).status === "held";
  return answer !== null && answer.status !== 429 && answer.status < 500;
}

async function look(id) {
  const answer = await fetch(`${API}receipts/${id}/`, OPTIONS).catch(() => null);
  if (await isSettled(answer).catch(() => false)) location.reload();
  else setTimeout(look, EVERY, id);
}

setTimeout(look, EVERY, document.querySelector("[data-pending]").dataset.pending);
