() => {
  const long = (text) => text.split(",").some((one) => parseFloat(one) * (one.trim().endsWith("ms") ? 1 : 1000) > 1);
  const found = new Set();
  for (const node of document.querySelectorAll("*")) {
    for (const pseudo of ["", "::before", "::after"]) {
      const style = getComputedStyle(node, pseudo || null);
      const name = [node.localName, ...node.classList].join(".") + pseudo;
      if (style.transitionProperty !== "none" && long(style.transitionDuration)) found.add(`transition on ${name}`);
      if (style.animationName !== "none" && long(style.animationDuration)) found.add(`animation on ${name}`);
    }
  }
  for (const one of document.getAnimations()) {
    const { duration, iterations } = one.effect.getTiming();
    if (duration > 1 || iterations === Infinity) found.add(`runs: ${one.animationName ?? one.transitionProperty}`);
  }
  return [...found];
}
