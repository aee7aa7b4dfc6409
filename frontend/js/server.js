// How our scripts speak with the portal: one way to send, one way to hear what went wrong.

export function token(form) {
  const box = form?.querySelector('input[name="csrf_token"]');
  return box?.value ?? document.querySelector('meta[name="csrf-token"]')?.content ?? "";
}

/** The headers by which the server knows a script of ours and that the form is really ours. */
export function headers(form, accept) {
  return { "X-CSRFToken": token(form), "X-Requested-With": "fetch", Accept: accept };
}

export async function post(
  url,
  body,
  { form, accept = "application/json", keepalive = false } = {},
) {
  return fetch(url, { method: "POST", body, keepalive, headers: headers(form, accept) });
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
  const said = await answer.json().catch(() => ({}));
  return (
    said.error ??
    Object.values(said.errors ?? {})
      .flat()
      .join(" ")
  );
}
