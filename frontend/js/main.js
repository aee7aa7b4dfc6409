import { Application } from "@hotwired/stimulus";
import AgainController from "./controllers/again_controller.js";
import AutogrowController from "./controllers/autogrow_controller.js";
import AutosaveController from "./controllers/autosave_controller.js";
import ComfortController from "./controllers/comfort_controller.js";
import CopyController from "./controllers/copy_controller.js";
import DialogController from "./controllers/dialog_controller.js";
import ForgetController from "./controllers/forget_controller.js";
import MistakesController from "./controllers/mistakes_controller.js";
import PlacesController from "./controllers/places_controller.js";
import PrintController from "./controllers/print_controller.js";
import ProseController from "./controllers/prose_controller.js";
import SwapController from "./controllers/swap_controller.js";
import ZoneController from "./controllers/zone_controller.js";
import { dropArrived, leaveTogether } from "./copies.js";
import { start as startLazy } from "./lazy.js";
import { showLaidAside } from "./not_saved.js";
import { start } from "./plain_forms.js";
import { start as watchPresses } from "./presses.js";

dropArrived();
leaveTogether();
start();
watchPresses();
showLaidAside();

const app = Application.start();
app.register("again", AgainController);
app.register("autogrow", AutogrowController);
app.register("autosave", AutosaveController);
app.register("copy", CopyController);
app.register("dialog", DialogController);
app.register("forget", ForgetController);
app.register("comfort", ComfortController);
app.register("mistakes", MistakesController);
app.register("places", PlacesController);
app.register("print", PrintController);
app.register("prose", ProseController);
app.register("swap", SwapController);
app.register("zone", ZoneController);
startLazy(app);

// The server never hears of the part of a page that was asked for: whoever signs in comes to it all the same.
if (!document.body.dataset.me && location.hash) {
  for (const form of document.querySelectorAll('form[method="post"]')) {
    form.action += location.hash;
  }
}
