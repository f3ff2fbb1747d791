/** Counts frames: `frame()` waits for the next one, `frames` has the ms between them; `rest()` begins anew at one. */
() => {
  const frames = [];
  let last = performance.now();
  const frame = () => new Promise((resolve) => {
    requestAnimationFrame((now) => {
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
