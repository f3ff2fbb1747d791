/**
 * Counts frames: `frame()` waits for the next one, `frames` has the ms between them; `rest()` begins anew at one. A window
 * that draws none is told of with a sentence, not waited for.
 */
() => {
  const PATIENCE = 60_000;
  const frames = [];
  let last = performance.now();
  const frame = () => new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no frame was drawn for ${PATIENCE} ms`)), PATIENCE);
    requestAnimationFrame((now) => {
      clearTimeout(late);
      frames.push(now - last);
      last = now;
      resolve();
    });
  });
  const rest = async () => {
    await frame();
    frames.length = 0;
  };
  return { frame, frames, rest };
}
