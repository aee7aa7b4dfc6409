/** The second at which the word under a click is said: by its place among the letters of its caption. */
export function spokenAt(link, { clientX, clientY, detail }) {
  const start = Number(link.dataset.moment);
  const end = Number(link.dataset.wordsEnd);
  const place = end && detail ? placeAt(clientX, clientY) : null;
  if (!place || !link.contains(place.node)) {
    return start;
  }
  const letters = place.node.textContent;
  const word = letters.lastIndexOf(" ", place.offset - 1) + 1;
  return start + ((end - start) * word) / letters.length;
}

function placeAt(x, y) {
  const found = document.caretPositionFromPoint?.(x, y);
  if (found) {
    return { node: found.offsetNode, offset: found.offset };
  }
  const range = document.caretRangeFromPoint?.(x, y); // Safari
  return range && { node: range.startContainer, offset: range.startOffset };
}
