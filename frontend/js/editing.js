// What a box for longer text needs: buttons that write Markdown, and paste that keeps lists.
import "./main.js";
import "@github/markdown-toolbar-element";

export { default as editor } from "./controllers/editor_controller.js";
