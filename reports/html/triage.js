// The dock below a transcript: recording, progress, the finding in hand, its decision.

const dock = { node: document.getElementById("dock"), player: null, parts: null };

function buildDock() {
  const verbs = { accept: "a", reject: "r", fix: "f" };
  const buttons = Object.fromEntries(Object.entries(verbs).map(([decision, key]) =>
    [decision, el("button", { type: "button", class: `decide ${decision}`, title: `${DECISIONS[decision].label} (${key})`, onclick: () => settle(decision) },
      DECISIONS[decision].verb, el("kbd", { "aria-hidden": "true" }, key))]));
  const note = el("input", { type: "text", id: "note", maxlength: 500, placeholder: "note (n)", "aria-label": "Note on the decision", onchange: noteChanged });
  const order = el("select", { "aria-label": "Order of review", onchange: (event) => adjust({ order: event.target.value }) },
    el("option", { value: "file" }, "in file order"), el("option", { value: "risk" }, "by risk"));
  dock.parts = {
    buttons, note, order,
    place: el("p", { class: "dock-place" }),
    progress: el("div", { class: "progress" }),
    undo: el("button", { type: "button", title: "Undo the last decision (u)", onclick: takeBack }, "Undo", el("kbd", { "aria-hidden": "true" }, "u")),
    trouble: el("p", { class: "trouble", role: "alert", hidden: true }),
    holder: el("div", { class: "dock-player" }),
  };
  const { place, progress, undo: back, trouble: warning, holder } = dock.parts;
  dock.node.replaceChildren(holder, el("div", { class: "dock-row" },
    el("span", { class: "steps" },
      el("button", { type: "button", title: "Previous finding (k)", onclick: () => stepFinding(-1) }, "‹ Previous"),
      el("button", { type: "button", title: "Next finding (j)", onclick: () => stepFinding(1) }, "Next finding ›")),
    el("div", { class: "dock-status" }, place, progress),
    order,
    el("span", { class: "decisions" }, Object.values(buttons), note, back)), warning);
}

function progressOf(findings) {
  const done = findings.length - openIn(findings).length;
  const track = bar(findings.length ? done / findings.length : 0, "done");
  return [track, el("span", {}, `${figure(done)} of ${figure(findings.length)} decided`)];
}

function drawDock() {
  const { buttons, note, order, place, progress, undo: back, holder } = dock.parts;
  dock.node.hidden = !view.file || (!view.file.findings.length && !queue().length && !run.media[view.file.path]);
  if (dock.node.hidden) return;
  if (dock.player !== view.file) {
    dock.player = view.file;
    holder.replaceChildren(...[buildPlayer(view.file)].filter(Boolean));
  }
  const findings = queue();
  const { finding } = view;
  const at = finding && known.place.has(finding) ? `Finding ${figure(known.place.get(finding) + 1)} of ${figure(findings.length)}` : `${counted(findings.length, "finding")}`;
  const cost = listeningOf(openIn(findings));
  place.replaceChildren(el("strong", {}, at),
    el("span", { class: "muted" }, cost.findings ? ` · ${spokenTime(cost.ms)} to go` : findings.length ? " · all decided" : ""));
  progress.replaceChildren(...progressOf(findings));
  const made = finding ? decisionOf(finding) : null;
  for (const [decision, button] of Object.entries(buttons)) {
    button.disabled = !finding;
    button.setAttribute("aria-pressed", String(Boolean(made) && made.decision === decision));
  }
  note.disabled = !made;
  if (note !== document.activeElement) note.value = made ? made.note : "";
  back.disabled = !past.length;
  order.value = state.order;
  drawTrouble();
}

function leaveDock() {
  leavePlayer();
  dock.player = null;
  dock.parts.holder.replaceChildren();
  dock.node.hidden = true;
}

function noteChanged(event) {
  const made = view.finding && decisionOf(view.finding);
  if (!made) return;
  decide(view.finding, made.decision, event.target.value);
  drawDecision(view.finding);
  drawDock();
}

// Goes to a finding in whatever file it is.
function visit(finding) {
  const hidden = !passes(finding) ? { filter: "", severity: "", fresh: false } : {};
  if (view.file === finding.file) {
    if (!view.nodes.has(finding.number)) adjust({ ...hidden, find: "", cue: finding.cue, rule: finding.rule.code });
  } else go({ ...hidden, file: finding.file.path, cue: finding.cue, rule: finding.rule.code, find: "" });
  select(finding);
}

function startReview() {
  if (isIndex) return startOnPage();
  const findings = queue();
  const first = openIn(findings)[0] || findings[0];
  if (first) return visit(first);
  return announce("No finding to review.");
}

// The finding after (or before) the one in hand in the order of review; without one, after the cue in hand.
function stepFinding(step) {
  const findings = state.find && view.file ? view.findings : queue();
  if (!findings.length) return turnPage(step) ? undefined : announce("No finding to show.");
  let turn;
  if (view.finding) {
    const here = state.find ? findings.indexOf(view.finding) : placeInQueue(view.finding);
    turn = step > 0 ? Math.floor(here + 1) : Math.ceil(here - 1);
  } else {
    const here = (finding) => finding.file === view.file && (step > 0 ? !state.cue || finding.cue > state.cue : finding.cue < state.cue);
    turn = step > 0 ? findings.findIndex(here) : findings.findLastIndex(here);
    if (turn < 0) turn = step > 0 ? findings.findIndex(({ file }) => file.number > view.file.number) : findings.findLastIndex(({ file }) => file.number < view.file.number);
    if (turn < 0) turn = step > 0 ? findings.length : -1;
  }
  if ((turn < 0 || turn >= findings.length) && turnPage(step)) return undefined;
  if (turn < 0 || turn >= findings.length) return announce(step > 0 ? "That was the last finding." : "That was the first finding.");
  return visit(findings[turn]);
}

// Records the decision and moves on to the next finding that has none.
function settle(decision) {
  const { finding } = view;
  if (!finding) return announce("Choose a finding first (j).");
  decide(finding, decision);
  drawDecision(finding);
  const findings = queue();
  const from = Math.floor(placeInQueue(finding) + 1);
  const next = [...findings.slice(from), ...findings.slice(0, from)].find((one) => !decisionOf(one));
  if (next) {
    visit(next);
    announce(spelled(`${finding.rule.code} ${DECISIONS[decision].label}. Next: ${next.rule.code} ${next.rule.name}`));
  } else {
    announce(findings.length ? `Every finding of this ${isPage ? "page" : "review"} is decided.` : "Decided.");
  }
  return drawDock();
}

function takeBack() {
  const finding = undo();
  if (!finding) return announce("Nothing to undo.");
  visit(finding);
  drawDecision(finding);
  drawDock();
  return announce(spelled(`Taken back: ${finding.rule.code} ${finding.rule.name}`));
}
