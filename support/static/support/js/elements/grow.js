/**
 * A text field as tall as its words, up to what the stylesheet allows. Browsers that know `field-sizing` do it alone.
 *
 * Called by message-composer.js after the words changed.
 */

const native = globalThis.CSS?.supports("field-sizing", "content");

export function grow(field) {
  if (native) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight + field.offsetHeight - field.clientHeight}px`;
}
