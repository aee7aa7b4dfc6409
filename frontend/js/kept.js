// What is typed into a form that does not save itself is kept in this tab until the server has it,
// so that a closed laptop, a lost connection or an ended session loses nothing.

const SENT = "sent";
const BOXES = 'textarea, input[type="text"]';
const FRAME = ["csrf_token", "version"];

const atFirst = new WeakMap();

export function start() {
  settle();
  restore(document);
  document.addEventListener("input", ({ target }) => keep(target.form));
  document.addEventListener("change", ({ target }) => keep(target.form));
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && isOurs(event.target)) {
      keep(event.target);
      store(SENT, JSON.stringify({ key: key(event.target), from: here() }));
    }
  });
  document.addEventListener("stored", ({ target }) => sessionStorage.removeItem(key(target)));
}

/** Put back what was typed into the forms of a part of the page. */
export function restore(part) {
  for (const form of part.querySelectorAll("form")) {
    if (!isOurs(form)) {
      continue;
    }
    atFirst.set(form, text(form));
    const kept = sessionStorage.getItem(key(form));
    if (kept !== null && kept !== atFirst.get(form)) {
      fill(form, new URLSearchParams(kept));
    }
  }
}

/** A page of ours that the form led to means that it arrived; an error page or a way back, not. */
function settle() {
  const { key: sent, from } = JSON.parse(sessionStorage.getItem(SENT) ?? "{}");
  const [way] = performance.getEntriesByType("navigation");
  const ledHere = way?.type === "navigate" && document.referrer === from;
  if (sent && ledHere && document.body.dataset.me) {
    sessionStorage.removeItem(sent);
  }
  sessionStorage.removeItem(SENT);
}

function here() {
  return location.href.split("#")[0];
}

function isOurs(form) {
  return (
    form?.method === "post" &&
    document.body.dataset.me &&
    !form.matches('[data-controller~="autosave"]') &&
    !form.querySelector('[type="password"], [autocomplete="one-time-code"]') &&
    [...form.elements].some((box) => box.matches(BOXES))
  );
}

function keep(form) {
  if (!isOurs(form)) {
    return;
  }
  if (text(form) === atFirst.get(form)) {
    sessionStorage.removeItem(key(form));
  } else {
    store(key(form), text(form));
  }
}

function store(name, value) {
  try {
    sessionStorage.setItem(name, value);
  } catch {
    // A full or forbidden storage only means that there is no second copy.
  }
}

function key(form) {
  return `kept:${document.body.dataset.me}:${form.getAttribute("action") || location.pathname}`;
}

function text(form) {
  const pairs = [...new FormData(form)].filter(
    ([name, value]) => typeof value === "string" && !FRAME.includes(name),
  );
  return new URLSearchParams(pairs).toString();
}

function fill(form, kept) {
  for (const box of form.elements) {
    if (!box.name || FRAME.includes(box.name) || ["file", "hidden", "submit"].includes(box.type)) {
      continue;
    }
    if (box.type === "checkbox" || box.type === "radio") {
      box.checked = kept.getAll(box.name).includes(box.value);
    } else if (kept.has(box.name)) {
      box.value = kept.get(box.name);
    }
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
