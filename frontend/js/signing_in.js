// Passkeys.
import "./main.js";
import { begin } from "./lazy.js";
import * as these from "./signing_in.js";

export { default as passkey } from "./controllers/passkey_controller.js";

begin(these);
