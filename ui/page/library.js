// What the page knows of the documents. Names and titles are untrusted: they only ever become text
// nodes.
const library = (() => {
  let all = [], latest = null, known = false;

  // What is searched in: without accents and capitals, so that "resume" finds "Résumé".
  const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const searched = (item) => item.searched
    ??= folded([item.title, item.name, item.folder, item.format, item.corpus].filter(Boolean).join("\n"));

  const asked = async () => {
    const answer = await call("/api/documents").catch(() => null);
    const found = answer?.ok ? await answer.json().catch(() => null) : null;
    if (!found) throw new Error(await reason(answer));
    return found.reverse();
  };
  // An answer that comes late may lack what was added since: who waits for it gets the last one.
  const last = async (request) => {
    const found = await request.catch((error) => { if (request === latest) throw error; });
    if (request !== latest) return last(latest);
    known = true;
    for (const item of found) searched(item);  // not while somebody types
    return all = found;
  };
  // Ask for the documents; where the server has none to tell, say why.
  const load = () => last(latest = asked());
  // Return those documents whose title, file name, folder and kind hold each of the words.
  const matching = (words, items = all) => {
    const wanted = folded(words).split(/\s+/).filter(Boolean);
    return wanted.length ? items.filter((item) => wanted.every((word) => searched(item).includes(word)))
      : items;
  };
  return {
    load, matching,
    get all() { return all; },
    get known() { return known; },
  };
})();
