// What is shown. The address carries all of it, so that links and the back button work.

const DEFAULTS = Object.freeze({
  file: "", cue: 0, rule: "", filter: "", severity: "", language: "", text: "", from: 0, to: 100,
  sort: "overall", down: false, page: 0, only: false, find: "", fresh: false, order: "file", minutes: 0, start: "",
});

const state = { ...DEFAULTS };

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const [key, usual] of Object.entries(DEFAULTS)) {
    const value = given.get(key);
    if (value === null) state[key] = usual;
    else if (typeof usual === "number") state[key] = Number.isFinite(Number(value)) ? Number(value) : usual;
    else if (typeof usual === "boolean") state[key] = value === "1";
    else state[key] = value;
  }
  // With a file, `rule` names the finding meant and hides no other; without one it can only be a filter.
  if (!state.file && state.rule) Object.assign(state, { filter: state.rule, rule: "" });
}

function address(changes) {
  const wanted = { ...state, ...changes };
  const given = new URLSearchParams();
  for (const [key, usual] of Object.entries(DEFAULTS)) {
    if (wanted[key] !== usual) given.set(key, typeof usual === "boolean" ? "1".repeat(wanted[key]) : wanted[key]);
  }
  return `#${given}`;
}

// A new place in the history, for what a reader would call going somewhere.
function go(changes) {
  history.pushState(null, "", address(changes));
  Object.assign(state, changes);
  render();
}

// The same place seen otherwise: filters, order, the finding in hand.
function adjust(changes) {
  history.replaceState(null, "", address(changes));
  Object.assign(state, changes);
  render();
}
