// Resumable uploads; large, and so loaded by the page of an upload alone.
export { Upload } from "tus-js-client";
