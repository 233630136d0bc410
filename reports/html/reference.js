// The transcript against its reference: rates, what is confused, the worst cues, the difference in each cue.

const WORST_CUES = 40;

const RATES = [
  { key: "wer", name: "WER", title: "Word error rate", meaning: "wrong, missing and added words for each word said; can exceed 100 %" },
  { key: "cer", name: "CER", title: "Character error rate", meaning: "the same for characters, spaces included" },
  { key: "tight", name: "CER without spaces", title: "Character error rate without spaces", meaning: "as writers space words differently, this is what counts in Korean" },
  { key: "mer", name: "MER", title: "Match error rate", meaning: "how much of what was said or written does not match; never above 100 %" },
  { key: "wil", name: "WIL", title: "Word information lost", meaning: "how much of what the words tell is lost, counting both sides" },
  { key: "morphemes", name: "By morpheme", title: "Morpheme error rate", meaning: "in Korean: a wrong particle costs less than a wrong word" },
];

// Over all files together, as if they were one.
function runRates() {
  const rated = files.filter(({ rates }) => rates);
  if (!rated.length) return null;
  const words = rated.reduce((sum, { rates }) => sum + rates.words, 0);
  const errors = rated.reduce((sum, { rates }) => sum + rates.substitutions + rates.deletions + rates.insertions, 0);
  return [" · word error rate ", el("strong", {}, percentage(errors / words)), ` against ${counted(rated.length, "reference")}`];
}

function spacedOut(text) {
  return text.startsWith(" ") ? [" ", text.slice(1)] : ["", text];
}

function heard(text) {
  return el("span", { class: "hidden" }, text);
}

// What would make the cue say what was said: words to take out are struck, words to put in underlined.
// Besides its colour each kind has a sign and a line, and is named to those who hear the page.
function strike(words) {
  return el("del", {}, heard("not said: "), el("span", { class: "sign", "aria-hidden": "true" }, "−"), shown(words), heard("; "));
}

function putIn(words) {
  return el("ins", {}, heard("missing: "), el("span", { class: "sign", "aria-hidden": "true" }, "+"), shown(words), heard("; "));
}

function pieceNodes([sign, text, written]) {
  const [space, words] = spacedOut(text);
  if (sign === "=") return [space, shown(words)];
  if (sign === "-") return [space, putIn(words)];
  if (sign === "+") return [space, strike(words)];
  return [space, el("span", { class: "confused" }, el("del", {}, heard("written: "), shown(spacedOut(written)[1])), el("span", { class: "sign", "aria-hidden": "true" }, "→"),
    el("ins", {}, heard(", said: "), shown(words), heard("; ")))];
}

function differenceLine({ number }) {
  const { difference } = view.detail;
  const row = difference && difference.byCue.get(number);
  if (!row || !row.pieces.length) return null;
  return el("div", { class: "difference" },
    el("span", { class: "muted" }, `against the reference, ${counted(row.errors, "error")} in ${counted(row.said, difference.unit)}`),
    el("p", { dir: "auto", lang: languageTag(view.file.language) }, row.pieces.map(pieceNodes)));
}

function worstCues(difference, detail) {
  const rows = [...difference.rows].sort((one, other) => other.errors - one.errors || other.errors / Math.max(1, other.said) - one.errors / Math.max(1, one.said) || one.cue - other.cue);
  return el("section", { "aria-label": "Worst cues" }, el("h3", {}, "Worst cues"),
    el("p", { class: "muted" }, `${counted(rows.length, "cue")} of ${figure(detail.cues.length)} differ from the reference.`),
    el("ol", { class: "ranked", tabindex: 0, "aria-label": "Cues by errors" }, rows.slice(0, WORST_CUES).map(({ cue, errors, said }) => {
      const at = detail.cues[cue - 1];
      return el("li", {}, el("a", { href: address({ cue, rule: "" }), onclick: (event) => { event.preventDefault(); showCue(cue); } }, `cue ${cue}`),
        el("span", { class: "muted number" }, at ? timecode(at.start).replace(/\.\d+$/, "") : ""),
        el("span", { class: "number" }, counted(errors, "error")), el("span", { class: "muted number" }, `in ${counted(said, difference.unit)}`));
    })));
}

function confusionTable({ confusions, confused }) {
  const side = (text) => (text ? el("bdi", { lang: languageTag(view.file.language) }, shown(text)) : null);
  return el("section", { "aria-label": "What the recogniser confuses" }, el("h3", {}, "What the recogniser confuses"),
    el("p", { class: "muted" }, confusions.length ? `The ${figure(confusions.length)} most frequent of ${counted(confused, "confusion")}.` : "Nothing."),
    confusions.length ? el("div", { class: "ranked", tabindex: 0, role: "region", "aria-label": "Confusions" }, el("table", { class: "confusions" },
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, "Said"), el("th", { scope: "col" }, "Written"), el("th", { scope: "col", class: "number" }, "Times"))),
      el("tbody", {}, confusions.map(([said, written, count]) => el("tr", {},
        el("td", {}, side(said) || el("span", { class: "muted" }, "nothing")), el("td", {}, side(written) || el("span", { class: "muted" }, "left out")), el("td", { class: "number" }, figure(count))))))) : null);
}

function referencePanel(file, detail) {
  const { rates } = file;
  if (!rates) return null;
  const { difference } = detail;
  return el("section", { class: "panel reference", "aria-label": "Against the reference" },
    el("h2", {}, "Against the reference"),
    el("p", {}, `${counted(rates.words, "word")} said: `, el("strong", {}, figure(rates.substitutions)), " written differently, ", el("strong", {}, figure(rates.deletions)), " missing, ",
      el("strong", {}, figure(rates.insertions)), " added."),
    el("dl", { class: "rates" }, RATES.filter(({ key }) => rates[key] !== null && (key !== "tight" || file.language.startsWith("ko"))).map(({ key, name, title, meaning }) => el("div", {},
      el("dt", {}, el("abbr", { title }, name)), el("dd", {}, el("strong", {}, percentage(rates[key])), el("span", { class: "muted" }, meaning))))),
    difference ? el("div", { class: "reference-lists" }, worstCues(difference, detail), confusionTable(difference)) : null,
    difference ? el("p", { class: "muted key" }, "In the cues: ", pieceNodes(["-", "said, but missing"]), " ", pieceNodes(["+", "written, but not said"]), " ", pieceNodes(["~", "said", "written"]),
      " Compared without case and punctuation, numbers in digits; a cue without such a line says what the reference says.") : null);
}
