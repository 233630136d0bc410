// Decisions go to the server, which writes them to a file as they are made.

const keeper = {
  place: "the file of decisions",
  async load() {
    const answer = await fetch("decisions", { cache: "no-store" });
    if (!answer.ok) throw new Error(await answer.text());
    return answer.json();
  },
  async save(text) {
    const answer = await fetch("decisions", { method: "POST", headers: { "Content-Type": "application/json" }, body: text });
    if (!answer.ok) throw new Error(await answer.text());
  },
  watch() {},
};
