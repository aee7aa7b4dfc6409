import { Controller } from "@hotwired/stimulus";

const KINDS = [
  "video/mp4;codecs=avc1.42E01F,mp4a.40.2",
  "video/webm;codecs=vp8,opus",
  "video/webm",
  "video/mp4",
];
const VOICES = ["audio/mp4", "audio/webm;codecs=opus", "audio/webm"];
const HOW = { videoBitsPerSecond: 1_500_000, audioBitsPerSecond: 96_000 };
const CAMERA = {
  audio: true,
  video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } },
};

/** Records the camera, or the screen with the microphone; what is used is told as `recorder:use`. */
export default class extends Controller {
  static targets = [
    ...["whole", "begin", "screen", "stage", "live", "seen", "said", "mistake"],
    ...["start", "hold", "goOn", "stop", "use", "file"],
  ];
  static values = { words: Object, most: Number };

  connect() {
    this.warn = (event) => (this.recorder || this.file) && event.preventDefault();
    window.addEventListener("beforeunload", this.warn);
  }

  disconnect() {
    window.removeEventListener("beforeunload", this.warn);
    this.discard();
  }

  wholeTargetConnected(whole) {
    whole.hidden = false;
    const devices = navigator.mediaDevices;
    this.kind = this.supported(KINDS);
    this.screenTarget.hidden = !devices?.getDisplayMedia;
    if (!this.kind || !devices?.getUserMedia) {
      this.beginTarget.hidden = true;
      this.mistakeTarget.className = "small muted";
      this.mistakeTarget.textContent = this.wordsValue.noRecorder;
    }
  }

  wholeTargetDisconnected() {
    this.discard();
  }

  supported(kinds) {
    return window.MediaRecorder && kinds.find((kind) => MediaRecorder.isTypeSupported(kind));
  }

  camera() {
    this.kind = this.supported(KINDS);
    this.open(() => navigator.mediaDevices.getUserMedia(CAMERA));
  }

  voice() {
    this.kind = this.supported(VOICES) ?? this.kind;
    this.open(() => navigator.mediaDevices.getUserMedia({ audio: true }));
  }

  screen() {
    this.kind = this.supported(KINDS);
    this.open(async () => {
      const shown = await navigator.mediaDevices.getDisplayMedia({ video: true });
      const voice = await navigator.mediaDevices.getUserMedia({ audio: true }).catch(() => null);
      return new MediaStream([...shown.getVideoTracks(), ...(voice?.getAudioTracks() ?? [])]);
    });
  }

  async open(ask) {
    this.mistakeTarget.textContent = "";
    try {
      this.stream = await ask();
    } catch {
      this.mistakeTarget.textContent = this.wordsValue.noDevice;
      return;
    }
    this.stream.getTracks()[0].addEventListener("ended", () => this.stop());
    this.liveTarget.srcObject = this.stream;
    this.liveTarget.play();
    this.beginTarget.hidden = true;
    this.stageTarget.hidden = false;
    this.offer("start");
    this.startTarget.focus();
  }

  start() {
    const parts = [];
    this.seconds = 0;
    this.recorder = new MediaRecorder(this.stream, { mimeType: this.kind, ...HOW });
    this.recorder.addEventListener("dataavailable", ({ data }) => parts.push(data));
    this.recorder.addEventListener("stop", () => this.stopped(parts));
    this.recorder.start(1000);
    this.ticking = setInterval(() => this.tick(), 1000);
    this.offer("hold", "stop");
    this.tell("recording");
  }

  tick() {
    if (this.recorder?.state === "recording") {
      this.seconds += 1;
      this.tell("recording");
    }
    if (this.mostValue && this.seconds >= this.mostValue) {
      this.stop();
    }
  }

  hold() {
    this.recorder.pause();
    this.offer("goOn", "stop");
    this.tell("stopped");
  }

  goOn() {
    this.recorder.resume();
    this.offer("hold", "stop");
    this.tell("recording");
  }

  stop() {
    if (this.recorder && this.recorder.state !== "inactive") {
      this.recorder.stop();
    }
  }

  stopped(parts) {
    if (!this.recorder) {
      return; // it was discarded
    }
    const type = this.recorder.mimeType.split(";")[0] || this.kind.split(";")[0];
    const at = new Date().toISOString().slice(0, 16).replace("T", "-").replace(":", "");
    const name = `recording-${at}.${type.endsWith("mp4") ? "mp4" : "webm"}`;
    this.close();
    this.file = new File(parts, name, { type });
    this.seenTarget.src = URL.createObjectURL(this.file);
    this.liveTarget.hidden = true;
    this.seenTarget.hidden = false;
    this.offer("use");
    this.tell("kept");
  }

  use() {
    const { file } = this;
    this.discard();
    if (this.hasFileTarget) {
      const all = new DataTransfer();
      all.items.add(file);
      this.fileTarget.files = all.files;
    }
    this.dispatch("use", { detail: { file } });
  }

  discard() {
    this.close();
    this.file = null;
    if (!this.hasStageTarget) {
      return;
    }
    URL.revokeObjectURL(this.seenTarget.src);
    this.seenTarget.removeAttribute("src");
    this.seenTarget.hidden = true;
    this.liveTarget.hidden = false;
    this.stageTarget.hidden = true;
    this.beginTarget.hidden = !this.kind;
    this.saidTarget.textContent = "";
  }

  /** The camera is off, and its light too. */
  close() {
    clearInterval(this.ticking);
    const { recorder } = this;
    this.recorder = null;
    if (recorder && recorder.state !== "inactive") {
      recorder.stop();
    }
    for (const track of this.stream?.getTracks() ?? []) {
      track.stop();
    }
    this.stream = null;
  }

  offer(...names) {
    for (const name of ["start", "hold", "goOn", "stop", "use"]) {
      this[`${name}Target`].hidden = !names.includes(name);
    }
  }

  tell(what) {
    const rest = String(this.seconds % 60).padStart(2, "0");
    const time = `${Math.floor(this.seconds / 60)}:${rest}`;
    this.saidTarget.textContent = this.wordsValue[what].replace("{time}", time);
  }
}
