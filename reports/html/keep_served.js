// Decisions go to the server, which merges them into a file as they are made.

const POLL_MS = 5000;

const keeper = {
  place: "the file of decisions",
  version: "",
  async answer(given) {
    if (!given.ok) throw new Error(await given.text());
    keeper.version = given.headers.get("ETag") || "";
    return given.json();
  },
  async load() {
    return keeper.answer(await fetch("decisions", { cache: "no-store" }));
  },
  async save(changes) {
    return keeper.answer(await fetch("decisions", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ schema_version: SCHEMA_VERSION, decisions: changes }) }));
  },
  // What another tab has decided: asked for when the reader comes back to this one, and now and then while it is in view.
  watch(changed) {
    let asking = false;
    let gone = false;
    const ask = async () => {
      if (asking || document.hidden) return;
      asking = true;
      try {
        const given = await fetch("decisions", { cache: "no-store", headers: { "If-None-Match": keeper.version } });
        if (given.status !== 304) changed(await keeper.answer(given));
        gone = false;
      } catch (error) {
        gone = true; // said when a decision is to be saved; asking again and again would not bring the server back
      }
      asking = false;
    };
    window.addEventListener("focus", ask);
    document.addEventListener("visibilitychange", ask);
    setInterval(() => { if (!gone) ask(); }, POLL_MS);
  },
};
