// Behaviours that only some pages have, by the file in which they come. Each such file imports `main.js`, so that all that
// is shared lies there. The server names the files in the head of a page (`web/assets.py`); what comes
// into a page later has them loaded here.
const files = [
  [() => import("./editing.js"), "editor"],
  [() => import("./learning.js"), "contents", "notes", "order", "place", "terms", "turn"],
  [() => import("./meeting_room.js"), "clock", "meeting"],
  [
    () => import("./reviewing.js"),
    ...["box", "hints", "passage", "phrases", "standing", "stems", "undecided"],
  ],
  [() => import("./sending.js"), "clip-upload", "recorder", "upload"],
  [() => import("./signing_in.js"), "passkey"],
  [() => import("./visiting.js"), "field-notes"],
  [() => import("./watching.js"), "edits", "moments", "player"],
];
const waiting = new Map(files.flatMap(([file, ...names]) => names.map((name) => [name, file])));
let app = null;

export function start(application) {
  app = application;
  load(document);
}

/** Each file begins what it has, so what the head of a page names is at work once the page has loaded. */
export function begin(behaviours) {
  for (const [name, controller] of Object.entries(behaviours)) {
    app.register(name, controller);
  }
}

/** Load what the parts of a page need, also of one that is still to be shown. */
export function load(page) {
  for (const { dataset } of app ? page.querySelectorAll("[data-controller]") : []) {
    for (const name of dataset.controller.split(" ")) {
      fetchIn(name);
    }
  }
}

async function fetchIn(name) {
  const file = waiting.get(name);
  if (file) {
    waiting.delete(name);
    try {
      await file();
    } catch {
      waiting.set(name, file); // no connection: the page works without
    }
  }
}
