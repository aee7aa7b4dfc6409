// Passkeys.
import "./main.js";

export { default as passkey } from "./controllers/passkey_controller.js";
