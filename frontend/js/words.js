// What scripts say about forms, in English. Another language comes as `data-words` of the page's body.
const WORDS = {
  offline: "That did not reach us. Try once more.",
  saving: "Saving…",
  saved: "Saved at {time}",
  waiting: "Not saved yet. Your words are kept here, and we keep trying.",
  refused: "Not saved.",
  signed_out: "You are signed out. Your words are kept here.",
  signIn: "Sign in on another tab, then go on here",
  notSaved: "Not saved: this was changed in another window.",
  changed: "This was changed in another window. Both texts are here; nothing is lost.",
  other: "The other text",
  mine: "What you had typed here",
  keepMine: "Keep mine",
  takeOther: "Take the other",
  forbidden: "Not saved: this is no longer yours to change.",
  keptHere: "Your words are not lost: they are kept in this browser.",
  reload: "See how it is now",
  copy: "Copy my words",
  copied: "Copied",
  laidAside: "You typed this here, and it could not be saved. Only you see it.",
  unconfirmed: "You typed this here, and it may not have been saved. Only you see it.",
  discard: "Discard",
};

/** The words of this page's language, by name. */
export function wordsOf() {
  return { ...WORDS, ...JSON.parse(document.body.dataset.words ?? "{}") };
}
