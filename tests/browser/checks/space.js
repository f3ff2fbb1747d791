() => {
  const width = document.documentElement.clientWidth;
  const found = [];
  const scrolled = document.scrollingElement.scrollWidth;
  if (scrolled > width) found.push(`the page is ${scrolled} px wide in ${width}`);
  // Inside something that scrolls by itself: charts and wide tables may.
  const contained = (node) => {
    for (let up = node.parentElement; up && up !== document.body; up = up.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(up).overflowX) && up.scrollWidth > up.clientWidth) return true;
    }
    return false;
  };
  const shown = "a, button, input, select, textarea, summary, h1, h2, h3, p, label, img, dialog, .pill";
  for (const node of document.querySelectorAll(shown)) {
    if (!node.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (node.closest(".sr-only, .skip-link, [inert]") || getComputedStyle(node).clipPath !== "none") continue;
    const box = node.getBoundingClientRect();
    if (box.width && (box.right > width + 1 || box.left < -1) && !contained(node)) {
      const html = node.outerHTML.replace(/\s+/g, " ").slice(0, 110);
      found.push(`from ${Math.round(box.left)} to ${Math.round(box.right)} in ${width}: ${html}`);
    }
  }
  return found;
}
