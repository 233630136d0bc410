// Which view is shown, the keys, light and dark.

const overview = document.getElementById("overview");
const filePage = document.getElementById("file");
const help = document.getElementById("help");
let cameFrom = null;

function showFile(file) {
  if (filePage.hidden) cameFrom = { path: file.path, top: window.scrollY };
  overview.hidden = true;
  filePage.hidden = false;
  document.title = spelled(`${file.path} – ${title}`);
  if (drawFile(file)) {
    if (!state.cue) window.scrollTo(0, 0);
    document.getElementById("file-title").focus({ preventScroll: true });
  }
}

function showOverview() {
  const returning = !filePage.hidden;
  if (returning) leaveFile();
  filePage.hidden = true;
  overview.hidden = false;
  document.title = title;
  drawTable();
  drawReview();
  markPressed();
  if (state.file) announce(spelled(`There is no file ${state.file} in this audit.`));
  if (returning && cameFrom) {
    const link = [...table.body.querySelectorAll("th a")].find((one) => one.textContent === spelled(cameFrom.path));
    if (link) link.focus({ preventScroll: true });
    window.scrollTo(0, cameFrom.top);
  }
}

function render() {
  const file = fileByPath.get(state.file);
  if (file && isIndex) return leaveFor(file);
  if (!file && isPage && state.file) return location.replace(`${run.folder.index}${location.hash}`);
  if (file) return showFile(file);
  return showOverview();
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  document.getElementById("theme").textContent = name === "dark" ? "Light" : "Dark";
  if (view.strip) drawStrip(view.strip);
}

function toggleSearch() {
  const search = document.getElementById(filePage.hidden ? "search-files" : "search-cues");
  search.focus();
  search.select();
}

function leave() {
  const focused = document.activeElement;
  if (focused.matches("input:not([type=checkbox]), select")) focused.blur();
  else if (!filePage.hidden) closeFile();
}

function settleHere(decision) {
  if (!filePage.hidden) settle(decision);
}

const KEYS = {
  j: () => (filePage.hidden ? startReview() : stepFinding(1)),
  k: () => (filePage.hidden ? startReview() : stepFinding(-1)),
  a: () => settleHere("accept"),
  r: () => settleHere("reject"),
  f: () => settleHere("fix"),
  u: takeBack,
  n: () => document.getElementById("note").focus(),
  p: () => (filePage.hidden ? undefined : playOrPause()),
  "/": toggleSearch,
  "?": () => help.showModal(),
  Escape: leave,
};

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=checkbox]), select, textarea") && event.key !== "Escape";
  if (event.key === "Enter" && event.target.id === "note") event.target.blur();
  if (filePage.hidden && !help.open && ["ArrowDown", "ArrowUp"].includes(event.key) && table.body.contains(event.target)) {
    event.preventDefault();
    stepFile(event.key === "ArrowDown" ? 1 : -1);
  }
  if (typing || help.open || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
});

const title = document.title;
const darkWanted = window.matchMedia("(prefers-color-scheme: dark)");
setTheme(darkWanted.matches ? "dark" : "light");
darkWanted.addEventListener("change", () => setTheme(darkWanted.matches ? "dark" : "light"));
document.getElementById("theme").addEventListener("click", () => setTheme(document.documentElement.dataset.theme === "dark" ? "light" : "dark"));
document.getElementById("help-open").addEventListener("click", () => help.showModal());
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address holds the state, not a place in the page
  document.getElementById("main").focus();
});
window.addEventListener("hashchange", () => {
  readAddress();
  if (view.file && view.finding && (view.finding.cue !== state.cue || view.finding.rule.code !== state.rule)) view.finding = null;
  render();
});
window.addEventListener("resize", later(() => { if (view.file) drawStrip(view.strip); }, 100));

// Paper is light and has no pages of a hundred rows to turn to.
let themeOnScreen = "";
window.addEventListener("beforeprint", () => {
  themeOnScreen = document.documentElement.dataset.theme;
  setTheme("light");
  if (!overview.hidden) drawTable(true);
});
window.addEventListener("afterprint", () => {
  setTheme(themeOnScreen);
  if (!overview.hidden) drawTable();
});

await restoreDecisions(() => {
  if (view.file) view.file.findings.forEach(drawDecision);
  render();
});
readAddress();
settleFolder();
buildOverview();
buildDock();
render();
startWhereAsked();
