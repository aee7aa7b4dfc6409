import { Controller } from "@hotwired/stimulus";
import { exchange, parse, replace } from "../exchange.js";
import { released } from "../presses.js";
import { headers, post, signedOut } from "../server.js";

const TICK = 2500;
const HIDDEN_TICK = 15_000;
const LONGEST_TICK = 15_000;
const HERE = 30_000;

/**
 * Keeps the page of a meeting as the meeting is: asks what is new, says that somebody is here, and
 * lets the clock run. Somebody whose session has ended is told so, and goes on once they have
 * signed in again, in whichever tab. The box for notes changes together with the stage, or not before what is
 * being typed in it has been saved.
 */
export default class extends Controller {
  static targets = ["clock", "said", "lost", "out", "late"];
  static values = { url: String, here: String };

  connect() {
    this.listeners = new AbortController();
    const { signal } = this.listeners;
    this.element.addEventListener("submit", (event) => this.submitting(event), { signal });
    this.element.addEventListener("exchanged", (event) => this.exchanged(event), { signal });
    this.stage = this.now.dataset.stage;
    this.ask();
    this.sayHere();
    this.ticking = setInterval(() => this.showClock(), 500);
  }

  disconnect() {
    clearTimeout(this.asking);
    clearTimeout(this.saying);
    clearInterval(this.ticking);
    this.listeners.abort();
  }

  get now() {
    return document.getElementById("meeting-now");
  }

  get box() {
    return document.getElementById("meeting-box");
  }

  ask() {
    this.asking = setTimeout(
      async () => {
        await this.refresh();
        this.ask();
      },
      document.hidden ? HIDDEN_TICK : TICK,
    );
  }

  async sayHere() {
    await post(this.hereValue).catch(() => null);
    this.saying = setTimeout(() => this.sayHere(), HERE);
  }

  /** Show what is new since the page that is shown, whichever answer brought that. */
  async refresh() {
    const asked = headers(null, "text/html");
    if (!this.behind) {
      asked["If-None-Match"] = `"${this.now.dataset.state}"`;
    }
    const signal = AbortSignal.timeout(LONGEST_TICK);
    const how = { headers: asked, cache: "no-store", signal };
    const answer = await fetch(this.urlValue, how).catch(() => null);
    this.lostTarget.hidden = answer !== null && answer.status < 500;
    this.outTarget.hidden = !answer || !signedOut(answer);
    if (!answer?.ok) {
      return;
    }
    const page = parse(await answer.text());
    await released();
    const fresh = page.getElementById("meeting-now");
    if (!fresh) {
      location.reload(); // it has ended
      return;
    }
    const { state, version } = fresh.dataset;
    const shown = this.now.dataset;
    if (Number(version) < Number(shown.version)) {
      return; // another answer was quicker
    }
    if (state !== shown.state) {
      exchange(page, "meeting-now");
    } else if (this.behind) {
      this.showBox(page.getElementById("meeting-box"));
    }
  }

  submitting({ target }) {
    if (this.box.contains(target)) {
      this.sent = typedIn(this.box);
    }
  }

  exchanged({ detail: { page, by } }) {
    const fresh = page.getElementById("meeting-box");
    if (by && this.box.contains(by)) {
      this.showNextBox(fresh);
    } else {
      this.showBox(fresh);
    }
    if (this.stage !== this.now.dataset.stage) {
      this.stage = this.now.dataset.stage;
      this.saidTarget.textContent = this.now.querySelector(".meeting-stage")?.innerText ?? "";
    }
  }

  /** A note was posted; what was typed meanwhile is the next. */
  showNextBox(fresh) {
    const typed = typedIn(this.box);
    const more = typed.startsWith(this.sent) ? typed.slice(this.sent.length).trim() : typed;
    this.application.getControllerForElementAndIdentifier(formIn(this.box), "autosave")?.dropCopy();
    replace(this.box, fresh);
    const text = textIn(fresh);
    if (text && more) {
      setTimeout(() => {
        text.value = more;
        text.dispatchEvent(new Event("input", { bubbles: true }));
      }, 0);
    }
  }

  /** The box of the stage that goes on, unless the server has not all that is typed in this one. */
  showBox(fresh) {
    const old = this.box;
    const form = formIn(old);
    const saving = form && this.application.getControllerForElementAndIdentifier(form, "autosave");
    this.behind = Boolean(saving && !saving.isSettled) || versionOf(fresh) < versionOf(old);
    const isSame = fresh.dataset.stage === old.dataset.stage && versionOf(fresh) === versionOf(old);
    for (const late of this.lateTargets) {
      late.hidden = old.dataset.stage === this.now.dataset.stage;
    }
    if (!this.behind && !isSame) {
      const caret = textIn(old)?.selectionStart;
      replace(old, fresh);
      if (document.activeElement === textIn(fresh)) {
        textIn(fresh).setSelectionRange(caret, caret);
      }
    }
  }

  clockTargetConnected(face) {
    this.face = face;
    this.ends = Date.now() + Number(face.dataset.seconds) * 1000;
    this.showClock();
  }

  clockTargetDisconnected() {
    this.face = null;
  }

  showClock() {
    if (!this.face || this.face.dataset.stands) {
      return;
    }
    const seconds = Math.max(0, Math.round((this.ends - Date.now()) / 1000));
    this.face.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    this.face.classList.toggle("is-over", seconds === 0);
  }
}

function formIn(box) {
  return box.querySelector("form");
}

function textIn(box) {
  return box.querySelector('[name="text"]');
}

function typedIn(box) {
  return textIn(box)?.value ?? "";
}

/** How often somebody's words were saved when this box was made, or since, from it. */
function versionOf(box) {
  return Number(formIn(box)?.elements.version.value ?? box.dataset.version);
}
