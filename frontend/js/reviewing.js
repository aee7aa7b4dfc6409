// Behaviours of the pages on which work is read and answered.
import "./main.js";
import { begin } from "./lazy.js";
import * as these from "./reviewing.js";

export { default as box } from "./controllers/box_controller.js";
export { default as hints } from "./controllers/hints_controller.js";
export { default as passage } from "./controllers/passage_controller.js";
export { default as phrases } from "./controllers/phrases_controller.js";
export { default as standing } from "./controllers/standing_controller.js";
export { default as stems } from "./controllers/stems_controller.js";
export { default as undecided } from "./controllers/undecided_controller.js";

begin(these);
