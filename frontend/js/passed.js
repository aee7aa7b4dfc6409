// Where in a text a reader is.

const READING_LINE = 0.4;

/** The last of some elements, in their order, that has come up to the reading line; none at the top. */
export function passed(elements) {
  const line = innerHeight * READING_LINE;
  let last = null;
  for (const element of elements) {
    const { top, height } = element.getBoundingClientRect();
    if (height > 0 && top <= line) {
      last = element;
    }
  }
  return last;
}
