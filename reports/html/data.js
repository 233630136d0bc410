// The audit as embedded in the page. Rows are arrays to keep the page small; here they get their names.

const run = JSON.parse(document.getElementById("run").textContent);
const SEVERITIES = run.severities;
const SCORE_NAMES = ["overall", ...run.categories];

// One line of JSON per file; large runs carry the lines compressed (zlib) and in base64.
async function linesOf(id) {
  const element = document.getElementById(id);
  const packed = element.textContent;
  element.remove();
  if (!run.packed) return packed.split("\n");
  const bytes = Uint8Array.from(atob(packed), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return (await new Response(stream).text()).split("\n");
}

const opening = document.getElementById("opening");
if (run.packed) {
  opening.hidden = false;
  if (!window.DecompressionStream) opening.textContent = "This browser is too old to unpack the report: open it in one of 2023 or later.";
}
const findingLines = await linesOf("findings");
const cueLines = await linesOf("cues");
opening.hidden = true;

const rules = run.rules.map(([code, name, family, category, summary, sections]) => ({
  code, name, family, category, summary, sections: new Map(sections),
}));

function namedFinding(file, row, number) {
  const [rule, severity, confidence, cue, start, end, parts, span, message, measured, limit, unit, source, cost, text, fingerprint, witness, fresh] = row;
  return {
    file, number, rule: rules[rule], severity: SEVERITIES[severity], confidence: run.confidences[confidence],
    cue, start, end, parts, span, message, measured, limit,
    unit: run.strings[unit], source: run.strings[source], cost, text, fingerprint, witness: run.strings[witness], fresh: fresh === 1,
    key: JSON.stringify([file.path, rules[rule].code, fingerprint]),
  };
}

function inOrder(one, other) {
  const place = (finding) => finding.cue * 1e6 + (finding.parts.length ? finding.parts[0][1] : 0);
  return place(one) - place(other) || one.number - other.number;
}

// Shares of the reference, 0 to 1; `tight` is the character error rate without spaces, null where words are not spaced;
// `morphemes` is null but in Korean.
function namedRates(rates) {
  if (!rates) return null;
  const [wer, cer, tight, mer, wil, morphemes, substitutions, deletions, insertions, words] = rates;
  return { wer, cer, tight, mer, wil, morphemes, substitutions, deletions, insertions, words };
}

// The index of a folder of pages has no findings: its files say on which page they are.
const isIndex = run.folder !== null && run.folder.role === "index";

const files = run.files.map(([path, format, language, how, encoding, cues, duration, scores, counts, before, gone, rates, page, listening], number) => {
  const file = { number, path, format, language: language || "", how, encoding, cues, duration, scores, counts, before, gone, rates: namedRates(rates), page, listening };
  file.findings = isIndex ? [] : JSON.parse(findingLines[number]).map((row, turn) => namedFinding(file, row, turn)).sort(inOrder);
  for (const severity of SEVERITIES) file[severity] = 0;
  file.fresh = 0;
  for (const [, severity, count, fresh] of counts) {
    file[SEVERITIES[severity]] += count;
    file.fresh += fresh;
  }
  return file;
});

const fileByPath = new Map(files.map((file) => [file.path, file]).reverse());

// The rows hold each start as the time since the start before it.
function namedCues(rows) {
  let start = 0;
  return rows.map(([step, lasting, text, speed, speaker], position) => {
    start += step;
    return { number: position + 1, start, end: start + lasting, text, speed: speed ?? null, speaker: speaker || "" };
  });
}

// Without the document, the cues that findings name stand in for it; their text was not kept.
function cuesOfFindings(findings) {
  const cues = new Map();
  for (const { cue, start, end } of findings) {
    if (cue && !cues.has(cue)) cues.set(cue, { number: cue, start, end, speed: null, speaker: "" });
  }
  return [...cues.values()].sort((one, other) => one.number - other.number);
}

function namedWitness([name, path, language, beside, whole]) {
  const texts = new Map();
  for (const [cue, text] of beside) texts.set(cue, [...(texts.get(cue) || []), text]);
  return { name, path, language, texts, whole };
}

// The transcript against its reference; cues that say what the reference says are not in it.
function namedDifference({ unit, cues, confusions, confused }) {
  const rows = cues.map(([cue, errors, said, pieces]) => ({ cue, errors, said, pieces }));
  return { unit, rows, byCue: new Map(rows.map((row) => [row.cue, row])), confusions, confused };
}

// Findings told of in a list, not reviewed: those that are gone, those that were accepted.
function namedAside([rule, severity, cue, message, text, reason]) {
  return { rule: rules[rule], severity: SEVERITIES[severity], cue, message, text, reason: reason || "" };
}

const details = new Map();

// The cues of a file, parsed when it is first opened.
function detailOf(file) {
  if (!details.has(file.number)) {
    const { cues, notVerified, gone, accepted, limits, counting, witnesses, difference, warnings } = JSON.parse(cueLines[file.number]);
    details.set(file.number, {
      complete: cues !== null,
      cues: cues ? namedCues(cues) : cuesOfFindings(file.findings),
      notVerified: notVerified.map(([rule, reason]) => ({ rule: rules[rule], reason })),
      gone: gone.map(namedAside),
      accepted: accepted.map(namedAside),
      limits: limits || [], counting: counting || "", witnesses: (witnesses || []).map(namedWitness),
      difference: difference ? namedDifference(difference) : null, warnings,
    });
  }
  return details.get(file.number);
}

function matchesRule(rule, wanted) {
  return !wanted || rule.code === wanted || `family:${rule.family}` === wanted;
}

// What the filters for findings let through; they hold for the table, the transcript and the review alike.
function passesCount([rule, severity, , fresh]) {
  return matchesRule(rules[rule], state.filter) && (!state.severity || SEVERITIES[severity] === state.severity) && (!state.fresh || fresh > 0);
}

function passes(finding) {
  return matchesRule(finding.rule, state.filter) && (!state.severity || finding.severity === state.severity) && (!state.fresh || finding.fresh);
}
