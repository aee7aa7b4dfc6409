// What scripts say about forms, in English. Another language comes as `data-words` of the page's body.
const WORDS = {
  offline: "That did not reach us. Try again.",
  saving: "Saving…",
  saved: "Saved at {time}",
  waiting: "Not saved yet. Your text is stored in this browser, and we keep trying.",
  refused: "Not saved.",
  signed_out: "You are signed out. Your text is stored in this browser.",
  signIn: "Sign in on another tab, then continue here",
  notSaved: "Not saved: this was changed in another window.",
  changed: "This was changed in another window. Both texts are here; nothing is lost.",
  changedBy: "{name} changed this meanwhile. Both texts are here; nothing is lost.",
  other: "The other text",
  mine: "What you typed here",
  keepMine: "Keep mine",
  takeOther: "Use the other",
  forbidden: "Not saved: this is no longer yours to change.",
  keptHere: "Your text is not lost: it is stored in this browser.",
  seeKept: "See what you typed",
  reload: "Show the current version",
  copy: "Copy my text",
  copied: "Copied",
  notCopied: "This browser does not copy. Select the text instead.",
  copyCode: "Copy",
  laidAside: "You typed this here, and it could not be saved. Only you see it.",
  unconfirmed: "You typed this here, and it may not have been saved. Only you see it.",
  discard: "Discard",
};

/** The words of this page's language, by name. */
export function wordsOf() {
  return { ...WORDS, ...JSON.parse(document.body.dataset.words ?? "{}") };
}
