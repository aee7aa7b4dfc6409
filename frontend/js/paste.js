// What is pasted from a word processor or a web page, as Markdown: its lists, headings, links and
// emphasis stay, its looks do not.
import TurndownService from "turndown";

const STRUCTURE = "li, h1, h2, h3, h4, h5, h6, strong, b, em, i, a[href], blockquote, tr";
const BULLETS = /^([ \t]*)[•◦▪‣●○■–·][ \t]+/gm;

const turndown = new TurndownService({
  headingStyle: "atx",
  bulletListMarker: "-",
  emDelimiter: "_",
  codeBlockStyle: "fenced",
});
turndown.remove(["style", "script", "title"]);
turndown.addRule("picture", { filter: "img", replacement: () => "" });
turndown.addRule("item", {
  filter: "li",
  replacement: (content, item) => {
    const mark = item.parentNode.nodeName === "OL" ? `${number(item)}. ` : "- ";
    const indent = " ".repeat(mark.length);
    const text = content.trim().replace(/\n{2,}(?=\s*(?:-|\d+\.) )/g, "\n");
    return `${mark}${text.replace(/\n(?=.)/g, `\n${indent}`)}\n`;
  },
});
turndown.addRule("row", {
  filter: "tr",
  replacement: (_content, row) =>
    `${[...row.children].map((cell) => cell.textContent.trim().replace(/\s+/g, " ")).join(" | ")}\n`,
});

/** Markdown for what was copied as HTML; "" where it has nothing that plain text would lose. */
export function markdownOfHtml(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  readStyles(body);
  readWordLists(body);
  return body.querySelector(STRUCTURE) ? turndown.turndown(body).trim() : "";
}

/** Plain text in which each bullet of a word processor is a list item. */
export function withListMarks(text) {
  return text.replace(BULLETS, "$1- ");
}

function number(item) {
  const items = [...item.parentNode.children].filter((child) => child.nodeName === "LI");
  return Number(item.parentNode.getAttribute("start") ?? 1) + items.indexOf(item);
}

/** Google Docs says bold and italic by style, and wraps the whole in a `b` that is not bold. */
function readStyles(body) {
  for (const wrap of [...body.querySelectorAll("b[style]")]) {
    if (/font-weight:\s*(normal|400)/.test(wrap.getAttribute("style"))) {
      wrap.replaceWith(...wrap.childNodes);
    }
  }
  for (const span of [...body.querySelectorAll("span[style]")]) {
    const style = span.getAttribute("style");
    if (/font-weight:\s*(bold|[6-9]00)/.test(style)) {
      wrapIn(span, "strong");
    }
    if (/font-style:\s*italic/.test(style)) {
      wrapIn(span, "em");
    }
  }
}

function wrapIn(span, name) {
  if (!span.textContent.trim() || span.closest("h1, h2, h3, h4, h5, h6")) {
    return;
  }
  const wrap = span.ownerDocument.createElement(name);
  wrap.append(...span.childNodes);
  span.append(wrap);
}

/** Word writes list items as paragraphs that carry their level and their typed mark. */
function readWordLists(body) {
  let lists = []; // the open list of each level
  let last = null;
  for (const paragraph of [...body.querySelectorAll("p")]) {
    const level = Number(/mso-list:[^;]*level(\d)/.exec(paragraph.getAttribute("style"))?.[1] ?? 0);
    if (level === 0) {
      continue;
    }
    if (last && last.nextElementSibling !== paragraph) {
      lists = [];
    }
    const mark = takeMark(paragraph);
    const root = lists[0];
    lists = lists.slice(0, level);
    while (lists.length < level) {
      lists.push(openList(paragraph, lists.at(-1), mark));
    }
    const item = paragraph.ownerDocument.createElement("li");
    item.append(...paragraph.childNodes);
    lists.at(-1).append(item);
    last = root ?? lists[0];
    paragraph.remove();
  }
}

/** A list for this item: inside the last item of the list around it, or where the paragraph stands. */
function openList(paragraph, around, mark) {
  const numbered = /^[(]?[0-9a-z]{1,3}[.)]/i.test(mark);
  const list = paragraph.ownerDocument.createElement(numbered ? "ol" : "ul");
  if (/^\d+/.test(mark)) {
    list.setAttribute("start", Number.parseInt(mark, 10));
  }
  if (around) {
    (around.lastElementChild ?? around).append(list);
  } else {
    paragraph.before(list);
  }
  return list;
}

/** Take the typed mark ("1.", "·") out of a paragraph of Word's, and give it. */
function takeMark(paragraph) {
  const ignored = [...paragraph.querySelectorAll("span[style]")].find((span) =>
    /mso-list:\s*ignore/i.test(span.getAttribute("style")),
  );
  const mark = ignored?.textContent.trim() ?? "";
  ignored?.remove();
  return mark;
}
