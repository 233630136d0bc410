// Which findings are reviewed, in what order, and the listening time they cost.

const CONFIDENCES = run.confidences;

function byRisk(one, other) {
  return SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity)
    || CONFIDENCES.indexOf(one.confidence) - CONFIDENCES.indexOf(other.confidence)
    || other.cost - one.cost || one.file.number - other.file.number || inOrder(one, other);
}

// Adds up cues with findings and their time; a cue counts once, a finding about a whole file costs no listening.
function listening() {
  const heard = new Set();
  const sum = { findings: 0, cues: 0, ms: 0 };
  return {
    sum,
    costOf: (finding) => (finding.cue && !heard.has(`${finding.file.number} ${finding.cue}`) ? Math.max(0, finding.end - finding.start) : 0),
    add(finding) {
      sum.findings += 1;
      sum.ms += this.costOf(finding);
      if (finding.cue && !heard.has(`${finding.file.number} ${finding.cue}`)) {
        heard.add(`${finding.file.number} ${finding.cue}`);
        sum.cues += 1;
      }
    },
  };
}

function listeningOf(findings) {
  const total = listening();
  for (const finding of findings) total.add(finding);
  return total.sum;
}

function spokenTime(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds >= 3600) return `${figure(Math.floor(seconds / 3600))} h ${Math.floor(seconds / 60) % 60} min`;
  return seconds >= 60 ? `${Math.floor(seconds / 60)} min ${seconds % 60} s` : `${seconds} s`;
}

// The riskiest findings that can be listened to in the time there is.
function withinBudget(ranked, minutes) {
  const total = listening();
  return ranked.filter((finding) => {
    if (total.sum.ms + total.costOf(finding) > minutes * 60000) return false;
    total.add(finding);
    return true;
  });
}

const known = { key: "", queue: [], place: new Map() };

// The findings under review; filters of the file table hold here too.
function queue() {
  const key = JSON.stringify([state.text, state.language, state.from, state.to, state.filter, state.severity, state.fresh, state.order, state.minutes]);
  if (known.key !== key) {
    let wanted = files.filter(inTable).flatMap(({ findings }) => findings.filter(passes));
    if (state.minutes > 0) {
      const affordable = new Set(withinBudget([...wanted].sort(byRisk), state.minutes));
      wanted = wanted.filter((finding) => affordable.has(finding));
    }
    if (state.order === "risk") wanted.sort(byRisk);
    Object.assign(known, { key, queue: wanted, place: new Map(wanted.map((finding, turn) => [finding, turn])) });
  }
  return known.queue;
}

function placeInQueue(finding) {
  const findings = queue();
  if (known.place.has(finding)) return known.place.get(finding);
  // A finding that the filters hide stands before those that follow it in the order of the queue.
  const compare = state.order === "risk" ? byRisk : (one, other) => one.file.number - other.file.number || inOrder(one, other);
  const after = findings.findIndex((one) => compare(one, finding) > 0);
  return (after < 0 ? findings.length : after) - 0.5;
}

function openIn(findings) {
  return findings.filter((finding) => !decisionOf(finding));
}
