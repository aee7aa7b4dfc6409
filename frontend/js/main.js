import { Application } from "@hotwired/stimulus";
import AgainController from "./controllers/again_controller.js";
import AutogrowController from "./controllers/autogrow_controller.js";
import AutosaveController from "./controllers/autosave_controller.js";
import BoxController from "./controllers/box_controller.js";
import ClipUploadController from "./controllers/clip_upload_controller.js";
import ClockController from "./controllers/clock_controller.js";
import ComfortController from "./controllers/comfort_controller.js";
import ContentsController from "./controllers/contents_controller.js";
import CopyController from "./controllers/copy_controller.js";
import DialogController from "./controllers/dialog_controller.js";
import EditorController from "./controllers/editor_controller.js";
import FieldNotesController from "./controllers/field_notes_controller.js";
import ForgetController from "./controllers/forget_controller.js";
import HintsController from "./controllers/hints_controller.js";
import MeetingController from "./controllers/meeting_controller.js";
import MistakesController from "./controllers/mistakes_controller.js";
import MomentsController from "./controllers/moments_controller.js";
import NotesController from "./controllers/notes_controller.js";
import OrderController from "./controllers/order_controller.js";
import PassageController from "./controllers/passage_controller.js";
import PasskeyController from "./controllers/passkey_controller.js";
import PhrasesController from "./controllers/phrases_controller.js";
import PlaceController from "./controllers/place_controller.js";
import PlacesController from "./controllers/places_controller.js";
import PlayerController from "./controllers/player_controller.js";
import PrintController from "./controllers/print_controller.js";
import ProseController from "./controllers/prose_controller.js";
import RecorderController from "./controllers/recorder_controller.js";
import StandingController from "./controllers/standing_controller.js";
import StemsController from "./controllers/stems_controller.js";
import SwapController from "./controllers/swap_controller.js";
import TermsController from "./controllers/terms_controller.js";
import TurnController from "./controllers/turn_controller.js";
import UndecidedController from "./controllers/undecided_controller.js";
import UploadController from "./controllers/upload_controller.js";
import ZoneController from "./controllers/zone_controller.js";
import { dropArrived } from "./copies.js";
import { showLaidAside } from "./not_saved.js";
import { start } from "./plain_forms.js";
import { start as watchPresses } from "./presses.js";

dropArrived();
start();
watchPresses();
showLaidAside();

const app = Application.start();
app.register("again", AgainController);
app.register("autogrow", AutogrowController);
app.register("autosave", AutosaveController);
app.register("box", BoxController);
app.register("clip-upload", ClipUploadController);
app.register("clock", ClockController);
app.register("copy", CopyController);
app.register("dialog", DialogController);
app.register("editor", EditorController);
app.register("field-notes", FieldNotesController);
app.register("forget", ForgetController);
app.register("hints", HintsController);
app.register("phrases", PhrasesController);
app.register("place", PlaceController);
app.register("comfort", ComfortController);
app.register("contents", ContentsController);
app.register("meeting", MeetingController);
app.register("mistakes", MistakesController);
app.register("moments", MomentsController);
app.register("notes", NotesController);
app.register("order", OrderController);
app.register("passage", PassageController);
app.register("passkey", PasskeyController);
app.register("places", PlacesController);
app.register("player", PlayerController);
app.register("print", PrintController);
app.register("prose", ProseController);
app.register("standing", StandingController);

app.register("recorder", RecorderController);
app.register("stems", StemsController);
app.register("swap", SwapController);
app.register("terms", TermsController);
app.register("turn", TurnController);
app.register("undecided", UndecidedController);
app.register("upload", UploadController);
app.register("zone", ZoneController);

// The server never hears of the part of a page that was asked for: whoever signs in comes to it all the same.
if (!document.body.dataset.me && location.hash) {
  for (const form of document.querySelectorAll('form[method="post"]')) {
    form.action += location.hash;
  }
}
