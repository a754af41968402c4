// Several corpora at one page: which of them a request means, and a box in which one is chosen.
// `CORPORA` are their names; it is empty where there is one, and then nothing names it. An id means
// another document in each of them. Names are untrusted: they only ever become text nodes.
const corpora = (() => {
  const WORDS = {all: t("All corpora"), searched: t("Search in"), managed: t("Documents of")};
  // The address of a request about something in a corpus.
  const within = (address, name) => !name || !CORPORA.length ? address
    : `${address}${address.includes("?") ? "&" : "?"}corpus=${encodeURIComponent(name)}`;
  const keyOf = ({id, corpus}) => `${id} ${corpus ?? ""}`;
  // Whether what is named so is here; where there is one corpus, nothing has a name.
  const knows = (name) => CORPORA.length ? CORPORA.includes(name) : !name;
  // A labelled box of the names; `act` is called with the one that is chosen, empty for all.
  const box = (id, words, all, act) => {
    const select = make("select", {id, onchange: () => act(select.value)},
      ...all ? [make("option", {value: "", textContent: WORDS.all})] : [],
      ...CORPORA.map((name) => make("option", {value: name, textContent: shortened(name)})));
    return make("span", {className: "corpora"}, make("label", {htmlFor: id, textContent: words}), " ",
      select);
  };
  // Where a document is that is named without its corpus: by an address from when there was but one.
  const find = async ({id, sha256}) => {
    for (const name of CORPORA) {
      const answer = await call(within(`/api/documents/${id}?count=1`, name))
        .catch(() => null);
      const found = answer?.ok ? await answer.json().catch(() => null) : null;
      if (found && (!sha256 || found.sha256 === sha256)) return name;
    }
    return CORPORA[0];
  };
  return {within, keyOf, knows, find,
    several: CORPORA.length > 0,
    toSearch: (act) => box("corpus-searched", WORDS.searched, true, act),
    toManage: (act) => box("corpus-managed", WORDS.managed, false, act)};
})();
