// Copies of what is typed: in this tab until the server has it; in this browser what it refused for
// good. Each belongs to the person who is signed in, and goes when they sign out.

const SENT = "sent";
const LEAVING = "leaving"; // in this tab: who is on the way out
const LEFT = "left"; // tells the other tabs who is gone
let isGone = false; // nothing is kept in this tab any more

/** The name of a form's copy. */
export function keyOf(form) {
  const name = form.dataset.autosaveKeyValue || form.getAttribute("action") || location.pathname;
  return `${mine()}${name}`;
}

/** The copy under a key: {text, texts, page, version, sent, submitted}; null if there is none. */
export function readCopy(key) {
  return JSON.parse(sessionStorage.getItem(key) ?? "null");
}

/**
 * Keep a copy in this tab; `texts` are its [label, text] pairs, for when the form is gone. One that
 * is `lasting` outlives its tab, beside those of others.
 */
export function saveCopy(key, { lasting = false, ...copy }) {
  const kept = { ...copy, page: location.pathname };
  store(sessionStorage, key, kept);
  if (lasting) {
    store(localStorage, lastingKey(key), kept);
  }
}

export function dropCopy(key) {
  sessionStorage.removeItem(key);
  localStorage.removeItem(lastingKey(key));
}

/** [name, copy] of the lasting copies of a form, from this tab and from others, closed or not. */
export function lastingCopies(key) {
  return stored(localStorage, `lasting:${key}:`);
}

/** Drop those of these copies that nobody has typed on since; gives the others. */
export function dropLasting(copies) {
  return copies.filter(([name, { text }]) => {
    const now = JSON.parse(localStorage.getItem(name) ?? "null");
    const same = now === null || now.text === text;
    if (same) {
      localStorage.removeItem(name);
    }
    return !same;
  });
}

/** Remember that the form of this copy is on its way to the server. */
export function markSubmitted(key) {
  store(sessionStorage, SENT, { key, from: here() });
}

/** A page of ours that the form led to means that it arrived; an error page or a way back, not. */
export function dropArrived() {
  const sent = readCopy(SENT);
  const ledHere = navigation()?.type === "navigate" && document.referrer === sent?.from;
  if (sent && ledHere && document.body.dataset.me) {
    dropCopy(sent.key);
  }
  dropCopy(SENT);
}

/** Move a text that cannot be stored any more out of the tab; it stays until it is dropped. */
export function layAside(key, { texts, why = "" }) {
  dropCopy(key);
  if (texts.length > 0) {
    store(localStorage, `aside:${key}`, { texts, why, page: location.pathname });
  } else {
    dropAside(`aside:${key}`);
  }
}

/** [key, {texts, why, seen}] of what was laid aside on any page of the review, round or goal shown here. */
export function laidAside() {
  const here = thingOf(location.pathname);
  return stored(localStorage, `aside:${mine()}`).filter(([, { page }]) => thingOf(page) === here);
}

/** Remember that a text laid aside was shown. */
export function markSeen(key) {
  store(localStorage, key, { ...JSON.parse(localStorage.getItem(key)), seen: true });
}

export function dropAside(key) {
  localStorage.removeItem(key);
}

/** [key, copy] of every copy that was typed on this page, or on one that led on to this. */
export function copiesTypedHere() {
  const here = thingOf(location.pathname);
  const ledOn = navigation()?.redirectCount > 0;
  return stored(sessionStorage, mine()).filter(
    ([, { page }]) => page === location.pathname || (ledOn && thingOf(page) === here),
  );
}

/** Signing out takes along what was kept of a person's words, in all tabs. */
export function dropAll(me) {
  sessionStorage.clear();
  store(sessionStorage, LEAVING, me);
  for (const kind of ["aside", "lasting"]) {
    for (const [key] of stored(localStorage, `${kind}:${of(me)}`)) {
      localStorage.removeItem(key);
    }
  }
}

/** Once the server has signed somebody out, their other tabs forget and show what is so now. */
export function leaveTogether() {
  const me = document.body.dataset.me;
  const leaving = readCopy(LEAVING);
  if (leaving) {
    sessionStorage.removeItem(LEAVING);
    if (!me) {
      store(localStorage, LEFT, `${leaving} ${Date.now()}`);
      localStorage.removeItem(LEFT);
    }
  }
  window.addEventListener("storage", ({ key, newValue }) => {
    if (me && key === LEFT && JSON.parse(newValue)?.split(" ")[0] === me) {
      sessionStorage.clear();
      isGone = true;
      location.reload();
    }
  });
}

function stored(storage, prefix) {
  return Object.keys(storage)
    .filter((key) => key.startsWith(prefix))
    .map((key) => [key, JSON.parse(storage.getItem(key))]);
}

/** The address of a review, round or goal, whichever of its pages this is the path of. */
function thingOf(path) {
  return path.match(/^\D*\/\d+(?=\/|$)/)?.[0] ?? path;
}

function navigation() {
  return performance.getEntriesByType("navigation")[0];
}

function store(storage, key, value) {
  if (isGone) {
    return;
  }
  try {
    storage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden storage only means that there is no second copy.
  }
}

function lastingKey(key) {
  let tab = sessionStorage.getItem("tab");
  if (!tab) {
    tab = Math.random().toString(36).slice(2);
    sessionStorage.setItem("tab", tab);
  }
  return `lasting:${key}:${tab}`;
}

function mine() {
  return of(document.body.dataset.me ?? "");
}

function of(me) {
  return `typed:${me}:`;
}

function here() {
  return location.href.split("#")[0];
}
