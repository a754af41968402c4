// Removing documents: only after a while, in which it can be undone. Until then the server knows
// nothing of it, so a page that is closed before has removed nothing.
const removing = (() => {
  const WHILE = 10;  // seconds
  const SHOWN = 6;  // seconds that the outcome is shown
  const say = notices.line(), listeners = [];
  let waiting = [], limited = [];
  const taken = new Set();  // the keys of what waits or is sent, which a long list asks of each row

  const several = (items) => items.length === 1 ? `“${shortened(items[0].title)}”`
    : documentsOf(items.length);
  const changed = (removed = false) => { for (const listener of listeners) listener(removed); };
  const {keyOf} = corpora;
  const has = (item) => taken.has(keyOf(item));

  const tell = (words, stays = false) => {
    if (!waiting.length) say(words, {stays, seconds: SHOWN});  // else there is something to be undone
  };
  const begin = (items) => {
    const more = items.filter((item) => !has(item));
    if (!more.length) return;
    waiting = [...waiting, ...more];
    for (const item of more) taken.add(keyOf(item));
    limited = [...limited, ...more.filter((item) => scoping.has(item))];
    scoping.remove(more);
    say(t("Removing {documents} in a few seconds. If you close this page before, nothing is removed.", {documents: several(waiting)}),
      {acts: [[t("Undo"), undo], [t("Remove now"), commit]], seconds: WHILE, then: commit});
    changed();
  };
  const undo = () => {
    const kept = waiting;
    scoping.add(limited);
    waiting = limited = [];
    for (const item of kept) taken.delete(keyOf(item));
    tell(tn("{documents} is kept.", "{documents} are kept.", kept.length, {documents: several(kept)}));
    changed();
  };
  const commit = async () => {
    const items = waiting;
    waiting = limited = [];
    say(t("Removing {documents}…", {documents: several(items)}), {stays: true});
    let answer, gone = 0, done = [];
    for (const name of new Set(items.map(({corpus}) => corpus ?? ""))) {  // one change of each corpus
      const ids = items.filter(({corpus}) => (corpus ?? "") === name).map(({id}) => id);
      answer = await call(corpora.within("/api/removals", name), {
        method: "POST", headers: {"content-type": "application/json"},
        body: JSON.stringify({documents: ids}),
      }).catch(() => null);
      if (!answer?.ok) break;
      gone += (await answer.json()).removed.length;
      done = [...done, ...items.filter(({corpus}) => (corpus ?? "") === name)];
    }
    if (answer?.ok) {
      const attached = gone - items.length, documents = several(items);
      tell(attached > 0 ? tn("Removed {documents}, and {number} document attached.", "Removed {documents}, and {number} documents attached.", attached, {documents})
        : t("Removed {documents}.", {documents}));
    } else {
      const before = done.length ? `${t("Removed {documents}.", {documents: several(done)})} ` : "";
      tell(before + t("Not removed: {reason}", {reason: await reason(answer)}), true);
    }
    for (const item of items) taken.delete(keyOf(item));
    changed(done.length > 0);
  };
  return {begin, has, onchange: (act) => listeners.push(act)};
})();
