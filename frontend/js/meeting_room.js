// Behaviours of a meeting.
import "./main.js";

export { default as clock } from "./controllers/clock_controller.js";
export { default as meeting } from "./controllers/meeting_controller.js";
