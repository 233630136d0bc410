// One file: its scores, timeline, transcript and findings.

const view = { key: "", file: null, detail: null, findings: [], nodes: new Map(), cueNodes: new Map(), strip: null, list: null, finding: null, note: null };

// How many cues around a cue with findings are shown with it.
const NEAR = 2;

// The text cut where a highlight begins or ends; a stretch under several findings is one mark.
function highlighted(text, parts) {
  if (!parts.length) return shown(text);
  const cuts = [...new Set([0, text.length, ...parts.flatMap(({ from, to }) => [from, to])])].sort((one, other) => one - other);
  const nodes = [];
  cuts.forEach((from, turn) => {
    const to = cuts[turn + 1];
    for (const { finding } of parts.filter((part) => part.from === from && part.to === from)) nodes.push(mark([finding], []));
    if (to === undefined) return;
    const here = parts.filter((part) => part.from <= from && part.to >= to && part.from < part.to)
      .sort((one, other) => (one.to - one.from) - (other.to - other.from)).map(({ finding }) => finding);
    nodes.push(...(here.length ? [mark(here, shown(text.slice(from, to)))] : shown(text.slice(from, to))));
  });
  return nodes;
}

function worst(findings) {
  return nearest(findings, ({ severity }) => SEVERITIES.indexOf(severity));
}

// The findings come narrowest first: a click means the one that says most about this stretch.
function mark(findings, content) {
  const kind = [worst(findings).severity, findings.length > 1 ? "several" : "", content.length ? "" : "point"];
  return el("mark", { class: kind.filter(Boolean).join(" "), "data-findings": findings.map(({ number }) => number).join(" "),
    title: spelled(findings.map(({ rule }) => `${rule.code} ${rule.name}`).join(", ")), onclick: () => select(findings[0]) }, content);
}

function definition(name, ...value) {
  return [el("dt", {}, name), el("dd", {}, value)];
}

function measurement({ measured, limit, unit }) {
  const of = unit ? ["\u00a0", shown(unit)] : [];
  return [
    measured === null ? [] : definition("Measured", shown(figure(measured)), of),
    limit === null ? [] : definition("Limit", shown(figure(limit)), of),
  ];
}

function place([line, column, endLine, endColumn]) {
  return line === endLine ? `line ${line}, columns ${column}–${endColumn}` : `line ${line}, column ${column} to line ${endLine}, column ${endColumn}`;
}

// An address without filters: whoever follows it sees what the writer saw, and everything else.
function linkTo(finding) {
  return address({ ...DEFAULTS, file: finding.file.path, cue: finding.cue, rule: finding.rule.code });
}

// What a reviewer needs of a rule's documentation at once: what to do comes first. The rest stays folded.
const LEADING = { Fix: "How to fix it", Why: "Why it matters" };

// Everything about a finding, built when it is first opened.
function evidence(finding) {
  const { rule, source, cost, confidence, severity, text, start, end } = finding;
  const rest = [...rule.sections].filter(([title]) => !Object.hasOwn(LEADING, title));
  return el("div", { class: "evidence" },
    el("dl", {},
      measurement(finding),
      source ? definition("Limit from", shown(source)) : [],
      text ? definition("Text", el("q", { dir: "auto", lang: languageTag(view.file.language) }, shown(text))) : [],
      definition("Judgement", `${severity}, ${confidence}`),
      definition("Cost", `${figure(cost)} points of ${rule.category || "score"}`),
      start === null ? [] : definition("Time", `${timecode(start)} – ${timecode(end)}`),
      definition("In the file", place(finding.span)),
      finding.witness ? definition("Rests on", shown(finding.witness)) : [],
      definition("Link", el("a", { href: linkTo(finding) }, "this finding"))),
    rule.summary ? el("p", { class: "summary" }, shown(rule.summary)) : null,
    Object.entries(LEADING).filter(([title]) => rule.sections.has(title)).map(([title, heading]) => [el("h4", {}, heading), prose(rule.sections.get(title))]),
    rest.length ? el("details", { class: "more" }, el("summary", {}, shown(`More about ${rule.code}`)), rest.map(([title, body]) => [el("h4", {}, shown(title)), prose(body)])) : null);
}

function findingNode(finding) {
  const { rule, severity, confidence, measured, message } = finding;
  const head = el("summary", { "data-finding": finding.number },
    icon(severity), el("span", {}, el("code", {}, shown(rule.code)), " ", el("strong", {}, shown(rule.name)), " ", bdi(message),
      confidence === "certain" ? null : el("span", { class: "muted" }, ` (${confidence})`),
      finding.fresh ? [" ", el("span", { class: "fresh" }, "new")] : null,
      el("span", { class: "decision", hidden: true }),
      typeof measured === "number" ? el("span", { class: "hidden" }, ` measured ${figure(measured)}`) : null));
  const node = el("details", { class: `finding ${severity}` }, head);
  // The event comes late, when another file may already be shown.
  node.addEventListener("toggle", () => { if (node.open && view.file === finding.file) unfold(node, finding); });
  head.addEventListener("click", () => { if (!node.open) hold(finding); });
  view.nodes.set(finding.number, node);
  drawDecision(finding);
  return node;
}

// Opened with its evidence at once, so that its height is known when it is scrolled to.
function unfold(node, finding) {
  if (!node.querySelector(".evidence")) node.append(evidence(finding));
  node.open = true;
}

function drawDecision(finding) {
  const node = finding.file === view.file && view.nodes.get(finding.number);
  if (!node) return;
  const made = decisionOf(finding);
  const chip = node.querySelector(".decision");
  node.classList.toggle("decided", Boolean(made));
  chip.hidden = !made;
  chip.className = made ? `decision ${made.decision}` : "decision";
  chip.replaceChildren(...(made ? [DECISIONS[made.decision].label, made.note ? [": ", shown(made.note)] : []].flat() : []));
}

// Findings that lie in no text (timing, settings) are marked at the time code.
function timeBadges(findings) {
  return findings.filter(({ parts }) => !parts.length).map((finding) =>
    el("button", { type: "button", class: "badge", title: spelled(`${finding.rule.code} ${finding.rule.name}`), onclick: () => select(finding) }, icon(finding.severity), shown(finding.rule.code)));
}

function cueText(cue, parts, language) {
  if (cue.text === undefined) return el("p", { class: "text muted" }, view.detail.complete ? "text left out of this large report" : "text not kept in this report");
  if (cue.text === "") return el("p", { class: "text muted" }, "(no text)");
  return el("p", { class: "text", dir: "auto", lang: languageTag(language) }, highlighted(cue.text, parts));
}

// What the other texts of the speech say during this cue.
function beside(cue) {
  // Where the difference is shown, the reference is in it.
  const differs = view.detail.difference && (view.detail.difference.byCue.get(cue.number)?.pieces.length ?? 0) > 0;
  const said = view.detail.witnesses.filter(({ name, texts }) => texts.has(cue.number) && !(differs && name === "reference"));
  if (!said.length) return null;
  return el("dl", { class: "beside" }, said.map(({ name, language, texts }) => [
    el("dt", {}, name, language ? [" ", shown(language)] : ""),
    texts.get(cue.number).map((text) => el("dd", { dir: "auto", lang: languageTag(language) }, shown(text)))]));
}

function wholeWitnesses(detail) {
  return detail.witnesses.filter(({ whole }) => whole).map(({ name, path, language, whole }) =>
    el("details", { class: "unverified" }, el("summary", {}, `The ${name}, which has no times: `, bdi(path)),
      el("p", { class: "text", dir: "auto", lang: languageTag(language) }, shown(whole))));
}

function cueNode(cue, findings, parts) {
  const node = el("li", { class: findings.length ? "cue flagged" : "cue", id: `cue-${cue.number}`, value: cue.number },
    el("a", { class: "cue-number", href: address({ cue: cue.number, rule: "" }), "aria-label": `Cue ${cue.number}` }, String(cue.number)),
    el("div", { class: "times" },
      el("span", {}, timecode(cue.start), el("span", { class: "muted" }, " – "), timecode(cue.end)),
      el("span", { class: "muted", title: view.detail.counting ? `Characters a second, counted: ${view.detail.counting}` : null },
        cue.end > cue.start ? `${((cue.end - cue.start) / 1000).toFixed(1)} s` : "no time", cue.speed === null ? null : ` · ${(cue.speed / 10).toFixed(1)} c/s`),
      run.media[view.file.path] ? el("button", { type: "button", class: "play", "aria-label": `Play cue ${cue.number}`, title: "Play this cue (p)", onclick: () => playCue(cue) }, "▶") : null,
      timeBadges(findings)),
    el("div", { class: "said" }, cue.speaker ? el("span", { class: "speaker" }, bdi(cue.speaker)) : null, cueText(cue, parts, view.file.language), differenceLine(cue), beside(cue)),
    findings.length ? el("div", { class: "findings" }, findings.map(findingNode)) : null);
  view.cueNodes.set(cue.number, node);
  return node;
}

function wantedFindings() {
  return view.file.findings.filter(passes);
}

function holds(text, wanted) {
  return (text || "").normalize("NFC").toLowerCase().includes(wanted);
}

// Which cues are listed: all, those near findings, those the search finds.
function listedCues(detail, byCue) {
  const wanted = state.find.normalize("NFC").toLowerCase();
  if (wanted) {
    return detail.cues.filter(({ number, text, speaker }) => holds(text, wanted) || holds(speaker, wanted)
      || (byCue.get(number) || []).some(({ message, rule }) => holds(`${rule.code} ${rule.name} ${message}`, wanted)));
  }
  if (!state.only) return detail.cues;
  const near = new Set();
  for (const number of byCue.keys()) {
    for (let step = -NEAR; step <= NEAR; step += 1) near.add(number + step);
  }
  return detail.cues.filter(({ number }) => near.has(number));
}

function grouping(findings) {
  const byCue = new Map();
  const partsOf = new Map();
  for (const finding of findings) {
    if (finding.cue) byCue.set(finding.cue, [...(byCue.get(finding.cue) || []), finding]);
    for (const [cue, from, to] of finding.parts) {
      if (!partsOf.has(cue)) partsOf.set(cue, []);
      partsOf.get(cue).push({ from, to, finding });
    }
  }
  return { byCue, partsOf };
}

function gapNode(from, to) {
  const count = to - from + 1;
  return el("li", { class: "gap" }, state.find ? `${counted(count, "cue")} without a match` : `${counted(count, "cue")} without findings`);
}

// Lists of some dozen rows each: the browser lays out a whole list at a time, and only near the screen.
const LIST_ROWS = 40;

function lists(rows) {
  const count = Math.ceil(rows.length / LIST_ROWS);
  return Array.from({ length: count }, (_, turn) => el("ol", { class: "rows" }, rows.slice(turn * LIST_ROWS, (turn + 1) * LIST_ROWS)));
}

function drawTranscript() {
  const { detail } = view;
  view.nodes.clear();
  view.cueNodes.clear();
  const wanted = wantedFindings();
  const { byCue, partsOf } = grouping(wanted);
  const cues = listedCues(detail, byCue);
  const general = state.find ? [] : wanted.filter(({ cue }) => !cue);
  const rows = [];
  let next = 1;
  for (const cue of cues) {
    if (cue.number > next && detail.complete) rows.push(gapNode(next, cue.number - 1));
    rows.push(cueNode(cue, byCue.get(cue.number) || [], partsOf.get(cue.number) || []));
    next = cue.number + 1;
  }
  if (next <= detail.cues.length && detail.complete) rows.push(gapNode(next, detail.cues.length));
  view.general.replaceChildren(...(general.length ? [el("h2", {}, "About the whole file"), ...general.map(findingNode)] : []));
  view.list.replaceChildren(...lists(rows.length ? rows : [el("li", { class: "gap" }, "No cue to show.")]));
  view.findings = wanted.filter(({ number }) => view.nodes.has(number));
  const hidden = view.file.findings.length - wanted.length;
  view.note.replaceChildren(`${figure(cues.length)} of ${counted(detail.cues.length, "cue")}, ${counted(view.findings.length, "finding")}`,
    ...(hidden ? [`, ${figure(hidden)} hidden by filters `, el("button", { type: "button", class: "link", onclick: () => adjust({ filter: "", severity: "", fresh: false }) }, "show all")] : []));
}

function toolbar(file) {
  const mentioned = [...new Set(file.counts.map(([rule]) => rules[rule]))].sort((one, other) => one.code.localeCompare(other.code));
  const slowly = later((find) => adjust({ find, cue: 0, rule: "" }), 150);
  const rule = el("select", { onchange: (event) => adjust({ filter: event.target.value, cue: 0, rule: "" }) }, ruleOptions(mentioned));
  const severity = el("select", { onchange: (event) => adjust({ severity: event.target.value, cue: 0, rule: "" }) }, severityOptions());
  if (state.filter && ![...rule.options].some(({ value }) => value === state.filter)) rule.append(el("option", { value: state.filter }, spelled(state.filter)));
  const only = el("input", { type: "checkbox", onchange: (event) => adjust({ only: event.target.checked, cue: 0, rule: "" }) });
  const find = el("input", { type: "search", id: "search-cues", placeholder: "words, codes", oninput: (event) => slowly(event.target.value) });
  view.controls = { filter: rule, severity, find };
  view.only = only;
  view.note = el("p", { class: "muted", role: "status" });
  return el("form", { class: "filters sticky", role: "search", "aria-label": "Filter findings", onsubmit: (event) => event.preventDefault() },
    field("Search", find), field("Rule", rule), field("Severity", severity),
    el("label", { class: "check" }, only, ` Only cues with findings (±${NEAR})`),
    freshBox("fresh-findings"),
    view.note);
}

const HOW = {
  option: "given as an option", configuration: "given in the configuration", "file name": "taken from the file name",
  "folder name": "taken from the folder name", header: "stated in the file's header", text: "recognised from the text",
};

function factsOf(file) {
  const language = file.language ? [el("strong", {}, shown(file.language)), " (", shown(HOW[file.how] || file.how), ")"] : "not decided";
  return el("dl", { class: "file-facts" },
    definition("Format", shown(file.format)), definition("Encoding", shown(file.encoding)), definition("Language", language),
    definition("Cues", figure(file.cues)), definition("Duration", duration(file.duration)),
    definition("Findings", SEVERITIES.map((name) => [icon(name), ` ${figure(file[name])} `])));
}

function fileWarnings({ warnings }) {
  return warnings.map((warning) => el("p", { class: "notice warning" }, icon("warning"), " ", bdi(warning)));
}

function fileNotVerified(detail) {
  if (!detail.notVerified.length) return null;
  return el("details", { class: "unverified" }, el("summary", {}, `${counted(detail.notVerified.length, "rule")} not verified in this file`),
    el("ul", { class: "plain" }, detail.notVerified.map(({ rule, reason }) => el("li", {}, el("code", {}, shown(rule.code)), " ", shown(rule.name), ": ", bdi(reason)))));
}

function asides(findings, title) {
  if (!findings.length) return null;
  return el("details", { class: "unverified" }, el("summary", {}, `${counted(findings.length, "finding")} ${title}`),
    el("ul", { class: "plain" }, findings.map(({ rule, severity, cue, message, text, reason }) => el("li", {}, icon(severity), " ", el("code", {}, shown(rule.code)), " ", shown(rule.name), ": ", bdi(message),
      cue ? `, cue ${cue}` : "", text ? [" ", el("q", { dir: "auto" }, shown(text))] : "", reason ? [" – ", bdi(reason)] : ""))));
}

function buildFile(file) {
  const detail = detailOf(file);
  Object.assign(view, { file, detail, finding: null, general: el("section", { class: "general", "aria-label": "Findings about the whole file" }), list: el("div", { class: "transcript" }) });
  const notice = !detail.complete ? "This audit kept no cue text: only cues with findings are listed."
    : run.neighbours === null ? "" : "A large run: the text of cues away from findings was left out.";
  view.timeline = el("div");
  document.getElementById("file").replaceChildren(
    el("nav", { class: "crumbs", "aria-label": "Place" }, el("a", { href: isPage ? indexAddress() : "#", id: "back", onclick: (event) => { event.preventDefault(); closeFile(); } }, "‹ All files")),
    el("h1", { tabindex: -1, id: "file-title" }, bdi(file.path)),
    el("div", { class: "panel file-head" }, scoreList(file.scores, false), factsOf(file)),
    ...(notice ? [el("p", { class: "notice" }, notice)] : []),
    view.timeline,
    ...[storageNotice()].filter(Boolean),
    ...fileWarnings(detail),
    ...[referencePanel(file, detail), fileNotVerified(detail), asides(detail.accepted, "accepted, counted in no score"), asides(detail.gone, "gone since the last run"), ...wholeWitnesses(detail)].filter(Boolean),
    toolbar(file),
    view.general,
    el("section", { "aria-label": "Transcript" }, view.list));
}

function drawFile(file) {
  const opened = view.file !== file;
  if (opened) buildFile(file);
  const key = [file.number, state.filter, state.severity, state.fresh, state.only, state.find].join("\n");
  if (view.key !== key) {
    view.key = key;
    drawTranscript();
    view.strip = buildTimeline(file, view.detail, view.findings);
    view.timeline.replaceChildren(view.strip.node);
    view.finding = null;
    drawStrip(view.strip);
  }
  for (const [name, control] of Object.entries(view.controls)) {
    if (control !== document.activeElement) control.value = state[name];
  }
  view.only.checked = state.only;
  drawFresh();
  if ((state.cue || state.rule) && !(view.finding && view.finding.cue === state.cue)) revealCue(state.cue);
  drawDock();
  return opened;
}

function closeFile() {
  if (isPage) location.href = indexAddress();
  else go({ file: "", cue: 0, rule: "", find: "", only: false });
}

function leaveFile() {
  leaveDock();
  Object.assign(view, { key: "", file: null, finding: null });
  document.getElementById("file").replaceChildren();
}

const MOST_CORRECTIONS = 20;

// Rows out of sight have only an estimated height: the aim is corrected until they are laid out and it holds.
function scrollTo(node, corrections = MOST_CORRECTIONS) {
  // The top of what is taller than the screen matters more than its middle.
  node.scrollIntoView({ block: node.offsetHeight > window.innerHeight * 0.6 ? "start" : "center" });
  const aimed = node.getBoundingClientRect().top;
  requestAnimationFrame(() => {
    if (node.isConnected && corrections && Math.abs(node.getBoundingClientRect().top - aimed) > 1) scrollTo(node, corrections - 1);
    else if (corrections === MOST_CORRECTIONS) requestAnimationFrame(() => scrollTo(node, 1));
  });
}

function markCurrent(cue, finding) {
  for (const node of document.querySelectorAll(".current")) node.classList.remove("current");
  const row = view.cueNodes.get(cue);
  if (row) row.classList.add("current");
  if (finding) {
    view.nodes.get(finding.number).classList.add("current");
    for (const node of view.list.querySelectorAll(`mark[data-findings~="${finding.number}"]`)) node.classList.add("current");
  }
  view.strip.current = view.detail.cues.find(({ number }) => number === cue) || null;
  drawStrip(view.strip);
  return row;
}

// Take a finding in hand without moving: the reader is already there.
function hold(finding) {
  view.finding = finding;
  adjust({ cue: finding.cue, rule: finding.rule.code });
  markCurrent(finding.cue, finding);
}

function select(finding) {
  if (view.finding && view.finding !== finding && view.nodes.has(view.finding.number)) view.nodes.get(view.finding.number).open = false;
  hold(finding);
  const node = view.nodes.get(finding.number);
  unfold(node, finding);
  scrollTo(view.cueNodes.get(finding.cue) || node);
  node.querySelector("summary").focus({ preventScroll: true });
  announce(spelled(`Finding ${view.findings.indexOf(finding) + 1} of ${view.findings.length} in this file: ${finding.rule.code} ${finding.rule.name}`));
}

// The place a link names: of several findings in a cue the one of its rule.
function revealCue(number) {
  const here = view.findings.filter(({ cue }) => cue === number);
  const finding = here.find(({ rule }) => rule.code === state.rule) || (number ? here[0] : null) || null;
  view.finding = finding;
  const row = markCurrent(number, finding);
  if (finding) unfold(view.nodes.get(finding.number), finding);
  if (row || finding) scrollTo(row || view.nodes.get(finding.number));
}

function showCue(number) {
  view.finding = null;
  if (!view.cueNodes.has(number)) adjust({ only: false, find: "", cue: number, rule: "" });
  else adjust({ cue: number, rule: "" });
}
