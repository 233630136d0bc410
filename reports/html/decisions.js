// What the reviewer decided: kept, exported, taken in again.

const DECISIONS = {
  accept: { label: "accepted as known", verb: "Accept" },
  reject: { label: "rejected as false alarm", verb: "Reject" },
  fix: { label: "to be fixed", verb: "To fix" },
};
const SCHEMA_VERSION = 1;
const EXCERPT = 80;

const decisions = new Map();
const past = [];
let changesMade = 0;
let trouble = "";

function decisionOf(finding) {
  return decisions.get(finding.key) || null;
}

function checkedRow(row, turn) {
  const texts = ["path", "rule", "fingerprint", "decision"];
  if (!row || texts.some((name) => typeof row[name] !== "string") || !Object.hasOwn(DECISIONS, row.decision)) {
    throw new Error(`entry ${turn + 1} is no decision`);
  }
  const { path, fingerprint, rule, decision } = row;
  const text = (value) => (typeof value === "string" ? value : "");
  return { path, fingerprint, rule, cue: Number.isInteger(row.cue) ? row.cue : null, decision, note: text(row.note), text: text(row.text) };
}

function checkedRows(exported) {
  if (!exported || exported.schema_version !== SCHEMA_VERSION || !Array.isArray(exported.decisions)) {
    throw new Error(`it has no list of decisions of schema version ${SCHEMA_VERSION}`);
  }
  return exported.decisions.map(checkedRow);
}

function keyOf({ path, rule, fingerprint }) {
  return JSON.stringify([path, rule, fingerprint]);
}

// A change is a row of a decision; one that was taken back has `null` for it.
function apply(kept, changes) {
  changesMade += 1;
  for (const row of changes) {
    if (row.decision === null) kept.delete(keyOf(row));
    else kept.set(keyOf(row), row);
  }
}

function exported(kept = decisions) {
  const rows = [...kept.values()].sort((one, other) => collator.compare(one.path, other.path) || (one.cue || 0) - (other.cue || 0));
  return `${JSON.stringify({ schema_version: SCHEMA_VERSION, decisions: rows }, null, 1)}\n`;
}

let saving = Promise.resolve();
let queued = false;
let underway = new Map();
let unsaved = new Map();
let redraw = () => {};

// What others have decided, with what was decided here and is not kept yet.
function takeOver(kept) {
  const before = exported();
  decisions.clear();
  apply(decisions, checkedRows(kept));
  apply(decisions, [...underway.values(), ...unsaved.values()]);
  if (exported() !== before) redraw();
}

// Saves follow each other, and changes made while one is under way go together.
function save(changes) {
  for (const row of changes) unsaved.set(keyOf(row), row);
  if (queued) return;
  queued = true;
  saving = saving.then(async () => {
    queued = false;
    underway = unsaved;
    unsaved = new Map();
    try {
      const kept = await keeper.save([...underway.values()]);
      underway = new Map();
      trouble = "";
      if (kept !== null) takeOver(kept);
    } catch (error) {
      unsaved = new Map([...underway, ...unsaved]);
      underway = new Map();
      trouble = `Decisions are not being kept in ${keeper.place} (${error.message}): export them before you close the page.`;
    }
    drawTrouble();
  });
}

function drawTrouble() {
  for (const node of document.querySelectorAll(".trouble")) {
    node.textContent = trouble;
    node.hidden = !trouble;
  }
}

// The flagged words, for people who read the exported file.
function wordsOf(finding) {
  const said = finding.text || finding.parts.map(([cue, from, to]) => (detailOf(finding.file).cues[cue - 1].text || "").slice(from, to)).join(" ");
  return [...said.replace(/\s+/g, " ").trim()].slice(0, EXCERPT).join("");
}

function put(finding, row) {
  const change = row || { ...decisionOf(finding), decision: null };
  apply(decisions, [change]);
  save([change]);
}

function decide(finding, decision, note) {
  const before = decisionOf(finding);
  past.push({ finding, before });
  put(finding, { path: finding.file.path, fingerprint: finding.fingerprint, rule: finding.rule.code, cue: finding.cue || null,
    decision, note: note ?? (before ? before.note : ""), text: wordsOf(finding) });
}

// Takes back the last decision and says which finding it was on.
function undo() {
  const last = past.pop();
  if (!last) return null;
  put(last.finding, last.before);
  return last.finding;
}

function exportDecisions() {
  const url = URL.createObjectURL(new Blob([exported()], { type: "application/json" }));
  el("a", { href: url, download: "decisions.json" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
  announce(`${counted(decisions.size, "decision")} exported.`);
}

async function importDecisions(file) {
  try {
    const rows = checkedRows(JSON.parse(await file.text()));
    apply(decisions, rows);
    past.length = 0;
    save(rows);
    const here = new Set(files.flatMap(({ findings }) => findings.map(({ key }) => key)));
    const strange = run.folder ? 0 : rows.filter((row) => !here.has(keyOf(row))).length;
    return `${counted(rows.length, "decision")} imported${strange ? `, ${figure(strange)} of them on findings that are not in this audit` : ""}.`;
  } catch (error) {
    return `Not imported: ${spelled(file.name)} is no file of decisions (${error.message}).`;
  }
}

async function restoreDecisions(changed) {
  try {
    const kept = await keeper.load();
    if (kept !== null) apply(decisions, checkedRows(kept));
  } catch (error) {
    trouble = `Earlier decisions cannot be read from ${keeper.place} (${error.message}).`;
  }
  redraw = changed;
  keeper.watch(takeOver);
}
