// The strip above a transcript: findings by severity above, cues below, holes and overlaps in view.

const LANE = 15;
const CUES_TOP = SEVERITIES.length * LANE + 4;
const CUES_HEIGHT = 22;
const SPEED_TOP = CUES_TOP + CUES_HEIGHT + 6;
const SPEED_HEIGHT = 34;
const AXIS_TOP = SPEED_TOP + SPEED_HEIGHT + 4;
const STRIP_HEIGHT = AXIS_TOP + 16;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 18000].map((seconds) => seconds * 1000);

// Stretches in which two cues are on screen at once.
function overlaps(cues) {
  const stretches = [];
  let reach = -Infinity;
  for (const { start, end } of [...cues].sort((one, other) => one.start - other.start)) {
    if (start < reach && end > start) stretches.push([start, Math.min(reach, end)]);
    reach = Math.max(reach, end);
  }
  return stretches;
}

function lastMoment(file, detail) {
  return Math.max(1, file.duration, ...[detail.cues, file.findings].map((timed) => timed.reduce((last, { end }) => Math.max(last, end || 0), 0)));
}

function momentOf(finding) {
  return finding.start === null ? 0 : finding.start;
}

function hatching(pen, colour) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = 6;
  const brush = tile.getContext("2d");
  brush.strokeStyle = colour;
  brush.beginPath();
  brush.moveTo(-1, 7);
  brush.lineTo(7, -1);
  brush.stroke();
  return pen.createPattern(tile, "repeat");
}

function drawAxis(pen, width, total, colours) {
  const step = STEPS.find((candidate) => (candidate / total) * width >= 70) || STEPS.at(-1);
  pen.fillStyle = pen.strokeStyle = colours("--muted");
  pen.font = "11px system-ui, sans-serif";
  for (let moment = 0; moment <= total; moment += step) {
    const x = Math.round((moment / total) * (width - 1)) + 0.5;
    pen.beginPath();
    pen.moveTo(x, AXIS_TOP - 3);
    pen.lineTo(x, AXIS_TOP + 2);
    pen.stroke();
    const label = total >= 3600000 ? duration(moment) : timecode(moment).slice(0, 5);
    pen.fillText(label, Math.min(Math.max(0, x - 12), width - pen.measureText(label).width), AXIS_TOP + 13);
  }
}

// Reading speed by cue, against the limits it was judged by; what is faster than any limit stands out.
function drawSpeeds(pen, strip, x, colours, width) {
  const { cues, limits } = strip.detail;
  const speeds = cues.map(({ speed }) => speed).filter((speed) => speed !== null).sort((one, other) => one - other);
  if (!speeds.length) return;
  const highest = Math.max(...limits.map((limit) => limit * 1.6), (speeds[Math.floor(speeds.length * 0.98)] / 10) * 1.1, 1);
  const y = (speed) => SPEED_TOP + SPEED_HEIGHT * (1 - Math.min(1, speed / highest));
  const limit = limits.length ? Math.min(...limits) : Infinity;
  for (const { start, end, speed } of cues) {
    if (speed === null) continue;
    pen.fillStyle = colours(speed / 10 > limit ? "--warning-fill" : "--cue-odd");
    pen.fillRect(x(start), y(speed / 10), Math.max(0.6, x(end) - x(start) - 0.8), SPEED_TOP + SPEED_HEIGHT - y(speed / 10));
  }
  pen.fillStyle = pen.strokeStyle = colours("--ink");
  pen.font = "10px system-ui, sans-serif";
  for (const line of limits) {
    pen.setLineDash([4, 3]);
    pen.beginPath();
    pen.moveTo(0, y(line));
    pen.lineTo(width, y(line));
    pen.stroke();
    pen.setLineDash([]);
    const label = `limit ${figure(line)}/s`;
    pen.fillText(label, width - pen.measureText(label).width - 2, y(line) - 2);
  }
}

function drawStrip(strip) {
  const { canvas, detail, total } = strip;
  const width = canvas.clientWidth;
  if (!width) return;
  const scale = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(STRIP_HEIGHT * scale);
  const pen = canvas.getContext("2d");
  pen.scale(scale, scale);
  const style = getComputedStyle(document.documentElement);
  const known = new Map();
  const colours = (name) => {
    if (!known.has(name)) known.set(name, style.getPropertyValue(name).trim());
    return known.get(name);
  };
  const x = (moment) => (moment / total) * width;

  pen.fillStyle = hatching(pen, colours("--hatch"));
  pen.fillRect(0, CUES_TOP, width, CUES_HEIGHT);
  detail.cues.forEach(({ start, end }, turn) => {
    const left = x(start);
    const wide = Math.max(0.6, x(end) - left);
    pen.fillStyle = colours("--page");
    pen.fillRect(left, CUES_TOP, wide, CUES_HEIGHT);
    pen.fillStyle = colours(turn % 2 ? "--cue-odd" : "--cue");
    pen.fillRect(left, CUES_TOP, wide > 3 ? wide - 0.8 : wide, CUES_HEIGHT);
  });
  pen.fillStyle = colours("--overlap");
  for (const [start, end] of overlaps(detail.cues)) pen.fillRect(x(start), CUES_TOP - 3, Math.max(1.5, x(end) - x(start)), CUES_HEIGHT + 6);
  drawSpeeds(pen, strip, x, colours, width);
  drawAxis(pen, width, total, colours);

  for (const finding of strip.findings) {
    pen.save();
    pen.translate(Math.min(Math.max(0, x(momentOf(finding)) - 5), width - 10), SEVERITIES.indexOf(finding.severity) * LANE + 2);
    pen.scale(0.75, 0.75);
    const shape = new Path2D(SHAPES[finding.severity]);
    pen.fillStyle = colours(`--${finding.severity}-fill`);
    pen.fill(shape);
    pen.strokeStyle = colours("--page");
    pen.stroke(shape);
    pen.restore();
  }
  if (strip.current !== null) {
    pen.strokeStyle = colours("--ink");
    pen.lineWidth = 1.5;
    pen.strokeRect(Math.max(0.75, x(strip.current.start) - 1), 0.75, Math.max(3, x(strip.current.end) - x(strip.current.start) + 2), AXIS_TOP - 2);
  }
}

function nearest(items, distance) {
  return items.reduce((best, item) => (best === null || distance(item) < distance(best) ? item : best), null);
}

// What lies under the pointer: a finding in the lanes above, a cue below.
function pointedAt(strip, event) {
  const box = strip.canvas.getBoundingClientRect();
  const moment = ((event.clientX - box.left) / box.width) * strip.total;
  const lane = SEVERITIES[Math.floor((event.clientY - box.top) / LANE)];
  const finding = lane && nearest(strip.findings.filter(({ severity }) => severity === lane), (one) => Math.abs(momentOf(one) - moment));
  if (finding && (Math.abs(momentOf(finding) - moment) / strip.total) * box.width < 9) return { moment, finding };
  const away = ({ start, end }) => Math.max(start - moment, moment - end, 0);
  return { moment, cue: nearest(strip.detail.cues, away), inside: strip.detail.cues.some((cue) => away(cue) === 0) };
}

function describe({ moment, finding, cue, inside }) {
  if (finding) return [`${timecode(finding.start)} `, shown(`${finding.rule.code} ${finding.rule.name}: ${finding.message}`)];
  const speed = inside && cue.speed !== null ? `, ${(cue.speed / 10).toFixed(1)} characters a second` : "";
  return [`${timecode(Math.round(moment))} `, inside ? `cue ${cue.number}${speed}` : "no caption"];
}

function buildTimeline(file, detail, findings) {
  const canvas = el("canvas", { class: "strip", role: "img",
    "aria-label": `Timeline of ${counted(detail.cues.length, "cue")} and ${counted(findings.length, "finding")} over ${duration(file.duration)}. The transcript below holds the same in text.` });
  const readout = el("p", { class: "readout muted" }, "Click a finding or a cue to go there.");
  const strip = { canvas, detail, findings, total: lastMoment(file, detail), current: null };
  canvas.addEventListener("pointermove", (event) => readout.replaceChildren(...describe(pointedAt(strip, event)).flat()));
  canvas.addEventListener("click", (event) => {
    const { finding, cue } = pointedAt(strip, event);
    if (finding) select(finding);
    else if (cue) showCue(cue.number);
  });
  strip.node = el("section", { class: "timeline", "aria-label": "Timeline" }, canvas,
    el("div", { class: "legend" }, readout, el("ul", {},
      SEVERITIES.map((name) => el("li", {}, icon(name), ` ${name}`)),
      el("li", {}, el("span", { class: "swatch shade-cue" }), " cue"),
      el("li", {}, el("span", { class: "swatch shade-overlap" }), " overlap"),
      el("li", {}, el("span", { class: "swatch shade-hole" }), " no caption"),
      el("li", { title: detail.counting ? `Counted: ${detail.counting}` : null }, el("span", { class: "swatch shade-speed" }), " reading speed"))));
  return strip;
}
