() => {
  const still = new CSSStyleSheet();
  still.replaceSync("*, ::before, ::after { transition: none !important; }");
  document.adoptedStyleSheets.push(still);

  const shown = (node) => node.isConnected && node.checkVisibility({ visibilityProperty: true });
  const html = (node) => node.outerHTML.replace(/\s+/g, " ").slice(0, 110);
  // One radio of a group is a stop.
  const stop = (node) => (node.type === "radio" ? `radio ${node.form?.id}${node.form?.action}${node.name}` : node);
  const scope = [...document.querySelectorAll("dialog:modal")].at(-1) ?? document;
  const wanted = new Map();
  for (const node of scope.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")) {
    if (node.tabIndex < 0 || node.disabled || node.type === "hidden" || node.closest("[inert]")) continue;
    if (shown(node)) wanted.set(stop(node), node);
  }

  // How a control looks, with what surrounds it: any indicator counts, a label's around a hidden radio too.
  const style = (node, pseudo) => {
    const { outlineStyle, outlineWidth, outlineColor, boxShadow, borderTopColor, backgroundColor } =
      getComputedStyle(node, pseudo || null);
    const ring = outlineStyle === "none" ? "" : outlineWidth + outlineColor;
    return [ring, boxShadow, borderTopColor, backgroundColor].join();
  };
  const look = (node) => {
    const places = [node, node.labels?.[0], node.nextElementSibling];
    for (let up = node.parentElement; up && places.length < 7; up = up.parentElement) places.push(up);
    return places.filter(Boolean).flatMap((one) => ["", "::before", "::after"].map((pseudo) => style(one, pseudo))).join();
  };

  document.activeElement?.blur();
  const asleep = new Map([...wanted.values()].map((node) => [node, look(node)]));
  const seen = new Set();
  const dull = new Set();
  const gained = ({ target }) => {
    seen.add(stop(target));
    if (asleep.get(target) === look(target)) dull.add(target);
  };
  document.addEventListener("focusin", gained);

  window.tabbed = () => {
    document.removeEventListener("focusin", gained);
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== still);
    const missed = [...wanted].filter(([key, node]) => !seen.has(key) && shown(node)).map(([, node]) => node);
    return [
      ...missed.map((node) => `Tab does not reach ${html(node)}`),
      ...[...dull].filter(shown).map((node) => `no visible focus on ${html(node)}`),
    ];
  };
  // A date or a time is several stops: its parts and its button.
  const parts = [...wanted.values()].filter((node) => ["date", "time"].includes(node.type));
  return wanted.size + 3 * parts.length;
}
