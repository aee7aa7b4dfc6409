// The words that somebody selected in a work, as a comment quotes them.

const CONTEXT = 40;
const BLOCKS = "p, li, h1, h2, h3, h4, td, th, dt, dd, blockquote, pre, section, article, div";

/** The whole words of a range in `root`, and up to 40 letters before and after, all with single spaces. */
export function passageOf(range, root) {
  const { text, places } = flow(root);
  const [start, end] = wholeWords(text, ...span(range, places));
  return {
    quote: text.slice(start, end).trim(),
    prefix: text.slice(0, start).trim().slice(-CONTEXT).trimStart(),
    suffix: text.slice(end).trim().slice(0, CONTEXT).trimEnd(),
  };
}

/** From where to where the words go that a part of a text touches. */
export function wholeWords(text, start, end) {
  const letter = /[\p{L}\p{N}’'-]/u;
  while (start > 0 && letter.test(text[start]) && letter.test(text[start - 1])) {
    start -= 1;
  }
  while (end < text.length && letter.test(text[end]) && letter.test(text[end - 1])) {
    end += 1;
  }
  return [start, end];
}

/** The text of `root` with single spaces, one at each end of a block, and where each letter stands. */
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
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
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

/** From which letter to which the selected range goes. */
function span(range, places) {
  const inside = places.map(([node, index]) => range.comparePoint(node, index) === 0);
  const start = inside.indexOf(true);
  const [node, index] = places[inside.lastIndexOf(true)];
  const beyond = node === range.endContainer && index >= range.endOffset;
  return [start, inside.lastIndexOf(true) + (beyond ? 0 : 1)];
}
