(size) => {
  // A constructed sheet is no inline style: the policy has nothing against it.
  document.adoptedStyleSheets = document.adoptedStyleSheets.filter((sheet) => sheet !== window.largeText);
  window.largeText = new CSSStyleSheet();
  window.largeText.replaceSync(`:root { font-size: ${size} !important; }`);
  document.adoptedStyleSheets.push(window.largeText);
}
