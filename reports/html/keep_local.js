// Decisions stay in this browser, under the identity of this audit.

const keeper = {
  place: "this browser",
  entry: () => `transcript-auditor:${run.identity}`,
  async load() {
    const text = localStorage.getItem(keeper.entry());
    return text === null ? null : JSON.parse(text);
  },
  // Another tab, or another page of the same report, may have decided since: only what changed here is written.
  async save(changes) {
    const kept = new Map();
    const before = await keeper.load();
    for (const row of before === null ? [] : checkedRows(before)) kept.set(keyOf(row), row);
    apply(kept, changes);
    localStorage.setItem(keeper.entry(), exported(kept));
    return null;
  },
  watch(changed) {
    window.addEventListener("storage", (event) => {
      if (event.key === keeper.entry() && event.newValue !== null) changed(JSON.parse(event.newValue));
    });
  },
};
