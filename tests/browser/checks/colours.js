(edged) => [...document.querySelectorAll(edged)].filter((node) => {
  if (!node.checkVisibility({ visibilityProperty: true })) return false;
  const style = getComputedStyle(node);
  const drawn = (side) => style[`${side}Style`] !== "none" && parseFloat(style[`${side}Width`]) > 0;
  return !["borderTop", "borderBottom", "borderInlineStart", "outline"].some(drawn);
}).map((node) => `no edge: ${node.outerHTML.replace(/\s+/g, " ").slice(0, 110)}`)
