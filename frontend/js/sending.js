// Behaviours of the pages from which files are sent, or recorded.
import "./main.js";
import { begin } from "./lazy.js";
import * as these from "./sending.js";

export { default as "clip-upload" } from "./controllers/clip_upload_controller.js";
export { default as recorder } from "./controllers/recorder_controller.js";
export { default as upload } from "./controllers/upload_controller.js";

begin(these);
