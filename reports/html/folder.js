// A report of several pages: an index of all files, and pages that hold a share of them each.

const isPage = run.folder !== null && run.folder.role === "page";
const ruleByCode = new Map(rules.map((rule) => [rule.code, rule]));

// Where a file is shown: here, or on its page.
function placeOf(file, changes) {
  return isIndex ? `${run.folder.pages[file.page]}${address({ ...changes, start: changes.start || "here", page: 0 })}` : address(changes);
}

function goToFile(file) {
  if (isIndex) location.href = placeOf(file, openingOf(file));
  else go(openingOf(file));
}

// An address of the index that names a file leads to its page, and is no place to come back to.
function leaveFor(file) {
  location.replace(`${run.folder.pages[file.page]}${address({ start: "here" })}`);
}

// Filters go along; what is about one file does not.
function indexAddress() {
  return `${run.folder.index}${address({ file: "", cue: 0, rule: "", find: "", only: false, page: 0 })}`;
}

// Past its last finding a page gives way to the next; says whether it does.
function turnPage(step) {
  const name = isPage && (step > 0 ? run.folder.next : run.folder.previous);
  if (!name) return false;
  location.href = `${name}${address({ file: "", cue: 0, rule: "", find: "", page: 0, start: step > 0 ? "first" : "last" })}`;
  return true;
}

// The review of the index begins with the worst file that has something to decide.
function startOnPage() {
  const waiting = (file) => inTable(file) && matching(file) > decidedIn(file);
  const file = files.find(waiting);
  if (!file) return announce("No finding to review.");
  location.href = `${run.folder.pages[file.page]}${address({ file: "", cue: 0, rule: "", page: 0, start: "open" })}`;
  return undefined;
}

const INDEX_SEEN = `transcript-auditor:index:${run.identity}`;
let keptApart = false;

// Some browsers keep what pages opened from disk save for each file apart. A page that was
// opened from the index, and does not see what the index has left, is in one of them.
function settleFolder() {
  if (!run.folder) return;
  try {
    if (isIndex) localStorage.setItem(INDEX_SEEN, "1");
    else if (state.start === "here" || state.start === "open") keptApart = localStorage.getItem(INDEX_SEEN) === null;
  } catch (error) {
    keptApart = true;
  }
  if (state.start === "here") Object.assign(state, { start: "" });
  if (!state.start) history.replaceState(null, "", address({}));
}

function startWhereAsked() {
  const { start } = state;
  if (!start) return;
  adjust({ start: "" });
  if (!isPage) return;
  const findings = queue();
  const chosen = start === "open" ? openIn(findings)[0] || findings[0] : findings.at(start === "last" ? -1 : 0);
  if (chosen) visit(chosen);
  else turnPage(start === "last" ? -1 : 1);
}

function storageNotice() {
  if (!keptApart) return null;
  return el("p", { class: "notice warning" }, "This browser keeps the decisions of each page of the report apart. Export them from every page on which you decide; ",
    el("code", {}, "auditor baseline import"), " reads several files.");
}

const decidedBy = { changes: -1, paths: new Map() };

function decisionsOn(file) {
  if (decidedBy.changes !== changesMade) {
    const paths = new Map();
    for (const row of decisions.values()) {
      if (!paths.has(row.path)) paths.set(row.path, []);
      paths.get(row.path).push(row);
    }
    Object.assign(decidedBy, { changes: changesMade, paths });
  }
  return decidedBy.paths.get(file.path) || [];
}

// The index knows of each file what listening to its findings takes, not which cues they are in.
function drawIndexReview() {
  const wanted = files.filter(inTable);
  const whole = !state.filter && !state.fresh;
  review.bySeverity.replaceChildren(...SEVERITIES.flatMap((name, severity) => {
    const findings = wanted.reduce((sum, { counts }) => sum + counts.reduce((all, row) => all + (row[1] === severity && passesCount(row) ? row[2] : 0), 0), 0);
    const cues = wanted.reduce((sum, { listening }) => sum + listening[severity][0], 0);
    const ms = wanted.reduce((sum, { listening }) => sum + listening[severity][1], 0);
    const text = whole && (!state.severity || state.severity === name) ? costText({ findings, cues, ms }) : counted(findings, "finding");
    return definition([icon(name), ` ${name}s`], text);
  }));
  const total = wanted.reduce((sum, file) => sum + matching(file), 0);
  const decided = wanted.reduce((sum, file) => sum + decidedIn(file), 0);
  review.cost.replaceChildren(total ? counted(total, "finding") : "No finding matches.", total ? el("span", { class: "muted" }, ` on ${counted(new Set(wanted.filter(matching).map(({ page }) => page)).size, "page")}`) : "");
  review.progress.replaceChildren(bar(total ? decided / total : 0, "done"), el("span", {}, `${figure(decided)} of ${figure(total)} decided`));
  drawTrouble();
}

function buildPageOverview(totals) {
  const { first, files: all, previous, next, index } = run.folder;
  const step = (name, label) => (name ? el("a", { href: `${name}${address({ file: "", cue: 0, rule: "", page: 0 })}` }, label) : null);
  document.getElementById("overview").append(
    el("nav", { class: "crumbs", "aria-label": "Pages of the report" }, el("a", { href: index }, "‹ All files"), step(previous, "‹ Previous page"), step(next, "Next page ›")),
    el("h1", {}, `Files ${figure(first)}–${figure(first + files.length - 1)} of ${figure(all)}, lowest scores first`),
    ...[storageNotice(), reviewPanel()].filter(Boolean),
    buildTable(totals.map(({ rule }) => rule)));
}
