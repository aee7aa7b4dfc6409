// Resumable uploads; large, and so loaded by the page of an upload alone.
import "./main.js";

export { Upload } from "tus-js-client";
