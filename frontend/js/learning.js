// Behaviours of the pages of a module.
import "./main.js";
import { begin } from "./lazy.js";
import * as these from "./learning.js";

export { default as contents } from "./controllers/contents_controller.js";
export { default as notes } from "./controllers/notes_controller.js";
export { default as order } from "./controllers/order_controller.js";
export { default as place } from "./controllers/place_controller.js";
export { default as terms } from "./controllers/terms_controller.js";
export { default as turn } from "./controllers/turn_controller.js";

begin(these);
