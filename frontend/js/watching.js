// Behaviours of the pages on which a clip plays.
import "./main.js";
import { begin } from "./lazy.js";
import * as these from "./watching.js";

export { default as edits } from "./controllers/edits_controller.js";
export { default as moments } from "./controllers/moments_controller.js";
export { default as player } from "./controllers/player_controller.js";

begin(these);
