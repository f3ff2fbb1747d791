({ edged, filled }) => {
  const shown = (selector) => [...document.querySelectorAll(selector)].filter((node) => node.checkVisibility({ visibilityProperty: true }));
  const drawn = (node) => (side) => {
    const style = getComputedStyle(node);
    return style[`${side}Style`] !== "none" && parseFloat(style[`${side}Width`]) > 0;
  };
  const edgeless = (node) => !["borderTop", "borderBottom", "borderInlineStart", "outline"].some(drawn(node));
  const unmarked = (node) => {
    const marked = node.closest(".ticket-row") ?? node;
    return !drawn(marked)("outline") && getComputedStyle(node).textDecorationLine !== "underline";
  };
  const told = (what) => (node) => `${what}: ${node.outerHTML.replace(/\s+/g, " ").slice(0, 110)}`;
  return [
    ...shown(edged).filter(edgeless).map(told("no edge")),
    ...shown("[aria-current]").filter(unmarked).map(told("current, and looks like the others")),
    ...shown(filled).filter((node) => getComputedStyle(node).forcedColorAdjust !== "none").map(told("a background alone")),
  ];
}
