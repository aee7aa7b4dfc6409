// What is noted during a visit.
import "./main.js";

export { default as "field-notes" } from "./controllers/field_notes_controller.js";
