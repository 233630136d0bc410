// The file table: filters, order, pages.

const PAGE_ROWS = 100;

const COLUMNS = [
  { key: "path", label: "File", text: true, value: (file) => file.path },
  ...SCORE_NAMES.map((name, turn) => ({ key: name, label: name[0].toUpperCase() + name.slice(1), value: (file) => file.scores[turn], score: true })),
  { key: "error", label: "Errors", value: (file) => file.error, falling: true },
  { key: "warning", label: "Warnings", value: (file) => file.warning, falling: true },
  { key: "findings", label: "Findings", title: "Findings that match the filters; once some are decided, how many are open", value: (file) => matching(file), falling: true, show: openShare },
  ...(run.compare ? [
    { key: "change", label: "Change", title: "Overall score since the last run", value: (file) => (file.before === null ? 0 : file.scores[0] - file.before),
      show: (file) => (file.before === null ? "new file" : signed(file.scores[0] - file.before)) },
    { key: "fresh", label: "New", title: "Findings that the last run did not have", value: (file) => file.fresh, falling: true },
    { key: "gone", label: "Gone", title: "Findings of the last run that are no longer there", value: (file) => file.gone, falling: true },
  ] : []),
  ...(files.some(({ rates }) => rates) ? [
    { key: "wer", label: "WER", title: "Word error rate against the reference", value: (file) => (file.rates ? file.rates.wer : -1), falling: true,
      show: (file) => (file.rates ? percentage(file.rates.wer) : "–") },
  ] : []),
  { key: "language", label: "Language", text: true, value: (file) => file.language },
  { key: "cues", label: "Cues", value: (file) => file.cues, falling: true },
  { key: "duration", label: "Duration", value: (file) => file.duration, falling: true, show: (file) => duration(file.duration) },
];

function openShare(file) {
  const wanted = matching(file);
  const open = wanted - decidedIn(file);
  return open === wanted ? figure(open) : `${figure(open)} open of ${figure(wanted)}`;
}

// How many of the findings that match are decided. The index knows of a decision its rule, not its severity.
function decidedIn(file) {
  if (!isIndex) return file.findings.filter((finding) => passes(finding) && decisionOf(finding)).length;
  if (state.severity || state.fresh) return 0;
  return Math.min(matching(file), decisionsOn(file).filter(({ rule }) => matchesRule(ruleByCode.get(rule), state.filter)).length);
}

// A path may break after its slashes.
function pathNodes(path) {
  return el("bdi", {}, shown(path).flatMap((node) => (typeof node === "string" ? node.split(/(?<=\/)/).flatMap((part, turn) => (turn ? [el("wbr"), part] : [part])) : [node])));
}

const collator = new Intl.Collator("en", { numeric: true });
const table = { body: null, heads: new Map(), controls: {}, note: null, pager: null };

// How many findings of a file the rule and severity filters let through.
function matching(file) {
  return file.counts.reduce((sum, row) => sum + (passesCount(row) ? row[state.fresh ? 3 : 2] : 0), 0);
}

function signed(change) {
  return Math.abs(change) < 0.05 ? "0" : `${change > 0 ? "+" : "−"}${Math.abs(change).toFixed(1)}`;
}

function inTable(file) {
  const text = state.text.normalize("NFC").toLowerCase();
  return (!text || file.path.normalize("NFC").toLowerCase().includes(text))
    && (!state.language || (file.language || "unknown") === state.language)
    && file.scores[0] >= state.from && file.scores[0] <= state.to
    && (!(state.filter || state.severity || state.fresh) || matching(file) > 0);
}

function listedFiles() {
  const listed = files.filter(inTable);
  const column = COLUMNS.find(({ key }) => key === state.sort) || COLUMNS[1];
  const keyed = listed.map((file) => ({ file, key: column.value(file) }));
  const sign = state.down ? -1 : 1;
  keyed.sort((one, other) => sign * (column.text ? collator.compare(one.key, other.key) : one.key - other.key)
    || one.file.number - other.file.number);
  return keyed.map(({ file }) => file);
}

function scoreCell(score, strong) {
  return el("td", { class: `number ${strong ? "strong" : ""}` },
    el("span", { class: `chip ${band(score)}`, title: VERDICTS[band(score)] }, score.toFixed(1)));
}

// What a file is opened with: the filters stay, so that it shows what the table was filtered for.
function openingOf(file) {
  return { file: file.path, cue: 0, rule: "", find: "" };
}

function fileRow(file) {
  return el("tr", { onclick: (event) => { if (!event.target.closest("a")) goToFile(file); } }, COLUMNS.map((column, turn) => {
    if (turn === 0) return el("th", { scope: "row" }, el("a", { href: placeOf(file, openingOf(file)) }, pathNodes(file.path)));
    if (column.score) return scoreCell(column.value(file), turn === 1);
    if (SEVERITIES.includes(column.key)) {
      const count = file[column.key];
      return el("td", { class: count ? "number" : "number none" }, count ? [icon(column.key), " "] : null, figure(count));
    }
    if (column.text) return el("td", { title: file.how }, column.value(file) ? shown(column.value(file)) : el("span", { class: "muted" }, "unknown"));
    return el("td", { class: "number" }, column.show ? column.show(file) : figure(column.value(file)));
  }));
}

function sortBy(column) {
  adjust({ sort: column.key, down: state.sort === column.key ? !state.down : Boolean(column.falling), page: 0 });
}

function buildHead() {
  return el("tr", {}, COLUMNS.map((column) => {
    const head = el("th", { scope: "col", class: column.text ? null : "number" },
      el("button", { type: "button", class: "sort", title: column.title || null, onclick: () => sortBy(column) }, column.label, el("span", { class: "arrow", "aria-hidden": "true" })));
    table.heads.set(column.key, head);
    return head;
  }));
}

function buildFilters(mentioned) {
  const slowly = later((changes) => adjust({ ...changes, page: 0 }), 120);
  const now = (key) => (event) => adjust({ [key]: event.target.value, page: 0 });
  const bound = (key) => (event) => slowly({ [key]: event.target.value === "" ? DEFAULTS[key] : Number(event.target.value) });
  const languages = [...new Set(files.map((file) => file.language || "unknown"))].sort();
  const controls = table.controls;
  controls.text = el("input", { type: "search", id: "search-files", placeholder: "part of the path", oninput: (event) => slowly({ text: event.target.value }) });
  controls.language = el("select", { onchange: now("language") }, el("option", { value: "" }, "All languages"), languages.map((tag) => el("option", { value: tag }, spelled(tag))));
  controls.filter = el("select", { onchange: now("filter") }, ruleOptions(mentioned));
  controls.severity = el("select", { onchange: now("severity") }, severityOptions());
  controls.from = el("input", { type: "number", min: 0, max: 100, step: "any", "aria-label": "Lowest overall score", oninput: bound("from") });
  controls.to = el("input", { type: "number", min: 0, max: 100, step: "any", "aria-label": "Highest overall score", oninput: bound("to") });
  return el("form", { class: "filters", role: "search", "aria-label": "Filter files", onsubmit: (event) => event.preventDefault() },
    field("Search", controls.text), field("Language", controls.language), field("Rule", controls.filter), field("Severity", controls.severity),
    el("div", { class: "field", role: "group", "aria-label": "Overall score" }, el("span", {}, "Overall score"), el("span", { class: "range" }, controls.from, "–", controls.to)),
    freshBox("fresh-files"),
    el("button", { type: "button", class: "reset", onclick: () => adjust({ text: "", language: "", filter: "", severity: "", from: 0, to: 100, fresh: false, page: 0 }) }, "Reset"));
}

function buildTable(mentioned) {
  table.body = el("tbody");
  table.note = el("p", { class: "muted", role: "status" });
  table.pager = el("nav", { class: "pager", "aria-label": "Pages of files" });
  return el("section", { class: "files", "aria-labelledby": "files-title" },
    el("div", { class: "files-head" }, el("h2", { id: "files-title" }, "Files"), table.note),
    buildFilters(mentioned),
    el("div", { class: "table-scroll", tabindex: 0, role: "region", "aria-labelledby": "files-title" },
      el("table", { class: "file-table" }, el("thead", {}, buildHead()), table.body)),
    table.pager);
}

// Shown only when there is an earlier run to be newer than.
function freshBox(id) {
  if (!run.compare) return null;
  return el("label", { class: "check" }, el("input", { type: "checkbox", id, class: "fresh-box", onchange: (event) => adjust({ fresh: event.target.checked, page: 0, cue: 0, rule: "" }) }), " New since last run");
}

function drawFresh() {
  for (const box of document.querySelectorAll(".fresh-box")) box.checked = state.fresh;
}

function drawControls() {
  drawFresh();
  for (const [key, control] of Object.entries(table.controls)) {
    if (control !== document.activeElement) control.value = state[key];
  }
  for (const [key, head] of table.heads) {
    if (key === state.sort) head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  }
}

function drawPager(total, pages) {
  const step = (label, page, able) => el("button", { type: "button", disabled: !able, onclick: () => adjust({ page }) }, label);
  table.pager.replaceChildren(...(pages < 2 ? [] : [
    step("‹ Previous", state.page - 1, state.page > 0),
    el("span", {}, `${figure(state.page * PAGE_ROWS + 1)}–${figure(Math.min(total, (state.page + 1) * PAGE_ROWS))} of ${figure(total)}`),
    step("Next ›", state.page + 1, state.page < pages - 1)]));
}

function drawTable(everything = false) {
  const listed = listedFiles();
  const pages = Math.ceil(listed.length / PAGE_ROWS);
  state.page = Math.max(0, Math.min(state.page, pages - 1));
  const rows = everything ? listed : listed.slice(state.page * PAGE_ROWS, (state.page + 1) * PAGE_ROWS);
  table.body.replaceChildren(...(rows.length ? rows.map(fileRow)
    : [el("tr", {}, el("td", { colspan: COLUMNS.length, class: "empty" }, "No file matches these filters."))]));
  table.note.textContent = listed.length === files.length ? counted(files.length, "file") : `${figure(listed.length)} of ${counted(files.length, "file")}`;
  drawControls();
  drawPager(listed.length, pages);
}

function stepFile(step) {
  const links = [...table.body.querySelectorAll("th a")];
  const here = links.indexOf(document.activeElement);
  const next = links[here < 0 ? 0 : Math.max(0, Math.min(links.length - 1, here + step))];
  if (next) next.focus();
}
