// The panels above the file table: scores, findings, distribution, what was not verified.

const SCORE_MEANINGS = {
  overall: "can it be published? Never above fidelity",
  fidelity: "does the text say what was said?",
  timing: "are cues shown at the right time?",
  readability: "can a viewer read it in time?",
  format: "do players read the file as meant?",
};

function ring(score) {
  const round = 2 * Math.PI * 26;
  return svg("svg", { class: `ring ${band(score)}`, viewBox: "0 0 60 60", "aria-hidden": "true" },
    svg("circle", { class: "ring-base", cx: 30, cy: 30, r: 26 }),
    svg("circle", { class: "ring-value", cx: 30, cy: 30, r: 26, transform: "rotate(-90 30 30)", "stroke-dasharray": `${(round * score) / 100} ${round}` }),
    svg("text", { x: 30, y: 31 }, score.toFixed(score >= 100 ? 0 : 1)));
}

function scoreList(scores, withMeaning) {
  return el("dl", { class: withMeaning ? "scores" : "scores small" }, scores.map((score, turn) => {
    const name = SCORE_NAMES[turn];
    return el("div", { class: turn ? "score" : "score first" },
      el("dt", {}, name),
      el("dd", {}, ring(score), el("span", { class: "hidden" }, `${score.toFixed(1)} of 100`),
        withMeaning ? el("span", { class: "meaning" }, SCORE_MEANINGS[name]) : null,
        turn ? null : el("span", { class: `verdict ${band(score)}` }, VERDICTS[band(score)])));
  }));
}

// Buttons that stand for a filter; `markPressed` keeps them true to the state.
const toggles = [];

function toggle(key, value, attributes, ...children) {
  const button = el("button", { type: "button", ...attributes,
    onclick: () => adjust({ [key]: state[key] === value ? DEFAULTS[key] : value, page: 0 }) }, children);
  toggles.push(() => button.setAttribute("aria-pressed", String(state[key] === value)));
  return button;
}

function markPressed() {
  for (const mark of toggles) mark();
}

function panel(title, note, ...children) {
  return el("section", { class: "panel" }, el("h2", {}, title), note ? el("p", { class: "muted" }, ...[note].flat()) : null, children);
}

function bar(share, kind) {
  const filled = el("span", { class: `bar-fill ${kind}` });
  filled.style.width = share ? `${Math.max(share * 100, 1)}%` : "0";
  return el("span", { class: "bar-track", "aria-hidden": "true" }, filled);
}

function severityPanel() {
  const totals = run.totals.findings;
  const most = Math.max(...totals, 1);
  return panel("Findings by severity", el("span", { class: "hint" }, "Click to filter the files."),
    el("ul", { class: "bars" }, SEVERITIES.map((name, code) => el("li", {},
      toggle("severity", name, { class: "bar-row severity-row" },
        el("span", { class: "bar-label" }, icon(name), ` ${name}s`), bar(totals[code] / most, name),
        el("span", { class: "bar-count" }, figure(totals[code])))))));
}

function ruleTotals() {
  return run.totals.rules.map(([number, count, touched, worst]) => ({ rule: rules[number], count, files: touched, worst })).sort((one, other) => other.count - one.count || one.rule.code.localeCompare(other.rule.code));
}

function rulePanel(totals) {
  const most = totals.length ? totals[0].count : 1;
  return panel("Findings by rule", totals.length ? ["The shape shows the worst severity.", el("span", { class: "hint" }, " Click to filter the files.")] : "Nothing was flagged.",
    el("ul", { class: "bars scroll", tabindex: totals.length > 8 ? 0 : null, "aria-label": "Findings by rule" }, totals.map(({ rule, count, files: touched, worst }) => el("li", {},
      toggle("filter", rule.code, { class: "bar-row", title: rule.summary || null },
        el("span", { class: "bar-label" }, icon(SEVERITIES[worst]), " ", el("code", {}, shown(rule.code)), " ", shown(rule.name)),
        bar(count / most, SEVERITIES[worst]),
        el("span", { class: "bar-count" }, figure(count), el("span", { class: "muted" }, ` in ${counted(touched, "file")}`)))))));
}

function distributionPanel() {
  const bins = run.totals.histogram;
  const most = Math.max(...bins, 1);
  return panel("Distribution of overall scores", ["Files for each ten points", el("span", { class: "hint" }, "; click to filter"), "."],
    el("div", { class: "histogram" }, bins.map((count, bin) => {
      const column = el("span", { class: `column ${band(bin * 10)}` });
      column.style.height = count ? `${Math.max((count / most) * 100, 3)}%` : "0";
      const from = bin * 10;
      const to = bin === 9 ? 100 : from + 9.9;
      const button = el("button", { type: "button", class: "bin", title: `${counted(count, "file")} from ${from} to ${to}`,
        onclick: () => adjust(state.from === from && state.to === to ? { from: 0, to: 100, page: 0 } : { from, to, page: 0 }) },
      el("span", { class: "bin-count" }, count ? figure(count) : el("span", { class: "hidden" }, "0"), el("span", { class: "hidden" }, count === 1 ? " file from " : " files from ")),
        el("span", { class: "bin-space" }, column), el("span", { class: "bin-label" }, String(from)), el("span", { class: "hidden" }, ` to ${to}`));
      toggles.push(() => button.setAttribute("aria-pressed", String(state.from === from && state.to === to)));
      return button;
    })));
}

function notVerifiedPanel() {
  const reasons = new Map();
  for (const [rule, reason, count] of run.totals.notVerified) {
    const key = `${count} ${reason}`;
    if (!reasons.has(key)) reasons.set(key, { reason, count, codes: [] });
    reasons.get(key).codes.push(rules[rule].code);
  }
  if (!reasons.size) return panel("Not verified", "Every rule had the evidence it needs, in every file.");
  return panel("Not verified", "These rules lacked their evidence. What they look for was neither found nor ruled out.",
    el("ul", { class: "plain" }, [...reasons.values()].map(({ reason, count, codes }) => el("li", {},
      codes.map((code, turn) => [turn ? " " : "", el("code", {}, shown(code))]), " ", bdi(reason), " ",
      el("span", { class: "muted" }, `(${counted(count, "file")})`)))));
}

const BUDGETS = [0, 5, 10, 20, 30, 60, 120];

const review = { node: null, note: null, cost: null };

// What a review would take: by severity, and for the time the reader has.
function reviewPanel() {
  const minutes = el("select", { id: "minutes", onchange: (event) => adjust({ minutes: Number(event.target.value) }) },
    BUDGETS.map((time) => el("option", { value: time }, time ? `the riskiest ${time} minutes` : "everything")));
  const order = el("select", { onchange: (event) => adjust({ order: event.target.value }) },
    el("option", { value: "file" }, "in file order"), el("option", { value: "risk" }, "by risk"));
  const chosen = el("input", { type: "file", accept: ".json,application/json", class: "hidden", tabindex: -1, "aria-hidden": "true", onchange: async () => {
    if (chosen.files.length) review.note.textContent = await importDecisions(chosen.files[0]);
    chosen.value = "";
    render();
  } });
  Object.assign(review, {
    minutes, order, note: el("p", { class: "muted", role: "status" }), cost: el("p", { class: "budget" }),
    progress: el("div", { class: "progress" }), bySeverity: el("dl", { class: "costs" }),
  });
  return el("section", { class: "panel review", "aria-label": "Review" },
    el("div", {}, el("h2", {}, "Review"), review.bySeverity),
    el("div", { class: "review-plan" }, el("div", { class: "filters" }, isIndex ? null : [field("Listen to", minutes), field("Order", order)],
      el("button", { type: "button", class: "start", onclick: startReview }, "Start review", el("kbd", { "aria-hidden": "true" }, "j"))),
    review.cost),
    el("div", { class: "review-state" }, review.progress,
      el("div", { class: "steps" },
        el("button", { type: "button", onclick: exportDecisions }, "Export decisions"),
        el("button", { type: "button", onclick: () => chosen.click() }, "Import decisions"), chosen),
      review.note, el("p", { class: "trouble", role: "alert", hidden: true })));
}

function costText({ findings, cues, ms }) {
  return [counted(findings, "finding"), el("span", { class: "muted" }, ` in ${counted(cues, "cue")}, `), spokenTime(ms)];
}

function drawReview() {
  if (isIndex) return drawIndexReview();
  const wanted = files.filter(inTable).flatMap(({ findings }) => findings.filter(passes));
  review.bySeverity.replaceChildren(...SEVERITIES.flatMap((name) =>
    definition([icon(name), ` ${name}s`], costText(listeningOf(wanted.filter(({ severity }) => severity === name))))));
  const findings = queue();
  review.minutes.value = String(state.minutes);
  review.order.value = state.order;
  review.cost.replaceChildren(...(findings.length ? costText(listeningOf(findings)).flat() : ["No finding matches."]),
    findings.length < wanted.length ? el("span", { class: "muted" }, ` (of ${counted(wanted.length, "finding")})`) : "");
  review.progress.replaceChildren(...progressOf(findings));
  return drawTrouble();
}

function comparePanel() {
  const { compare } = run;
  if (!compare) return null;
  const change = run.scores[0] - compare.scores[0];
  return el("section", { class: "panel compare", "aria-label": "Since the last run" },
    el("h2", {}, "Since the last run"),
    el("p", {}, el("strong", {}, figure(compare.new)), " new · ", el("strong", {}, figure(compare.gone)), " gone · ", el("strong", {}, figure(compare.stayed)), " stayed"),
    el("p", {}, "Overall ", el("strong", {}, `${compare.scores[0].toFixed(1)} → ${run.scores[0].toFixed(1)}`), ` (${signed(change)})`),
    el("p", { class: "muted" }, SCORE_NAMES.slice(1).map((name, turn) => `${turn ? " · " : ""}${name} ${signed(run.scores[turn + 1] - compare.scores[turn + 1])}`)),
    compare.missing.length ? el("details", {}, el("summary", {}, `${counted(compare.missing.length, "file")} no longer in the run`),
      el("ul", { class: "plain" }, compare.missing.map((path) => el("li", {}, bdi(path))))) : null);
}

function folderAdvice() {
  return [" A folder of pages carries everything: ", el("code", {}, "--report html=FOLDER/"), "."];
}

// A very large run is held by its worst files only.
function heldNotice() {
  if (files.length === run.totals.files || run.folder) return null;
  return el("p", { class: "notice" }, `This page lists ${figure(files.length)} of ${counted(run.totals.files, "file")}, those with the lowest scores; scores and panels are of all.`,
    folderAdvice());
}

function trimmingNotice() {
  if (run.neighbours === null) return null;
  const kept = { "-1": "no text of cues, only what is flagged", 0: "the text of cues with findings" }[run.neighbours] || `the text of cues with findings and ${run.neighbours} cues on either side`;
  return el("p", { class: "notice" }, `This run has ${counted(run.cues, "cue")}. To open quickly, this report carries ${kept}; other cues show their times only.`, folderAdvice());
}

// The gate's verdict, with the files that break each limit.
function verdictPanel() {
  const { verdict } = run;
  if (!verdict) return null;
  const named = (numbers) => {
    const links = numbers.map((number) => el("li", {}, el("a", { href: placeOf(files[number], openingOf(files[number])) }, pathNodes(files[number].path))));
    if (!links.length) return null;
    if (links.length <= FILES_NAMED) return el("ul", { class: "plain" }, links);
    return [el("ul", { class: "plain" }, links.slice(0, FILES_NAMED)),
      el("details", {}, el("summary", {}, `${counted(links.length - FILES_NAMED, "more file")}`), el("ul", { class: "plain" }, links.slice(FILES_NAMED)))];
  };
  const failed = verdict.violations.length + (verdict.worse.length ? 1 : 0);
  return el("section", { class: `panel gate ${verdict.passed ? "good" : "poor"}`, "aria-label": "Gate" },
    el("h2", {}, el("span", { class: `verdict ${verdict.passed ? "good" : "poor"}` }, verdict.passed ? "✓ Gate passed" : "✗ Gate failed"),
      el("span", { class: "muted" }, verdict.passed ? ` ${counted(run.totals.files, "file")} within the limits` : ` ${counted(failed, "limit")} violated`)),
    verdict.violations.map(([limit, value, allowed, numbers]) => el("div", { class: "violation" },
      el("p", {}, el("code", {}, shown(limit)), " ", el("strong", {}, figure(value)), limit.startsWith("min") ? " is below " : " is above ", el("strong", {}, figure(allowed)),
        numbers.length ? el("span", { class: "muted" }, ` in ${counted(numbers.length, "file")}`) : null),
      named(numbers))),
    verdict.worse.length ? el("div", { class: "violation" },
      el("p", {}, el("strong", {}, counted(verdict.worse.length, "file")), verdict.worse.length === 1 ? " scores less than before" : " score less than before"),
      el("ul", { class: "plain" }, verdict.worse.map(([number, before, now]) =>
        el("li", {}, el("a", { href: placeOf(files[number], openingOf(files[number])) }, pathNodes(files[number].path)), ` ${before.toFixed(1)} → ${now.toFixed(1)}`)))) : null);
}

const FILES_NAMED = 5;

function runWarnings() {
  if (!run.warnings.length) return null;
  return el("details", { class: "notice warning" }, el("summary", {}, icon("warning"), ` ${counted(run.warnings.length, "warning")} about references and other witnesses`),
    el("ul", { class: "plain" }, run.warnings.map((warning) => el("li", {}, bdi(warning)))));
}

function buildOverview() {
  const totals = ruleTotals();
  if (isPage) return buildPageOverview(totals);
  document.getElementById("overview").append(
    el("h1", { class: "hidden" }, "Overview"),
    ...[verdictPanel()].filter(Boolean),
    el("section", { class: "panel lead", "aria-label": "Scores" },
      scoreList(run.scores, true),
      el("div", { class: "facts" },
        el("p", {}, el("strong", {}, counted(run.totals.files, "file")), " · ", el("strong", {}, counted(run.cues, "cue")), " · ", el("strong", {}, hours(run.duration)),
          run.totals.accepted ? [" · ", counted(run.totals.accepted, "accepted finding"), ", counted in no score"] : null,
          runRates()),
        el("p", { class: "muted" }, "Scores run from 0 to 100. ",
          Object.entries({ good: "90 and more", fair: "70 to 90", poor: "below 70" }).map(([name, range]) => [el("span", { class: `dot ${name}` }), ` ${range}: ${VERDICTS[name]}. `])))),
    ...[runWarnings(), heldNotice(), trimmingNotice(), storageNotice(), comparePanel(), reviewPanel()].filter(Boolean),
    el("div", { class: "panels" },
      el("div", { class: "stack" }, severityPanel(), distributionPanel()),
      rulePanel(totals),
      notVerifiedPanel()),
    buildTable(totals.map(({ rule }) => rule)));
  return undefined;
}
