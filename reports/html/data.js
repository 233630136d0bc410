// The audit as embedded in the page. Rows are arrays to keep the page small; here they get their names.

function embedded(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

const run = embedded("run");
const SEVERITIES = run.severities;
const SCORE_NAMES = ["overall", ...run.categories];

const rules = run.rules.map(([code, name, family, category, summary, sections]) => ({
  code, name, family, category, summary, sections: new Map(sections),
}));

const files = run.files.map(([path, format, language, how, encoding, cues, duration, scores, counts], number) => {
  const file = { number, path, format, language: language || "", how, encoding, cues, duration, scores, counts };
  SEVERITIES.forEach((severity, code) => {
    file[severity] = counts.reduce((sum, [, of, count]) => sum + (of === code ? count : 0), 0);
  });
  return file;
});

const fileByPath = new Map(files.map((file) => [file.path, file]).reverse());

function namedFinding(row, number) {
  const [rule, severity, confidence, cue, start, end, parts, span, message, measured, limit, unit, source, cost, text] = row;
  return {
    number, rule: rules[rule], severity: SEVERITIES[severity], confidence: run.confidences[confidence],
    cue, start, end, parts, span, message, measured, limit,
    unit: run.strings[unit], source: run.strings[source], cost, text,
  };
}

function namedCue([start, end, text, speaker], position) {
  return { number: position + 1, start, end, text, speaker: speaker || "" };
}

// Without the document, the cues that findings name stand in for it; their text was not kept.
function cuesOfFindings(findings) {
  const cues = new Map();
  for (const { cue, start, end } of findings) {
    if (cue && !cues.has(cue)) cues.set(cue, { number: cue, start, end, speaker: "" });
  }
  return [...cues.values()].sort((one, other) => one.number - other.number);
}

const details = new Map();

// The cues and findings of a file, parsed when it is first opened.
function detailOf(file) {
  if (!details.has(file.number)) {
    const { cues, findings, notVerified } = embedded(`file-${file.number}`);
    const named = findings.map(namedFinding);
    const position = (finding) => finding.cue * 1e6 + (finding.parts.length ? finding.parts[0][1] : 0);
    named.sort((one, other) => position(one) - position(other) || one.number - other.number);
    details.set(file.number, {
      complete: cues !== null,
      cues: cues ? cues.map(namedCue) : cuesOfFindings(named),
      findings: named,
      notVerified: notVerified.map(([rule, reason]) => ({ rule: rules[rule], reason })),
    });
  }
  return details.get(file.number);
}

function matchesRule(rule, wanted) {
  return !wanted || rule.code === wanted || `family:${rule.family}` === wanted;
}
