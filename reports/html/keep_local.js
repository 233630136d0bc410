// Decisions stay in this browser, under the identity of this audit.

const keeper = {
  place: "this browser",
  entry: () => `transcript-auditor:${run.identity}`,
  async load() {
    const text = localStorage.getItem(keeper.entry());
    return text === null ? null : JSON.parse(text);
  },
  async save(text) {
    localStorage.setItem(keeper.entry(), text);
  },
  // Another tab with the same report has decided something.
  watch(changed) {
    window.addEventListener("storage", (event) => {
      if (event.key === keeper.entry() && event.newValue !== null) changed(JSON.parse(event.newValue));
    });
  },
};
