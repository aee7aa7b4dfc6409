// The words that somebody selected in a work, as a comment quotes them, and where they stand.
// A place is a number of letters: characters of the text without blanks and without characters that
// show nothing. `pdportal/feedback/works/words.py` counts them in the same way.

const BLANK = /[\s\p{Cc}\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]/u;
const BLOCKS = "p, li, h1, h2, h3, h4, h5, h6, blockquote, pre";
const WITHOUT_BLANKS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const APART = ".block, .note-here";
const INSIDE = /^[-’']$/;

/** The whole words of a range in `root`, with single spaces, and the place of their first letter. */
export function passageOf(range, root) {
  const { text, places } = flow(root);
  const [start, end] = wholeWords(text, ...span(range, places));
  return {
    quote: text.slice(start, end).trim(),
    letter: lettersIn(text.slice(0, start)),
  };
}

/**
 * From where to where the words go that a part of a text touches. Where words stand without blanks
 * between them, as in Chinese and Thai, what was selected is taken, and no character is cut.
 */
export function wholeWords(text, start, end) {
  const units = unitsOf(text);
  const first = units.find((unit) => start < unit.end);
  const last = units.find((unit) => end <= unit.end);
  return [Math.min(start, first?.start ?? start), last?.end ?? end];
}

/** What is never cut: words, several with hyphens or apostrophes between them, and single signs. */
function unitsOf(text) {
  const units = [];
  for (const { index, segment, isWordLike } of segments(text, "word")) {
    if (isWordLike && WITHOUT_BLANKS.test(segment)) {
      for (const sign of segments(segment, "grapheme")) {
        units.push({ start: index + sign.index, end: index + sign.index + sign.segment.length });
      }
      continue;
    }
    const [before, between] = units.slice(-2);
    const tied = isWordLike && before?.isWord && INSIDE.test(between.segment);
    const start = tied ? before.start : index;
    units.splice(tied ? -2 : units.length);
    units.push({ start, end: index + segment.length, segment, isWord: isWordLike });
  }
  return units;
}

function segments(text, granularity) {
  const { lang } = document.documentElement;
  return new Intl.Segmenter(lang || undefined, { granularity }).segment(text);
}

function lettersIn(text) {
  return Array.from(text.normalize("NFC")).filter((letter) => !BLANK.test(letter)).length;
}

/**
 * The text of `root` with single spaces, one at each end of a block, and where each letter stands.
 * What one answers on a page of a module is no part of its text.
 */
function flow(root) {
  const places = [];
  let text = "";
  let block = null;
  const add = (letter, place) => {
    if (letter !== " " || (text && !text.endsWith(" "))) {
      text += letter;
      places.push(place);
    }
  };
  const what = NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT;
  const walker = document.createTreeWalker(root, what, (node) =>
    node.nodeType !== Node.TEXT_NODE && node.matches(APART)
      ? NodeFilter.FILTER_REJECT
      : NodeFilter.FILTER_ACCEPT,
  );
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (node.nodeType !== Node.TEXT_NODE) {
      if (node.tagName === "BR") {
        add(" ", [node, 0]);
      }
      continue;
    }
    const here = node.parentElement.closest(BLOCKS);
    if (block && here !== block) {
      add(" ", [node, 0]);
    }
    block = here;
    for (let index = 0; index < node.data.length; index += 1) {
      add(/\s/.test(node.data[index]) ? " " : node.data[index], [node, index]);
    }
  }
  return { text, places };
}

/** From which letter to which the selected range goes, without the blanks at its ends. */
function span(range, places) {
  const inside = places.map(([node, index]) => range.comparePoint(node, index) === 0);
  const start = inside.indexOf(true);
  const [node, index] = places[inside.lastIndexOf(true)];
  const beyond = node === range.endContainer && index >= range.endOffset;
  return [start, inside.lastIndexOf(true) + (beyond ? 0 : 1)];
}
