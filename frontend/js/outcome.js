// What became of a save: one word for each kind of answer, by its status and the reason it gives.

/**
 * "saved"; "retry" (the server was busy); "changed" (another window saved it since); "ended" (closed
 * meanwhile, or no longer this person's); "signed_out"; "invalid" (sent again as it is, it would be
 * refused again).
 */
export function outcome(status, reason = "") {
  if (status < 300) {
    return "saved";
  }
  if (status === 401 || reason === "signed_out") {
    return "signed_out";
  }
  if (reason === "changed") {
    return "changed";
  }
  if (["closed", "forbidden"].includes(reason) || [403, 404, 410].includes(status)) {
    return "ended";
  }
  return status >= 500 || [408, 409, 429].includes(status) ? "retry" : "invalid";
}
