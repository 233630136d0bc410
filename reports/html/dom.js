// Building elements. Whatever comes out of a transcript becomes a text node, never markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

// A shape for each severity, so that colour is never the only difference.
const SHAPES = {
  error: "M4.2 0.8h5.6L13.2 4.2v5.6L9.8 13.2H4.2L0.8 9.8V4.2z",
  warning: "M7 1L13.4 12.6H0.6z",
  info: "M7 1.4a5.6 5.6 0 1 1 0 11.2a5.6 5.6 0 1 1 0-11.2z",
};

function icon(severity) {
  return svg("svg", { class: `icon ${severity}`, viewBox: "0 0 14 14", role: "img", "aria-label": severity },
    svg("path", { d: SHAPES[severity] }));
}

// Controls, formats, private use and blank letters. Arabic signs among the formats have a shape of their own;
// a joiner inside an emoji is part of its picture.
const UNSEEN = /(?![\n\t\u0600-\u0605\u06dd\u070f\u08e2])(?!(?<=\p{Extended_Pictographic}[\ufe0f\u{1f3fb}-\u{1f3ff}]?)\u200d)[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u034f\u115f\u1160\u2028\u2029\u3164\uffa0]/gu;

const UNSEEN_NAMES = {
  "00AD": "soft hyphen", "061C": "Arabic letter mark", "200B": "zero-width space", "200C": "zero-width non-joiner",
  "200D": "zero-width joiner", "200E": "left-to-right mark", "200F": "right-to-left mark", "202A": "left-to-right embedding",
  "202B": "right-to-left embedding", "202C": "pop directional formatting", "202D": "left-to-right override",
  "202E": "right-to-left override", "2060": "word joiner", "2066": "left-to-right isolate", "2067": "right-to-left isolate",
  "2068": "first strong isolate", "2069": "pop directional isolate", FEFF: "byte order mark", 3164: "Hangul filler",
};

function codeOf(character) {
  return character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0");
}

// Text in which nothing is hidden, for attributes, options and titles, which hold no elements.
function spelled(text) {
  return String(text).replace(UNSEEN, (character) => `⟦U+${codeOf(character)}⟧`);
}

// The same as nodes.
function shown(text) {
  const nodes = [];
  let from = 0;
  for (const match of String(text).matchAll(UNSEEN)) {
    const code = codeOf(match[0]);
    nodes.push(text.slice(from, match.index));
    nodes.push(el("span", { class: "control", title: UNSEEN_NAMES[code] || "invisible character" }, `⟦U+${code}⟧`));
    from = match.index + match[0].length;
  }
  nodes.push(String(text).slice(from));
  return nodes.filter((node) => node !== "");
}

function bdi(text) {
  return el("bdi", {}, shown(text));
}

// The little Markdown that rule documentation uses: paragraphs, indented examples, `code`.
function prose(markdown) {
  return markdown.split(/\n{2,}(?! {4})/).filter((block) => block.trim()).map((block) => {
    if (/^ {4}/.test(block)) return el("pre", {}, shown(block.replace(/^ {4}/gm, "")));
    const pieces = block.replace(/\s*\n\s*/g, " ").split("`");
    return el("p", {}, pieces.map((piece, turn) => (turn % 2 ? el("code", {}, shown(piece)) : shown(piece))));
  });
}

function languageTag(tag) {
  return /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/i.test(tag) ? tag : null;
}

function two(number) {
  return String(number).padStart(2, "0");
}

function duration(ms) {
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function timecode(ms) {
  if (ms === null || ms === undefined) return "–";
  const whole = Math.floor(Math.abs(ms) / 1000);
  const clock = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}.${String(Math.abs(ms) % 1000).padStart(3, "0")}`;
  return (ms < 0 ? "−" : "") + (whole >= 3600 ? `${Math.floor(whole / 3600)}:${clock}` : clock);
}

function hours(ms) {
  return ms >= 3600000 ? `${(ms / 3600000).toFixed(1)} h` : `${Math.round(ms / 60000)} min`;
}

function counted(number, noun) {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

function figure(value) {
  if (typeof value !== "number") return String(value);
  return Number.isInteger(value) ? value.toLocaleString("en") : value.toLocaleString("en", { maximumFractionDigits: 2 });
}

function percentage(share) {
  return `${(share * 100).toFixed(1)}\u00a0%`;
}

function band(score) {
  if (score >= 90) return "good";
  return score >= 70 ? "fair" : "poor";
}

const VERDICTS = { good: "publish", fair: "fix what is flagged", poor: "transcribe again" };

function announce(text) {
  document.getElementById("status").textContent = text;
}

// Options for the rule filter: whole families, and the rules in them.
function ruleOptions(mentioned) {
  const families = grouped(mentioned);
  return [el("option", { value: "" }, "All rules"), ...[...families].map(([family, members]) =>
    el("optgroup", { label: spelled(family) },
      el("option", { value: `family:${family}` }, `All of ${spelled(family)}`),
      members.map((rule) => el("option", { value: rule.code }, spelled(`${rule.code} ${rule.name}`)))))];
}

function grouped(mentioned) {
  const families = new Map();
  for (const rule of mentioned) families.set(rule.family, [...(families.get(rule.family) || []), rule]);
  return families;
}

function severityOptions() {
  return [el("option", { value: "" }, "All severities"), ...SEVERITIES.map((name) => el("option", { value: name }, `${name}s`))];
}

function field(label, control) {
  return el("label", { class: "field" }, el("span", {}, label), control);
}

function later(action, wait) {
  let timer = 0;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(action, wait, ...values);
  };
}
