// What a box for longer text needs: buttons that write Markdown, and paste that keeps lists.
import "./main.js";
import * as these from "./editing.js";
import { begin } from "./lazy.js";
import "@github/markdown-toolbar-element";

export { default as editor } from "./controllers/editor_controller.js";

begin(these);
