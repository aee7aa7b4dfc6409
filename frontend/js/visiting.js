// What is noted during a visit.
import "./main.js";
import { begin } from "./lazy.js";
import * as these from "./visiting.js";

export { default as "field-notes" } from "./controllers/field_notes_controller.js";

begin(these);
