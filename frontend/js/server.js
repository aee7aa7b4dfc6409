// How our scripts speak with the portal: one way to send, one way to hear what went wrong.

export function token(form) {
  const box = form?.querySelector('input[name="csrf_token"]');
  return box?.value ?? document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** The headers by which the server knows a script of ours and that the form is really ours. */
export function headers(form, accept) {
  return { "X-CSRFToken": token(form), "X-Requested-With": "fetch", Accept: accept };
}

/**
 * Send a form. Somebody who signed in again on another tab goes on with the tokens of the new
 * session; somebody who is not signed in is told so.
 */
export async function post(
  url,
  body,
  { form, accept = "application/json", keepalive = false } = {},
) {
  const send = () =>
    fetch(url, { method: "POST", body, keepalive, headers: headers(form, accept) });
  const answer = await send();
  if (answer.status !== 400 && answer.status !== 401) {
    return answer;
  }
  const now = await askAgain();
  if (now.status === 401) {
    return now; // nobody is signed in: the door's own words
  }
  if (!renew(await now.text())) {
    return answer;
  }
  if (body?.has?.("csrf_token")) {
    body.set("csrf_token", token(form));
  }
  return send();
}

function askAgain() {
  return fetch(location.href, { headers: headers(null, "text/html") });
}

/** Take the tokens of the session that there is now; false if nobody, or somebody else, is in. */
export async function renewTokens() {
  const now = await askAgain().catch(() => null);
  return Boolean(now?.ok) && renew(await now.text());
}

/** Take the tokens of this page as it is now, if it is still the same person's. */
function renew(html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const fresh = page.querySelector('meta[name="csrf-token"]')?.content;
  if (!fresh || page.body.dataset.me !== document.body.dataset.me) {
    return false;
  }
  document.querySelector('meta[name="csrf-token"]').content = fresh;
  for (const box of document.querySelectorAll('input[name="csrf_token"]')) {
    box.value = fresh;
  }
  return true;
}

/** Whether the answer is the door, since the person's session ended while the page was open. */
export function signedOut(answer) {
  return answer.status === 401 || (answer.redirected && /\/(sign-in|login)\b/.test(answer.url));
}

/** The server's own words about what went wrong, or none. */
export async function reason(answer) {
  if (!answer.headers.get("Content-Type")?.includes("json")) {
    return "";
  }
  const result = await answer.json().catch(() => ({}));
  return (
    result.error ??
    Object.values(result.errors ?? {})
      .flat()
      .join(" ")
  );
}
