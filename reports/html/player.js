// The recording of a file beside its transcript, played from and to the cue.

const VIDEO = /\.(mp4|m4v|mov|mkv|webm|ogv|avi)$/i;
const LEAD_MS = 250;

const player = { element: null, until: null, note: null };

function buildPlayer(file) {
  leavePlayer();
  const address = run.media[file.path];
  if (!address) return null;
  const element = el(VIDEO.test(address) ? "video" : "audio", { controls: true, preload: "metadata", playsinline: true, src: address, "aria-label": "Recording" });
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
