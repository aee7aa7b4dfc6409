// Behaviours of a meeting.
import "./main.js";
import { begin } from "./lazy.js";
import * as these from "./meeting_room.js";

export { default as clock } from "./controllers/clock_controller.js";
export { default as meeting } from "./controllers/meeting_controller.js";

begin(these);
