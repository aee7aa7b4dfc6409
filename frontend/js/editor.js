// The buttons above a box for longer text, and what is pasted into it. Loaded where there is such a box.
import "@github/markdown-toolbar-element";
import { markdownOfHtml, withListMarks } from "./paste.js";

/** Paste with lists, links and emphasis; what was plain text stays so. */
export function paste(event) {
  const box = event.currentTarget;
  const { clipboardData } = event;
  const plain = clipboardData.getData("text/plain");
  const html = clipboardData.getData("text/html");
  const text = (html && markdownOfHtml(html)) || withListMarks(plain);
  if (clipboardData.files.length > 0 || text === plain || text === "") {
    return; // the browser does it as well
  }
  event.preventDefault();
  insert(box, text);
}

/** Put text in place of what is selected, so that Undo takes it away again. */
function insert(box, text) {
  box.focus();
  if (!document.execCommand?.("insertText", false, text)) {
    box.setRangeText(text, box.selectionStart, box.selectionEnd, "end");
    box.dispatchEvent(new Event("input", { bubbles: true }));
  }
}
