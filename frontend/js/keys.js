// What keys do with a film, and what somebody chose for films on this device.

const STORED = "films";
const FIRST = { keys: true, pause: true, follow: true, speed: "1" };
const STEP = 5;
const FRAME = 1 / 25;

/** Acts by key, for a film that is talked about. */
export const KEYS = {
  j: "back",
  k: "toggle",
  l: "on",
  ",": "frame_back",
  ".": "frame_on",
  c: "comment",
  p: "previous",
  n: "next",
  "<": "slower",
  ">": "faster",
  "?": "keys",
};

/** Those that need nothing but the film. */
export const acts = {
  toggle: (video) => (video.paused ? video.play().catch(() => {}) : video.pause()),
  back: (video) => seek(video, video.currentTime - STEP),
  on: (video) => seek(video, video.currentTime + STEP),
  frame_back: (video) => still(video, -FRAME),
  frame_on: (video) => still(video, FRAME),
};

function still(video, by) {
  video.pause();
  seek(video, video.currentTime + by);
}

/** Go to a moment of a film, or to its nearer end. */
export function seek(video, seconds) {
  const { duration } = video;
  video.currentTime = Math.max(0, Math.min(seconds, duration || seconds));
}

/** Whether a key was pressed as such, and not typed. */
export function keyed({ target, ctrlKey, metaKey, altKey }) {
  const typed = target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
  return !(ctrlKey || metaKey || altKey || typed);
}

/** What is chosen on this device; where nothing can be stored, what holds at first. */
export function choices() {
  try {
    return { ...FIRST, ...JSON.parse(localStorage.getItem(STORED) ?? "{}") };
  } catch {
    return { ...FIRST };
  }
}

/** Choose something more; gives all that is chosen. */
export function choose(more) {
  const all = { ...choices(), ...more };
  try {
    localStorage.setItem(STORED, JSON.stringify(all));
  } catch {
    // a browser that stores nothing forgets it with the page
  }
  return all;
}
