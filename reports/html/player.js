// The recording of a file beside its transcript, played from and to the cue.

const VIDEO = /\.(mp4|m4v|mov|mkv|webm|ogv|avi)$/i;
const LEAD_MS = 250;

// Captions are WebVTT to the browser: what would be markup or a character reference in it is written as one.
function captionText(text) {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}

// The cues as the viewer of the video gets them.
function addCaptions(video, file) {
  const track = video.addTextTrack("captions", "Transcript", languageTag(file.language) || "");
  for (const { start, end, text } of detailOf(file).cues) {
    if (text && end > start) track.addCue(new VTTCue(start / 1000, end / 1000, captionText(text)));
  }
  track.mode = "showing";
}

const player = { element: null, until: null, note: null };

function buildPlayer(file) {
  leavePlayer();
  const address = run.media[file.path];
  if (!address) return null;
  const isVideo = VIDEO.test(address);
  const element = el(isVideo ? "video" : "audio", { controls: true, preload: "metadata", playsinline: true, src: address, "aria-label": "Recording" });
  if (isVideo) addCaptions(element, file);
  player.note = el("p", { class: "muted", role: "alert", hidden: true });
  element.addEventListener("error", () => {
    player.note.hidden = false;
    player.note.textContent = spelled(`The recording cannot be played: ${address}`);
  });
  element.addEventListener("timeupdate", () => {
    const now = element.currentTime * 1000;
    if (player.until !== null && now >= player.until) {
      player.until = null;
      element.pause();
    }
    followPlayer(now);
  });
  element.addEventListener("seeking", () => { if (player.until !== null && element.currentTime * 1000 > player.until) player.until = null; });
  player.element = element;
  return el("div", { class: "player" }, element, player.note);
}

function leavePlayer() {
  if (player.element) player.element.pause();
  Object.assign(player, { element: null, until: null, note: null });
}

function followPlayer(now) {
  const cue = view.detail && view.detail.cues.find(({ start, end }) => start <= now && now < end);
  for (const node of document.querySelectorAll(".cue.playing")) node.classList.remove("playing");
  if (cue && view.cueNodes.has(cue.number)) view.cueNodes.get(cue.number).classList.add("playing");
}

async function playCue(cue) {
  if (!player.element) return;
  player.until = null;
  player.element.currentTime = Math.max(0, cue.start - LEAD_MS) / 1000;
  player.until = Math.max(cue.end, cue.start) + LEAD_MS;
  try {
    await player.element.play();
  } catch (error) {
    // Paused before it began, or no longer there: nothing to tell.
    if (error.name !== "AbortError") announce(`The recording cannot be played: ${error.message}`);
  }
}

function playOrPause() {
  if (!player.element) return announce("No recording was given for this file (--media).");
  if (!player.element.paused) return player.element.pause();
  const cue = view.detail.cues.find(({ number }) => number === state.cue) || view.detail.cues[0];
  return cue ? playCue(cue) : undefined;
}
