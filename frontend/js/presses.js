// While a button is held down, nothing that stands on the page may be replaced: the press would be lost.

const CLICK_COMES = 300; // a finger's click comes a moment after it was lifted
const LONGEST = 5000; // lifted outside of the window

const PRESSABLE = "a, button, label, summary";
const waiting = new Set();
let held = null;

function down() {
  clearTimeout(held);
  held = setTimeout(up, LONGEST);
}

function up() {
  clearTimeout(held);
  held = null;
  for (const go of waiting) go();
  waiting.clear();
}

function lift(milliseconds) {
  if (held !== null) {
    clearTimeout(held);
    held = setTimeout(up, milliseconds);
  }
}

export function start() {
  const on = (name, act) => document.addEventListener(name, act, { capture: true });
  on("pointerdown", ({ target }) => target.closest?.(PRESSABLE) && down());
  on("pointerup", () => lift(CLICK_COMES));
  on("pointercancel", () => lift(0));
  on("keydown", ({ key, target }) => key === " " && target.matches?.(PRESSABLE) && down());
  on("keyup", () => lift(0));
  on("click", () => lift(0));
}

/** Wait until no button is held down; what it does has begun by then. */
export async function released() {
  while (held !== null) {
    await new Promise((go) => waiting.add(go));
  }
}
