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

function takeIn(rows) {
  for (const row of rows) decisions.set(JSON.stringify([row.path, row.rule, row.fingerprint]), row);
}

function exported() {
  const rows = [...decisions.values()].sort((one, other) => collator.compare(one.path, other.path) || (one.cue || 0) - (other.cue || 0));
  return `${JSON.stringify({ schema_version: SCHEMA_VERSION, decisions: rows }, null, 1)}\n`;
}

let saving = Promise.resolve();
let waiting = false;

// Saves follow each other, and those made while one is under way become one.
function save() {
  if (waiting) return;
  waiting = true;
  saving = saving.then(async () => {
    waiting = false;
    try {
      await keeper.save(exported());
      trouble = "";
    } catch (error) {
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
  if (row) decisions.set(finding.key, row);
  else decisions.delete(finding.key);
  save();
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
    takeIn(rows);
    past.length = 0;
    save();
    const here = new Set(files.flatMap(({ findings }) => findings.map(({ key }) => key)));
    const strange = rows.filter((row) => !here.has(JSON.stringify([row.path, row.rule, row.fingerprint]))).length;
    return `${counted(rows.length, "decision")} imported${strange ? `, ${figure(strange)} of them on findings that are not in this audit` : ""}.`;
  } catch (error) {
    return `Not imported: ${spelled(file.name)} is no file of decisions (${error.message}).`;
  }
}

async function restoreDecisions(changed) {
  try {
    const kept = await keeper.load();
    if (kept !== null) takeIn(checkedRows(kept));
  } catch (error) {
    trouble = `Earlier decisions cannot be read from ${keeper.place} (${error.message}).`;
  }
  keeper.watch((kept) => {
    decisions.clear();
    takeIn(checkedRows(kept));
    changed();
  });
}
