// A page without a browser: what the scripts under test need of one, and a server that is a list.
import { Window } from "happy-dom";

const GLOBALS = [
  "CSS",
  "CustomEvent",
  "DOMParser",
  "Element",
  "Event",
  "FormData",
  "HTMLElement",
  "KeyboardEvent",
  "MouseEvent",
  "MutationObserver",
  "Node",
  "NodeFilter",
  "document",
  "history",
  "localStorage",
  "location",
  "navigator",
  "sessionStorage",
];

const WORDS = {
  saving: "Saving…",
  saved: "Saved at {time}",
  waiting: "Waiting.",
  refused: "Not saved.",
  signed_out: "Signed out.",
  signIn: "Sign in",
  notSaved: "Not saved: changed.",
  changed: "Both texts are here.",
  changedBy: "{name} changed this.",
  other: "The other text",
  mine: "Mine was",
  keepMine: "Keep mine",
  takeOther: "Use the other",
  forbidden: "Not yours.",
  keptHere: "Kept in this browser.",
  reload: "Show the current version",
  copy: "Copy my text",
  laidAside: "You typed this here.",
  unconfirmed: "It may not have been saved.",
  discard: "Discard",
};

const window = new Window({ url: "http://portal.test/" });
for (const name of GLOBALS) {
  Object.defineProperty(globalThis, name, { value: window[name], configurable: true });
}
globalThis.window = window;

/** Open a page of person 7 with this in its main part; what was stored before stays. */
export function open(html, path = "/page") {
  window.happyDOM.setURL(`http://portal.test${path}`);
  document.body.dataset.me = "7";
  document.body.dataset.words = JSON.stringify(WORDS);
  document.body.innerHTML = `<main>${html}</main>`;
  return document.querySelector("main");
}

export function forgetEverything() {
  sessionStorage.clear();
  localStorage.clear();
}

/** Answer each request with the next of `answers`, [status, body]; gives the list of what was sent. */
export function serve(...answers) {
  const sent = [];
  globalThis.fetch = async (_url, { body } = {}) => {
    sent.push(Object.fromEntries(body ?? []));
    const [status, json] = answers.length > 0 ? answers.shift() : [200, {}];
    if (status === 0) {
      throw new TypeError("no connection");
    }
    return new Response(JSON.stringify(json), {
      status,
      headers: { "Content-Type": "application/json" },
    });
  };
  return sent;
}

/** Let promises and observers do what they wait for. */
export async function settled() {
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Type into a box as a person does. */
export function type(box, text) {
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}
