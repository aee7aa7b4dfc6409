import { Controller } from "@hotwired/stimulus";
import { headers, reason } from "../server.js";

const bytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");

const listed = (keys = []) => keys.map((key) => ({ ...key, id: bytes(key.id) }));

/**
 * Makes a passkey, or signs in with one. The form asks the server for the question, the browser asks
 * the person, and the answer goes to the server as an ordinary form. Without passkeys it stays hidden.
 */
export default class extends Controller {
  static targets = ["mistake"];
  static values = { words: Object };

  connect() {
    this.able = Boolean(window.PublicKeyCredential && navigator.credentials);
    this.element.hidden = !this.able && !this.element.querySelector("input:not([type=hidden])");
    if (!this.able) {
      this.say("unknown");
    }
  }

  disconnect() {
    this.asking?.abort();
  }

  make(event) {
    this.run(event, async (options, signal) => {
      const credential = await navigator.credentials.create({
        signal,
        publicKey: {
          ...options,
          challenge: bytes(options.challenge),
          user: { ...options.user, id: bytes(options.user.id) },
          excludeCredentials: listed(options.excludeCredentials),
        },
      });
      const { attestationObject, clientDataJSON } = credential.response;
      return this.answer(credential, {
        attestationObject: text(attestationObject),
        clientDataJSON: text(clientDataJSON),
        transports: credential.response.getTransports?.() ?? [],
      });
    });
  }

  use(event) {
    this.run(event, async (options, signal) => {
      const shown = await navigator.credentials.get({
        signal,
        publicKey: {
          ...options,
          challenge: bytes(options.challenge),
          allowCredentials: listed(options.allowCredentials),
        },
      });
      const { authenticatorData, clientDataJSON, signature, userHandle } = shown.response;
      return this.answer(shown, {
        authenticatorData: text(authenticatorData),
        clientDataJSON: text(clientDataJSON),
        signature: text(signature),
        userHandle: userHandle ? text(userHandle) : null,
      });
    });
  }

  async run(event, ask) {
    event.preventDefault();
    if (!this.able || this.asking) {
      return;
    }
    this.say("");
    this.asking = new AbortController();
    try {
      const question = await this.question();
      if (question) {
        const credential = await ask(question.credential_options, this.asking.signal);
        this.send(question.wan_state, credential);
      }
    } catch (error) {
      const known = { NotAllowedError: "stopped", AbortError: "", InvalidStateError: "known" };
      this.say(error instanceof TypeError ? "offline" : (known[error.name] ?? "failed"));
    } finally {
      this.asking = null;
    }
  }

  /** The server's question, or nothing when it said in words why there is none. */
  async question() {
    const answer = await fetch(this.element.action, {
      method: "POST",
      body: new URLSearchParams(new FormData(this.element)),
      headers: headers(this.element, "application/json"),
    });
    if (answer.ok) {
      return answer.json();
    }
    this.show((await reason(answer)) || this.wordsValue.failed);
    return null;
  }

  answer(credential, response) {
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      response,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: {},
    });
  }

  /** Goes on as a form does, so that the answer is a page. */
  send(state, credential) {
    const form = document.createElement("form");
    const [path, query] = this.element.getAttribute("action").split("?");
    form.method = "post";
    form.action = `${path}/${state}${query ? `?${query}` : ""}`;
    form.hidden = true;
    const token = new FormData(this.element).get("csrf_token");
    const keep = document.querySelector('input[name="keep"]')?.checked ? "1" : "";
    for (const [name, value] of Object.entries({ csrf_token: token, credential, remember: keep })) {
      const box = document.createElement("input");
      box.name = name;
      box.value = value;
      form.append(box);
    }
    document.body.append(form);
    form.submit();
  }

  say(word) {
    this.show(this.wordsValue[word] ?? "");
  }

  show(words) {
    if (this.hasMistakeTarget) {
      this.mistakeTarget.textContent = words;
      this.mistakeTarget.hidden = !words;
    }
  }
}
