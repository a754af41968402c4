// The documents that questions are limited to: small labels by the question box, each removed by a
// click, and a box in which a document is found by its title or the name of its file.
const scoping = (() => {
  const KEY = "verbatim-scope";
  const OFFERED = 7;  // documents at once
  const LABELS = 5;  // beyond them the rest is folded
  const listeners = [];
  const CORPUS = "verbatim-corpus";
  const WORDS = {elsewhere: (name) => t("Documents of one corpus are searched: now of {name} only.", {name})};
  const {keyOf} = corpora;
  let row, corpus = "", chosen = [], earlier = [], unfolded = false, active = -1, offered = [];

  const part = (selector) => row.querySelector(selector);
  const plain = ({id, corpus, name, title}) => ({id, ...corpus ? {corpus} : {}, name, title});
  const say = (words) => { part(".said").textContent = words; };

  // -- what is kept: by this tab, and for the next one that is opened

  const kept = () => {
    try {
      const found = JSON.parse(sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY) ?? "[]");
      return Array.isArray(found) ? found.filter((item) => Number.isSafeInteger(item?.id)
        && typeof item.name === "string" && typeof item.title === "string"
        && corpora.knows(item.corpus)) : [];
    } catch {
      return [];
    }
  };
  const keptCorpus = () => {
    try {
      const found = sessionStorage.getItem(CORPUS) ?? localStorage.getItem(CORPUS);
      return corpora.several && corpora.knows(found) ? found : "";
    } catch {
      return "";
    }
  };
  const keep = () => {
    try {
      for (const storage of [sessionStorage, localStorage]) {
        storage.setItem(KEY, JSON.stringify(chosen));
        if (corpora.several) storage.setItem(CORPUS, corpus);
      }
    } catch {
      // a browser that stores nothing: the labels last as long as the page
    }
  };

  // -- what is chosen

  let keys = new Set();  // of what is chosen, which a long list asks of each of its rows
  const has = (item) => keys.has(keyOf(item));
  // Documents of one corpus are chosen, which is the one that is searched then.
  const change = (items) => {
    chosen = items.filter((item) => item.corpus === items[0].corpus).map(plain);
    keys = new Set(chosen.map(keyOf));
    if (corpora.several && chosen.length) corpus = chosen[0].corpus;
    keep();
    draw();
    for (const listener of listeners) listener();
  };
  // Limit questions to these, too; return whether there is room for them.
  const add = (items) => {
    const more = items.filter((item) => !has(item));
    const elsewhere = chosen.filter((item) => more.some((one) => one.corpus !== item.corpus));
    const before = elsewhere.length ? [] : chosen;
    if (before.length + more.length > LIMITS.chosen) return false;
    earlier = [];
    change([...before, ...more]);
    if (elsewhere.length) say(WORDS.elsewhere(corpus));
    return true;
  };
  const remove = (items) => {
    const gone = new Set(items.map(keyOf));
    if (chosen.some((item) => gone.has(keyOf(item))))
      change(chosen.filter((item) => !gone.has(keyOf(item))));
  };
  // Search one corpus, or all of them; documents that were chosen in another are let go.
  const searchIn = (name) => {
    corpus = name;
    change(chosen.filter((item) => item.corpus === name));
  };
  const clear = () => {
    if (!chosen.length) return;
    earlier = chosen;
    change([]);
  };
  // Drop what is no longer there, or is another document: of another corpus at this address.
  const check = async () => {
    if (!chosen.length) return;
    const which = new URLSearchParams(chosen.map(({id}) => ["id", id])), asked_of = corpus;
    const answer = await call(corpora.within(`/api/documents?${which}`, asked_of)).catch(() => null);
    const found = answer?.ok ? await answer.json().catch(() => null) : null;
    if (!found || asked_of !== corpus) return;
    const names = new Map(found.map(({id, name}) => [id, name]));
    const asked = new Set(which.getAll("id").map(Number));
    const gone = chosen.filter(({id, name}) => asked.has(id) && names.get(id) !== name);
    if (!gone.length) return;
    remove(gone);
    say(tn("“{title}” is no longer in the corpus.", "{number} of them are no longer in the corpus.", gone.length,
      {title: shortened(gone[0].title)}));
  };

  // -- how it looks

  const label = (item, index) => make("li", {title: item.name},
    make("bdi", {textContent: item.title}),
    make("button", {type: "button", textContent: "×", ariaLabel: t("Don't limit to {title}", {title: item.title}),
      onclick: () => {
        remove([item]);
        const next = part(".labels").querySelectorAll("li button");
        (next[Math.min(index, next.length - 1)] ?? part("input")).focus();
      }}));
  const draw = () => {
    if (!row) return;
    const folded = !unfolded && chosen.length > LABELS + 1;
    const more = chosen.length - LABELS;
    part(".labels").replaceChildren(...(folded ? chosen.slice(0, LABELS) : chosen).map(label),
      ...folded ? [make("li", {className: "more"}, make("button", {type: "button",
        textContent: tn("and {number} more", "and {number} more", more), onclick: () => {
          unfolded = true;
          draw();
          part(`.labels li:nth-child(${LABELS + 1}) button`).focus();
        }}))] : []);
    if (!chosen.length) unfolded = false;
    part(".labels").hidden = part(".before").hidden = part(".all").hidden = !chosen.length;
    part(".again").hidden = !earlier.length || chosen.length > 0;
    part(".again").textContent = tn("Limit to {number} document again", "Limit to {number} documents again", earlier.length);
    part("input").placeholder = chosen.length ? t("and…") : t("Limit to a document…");
    row.classList.toggle("limited", chosen.length > 0);
    if (corpora.several) part("select").value = corpus;
    say("");
    send();
  };
  // The box from which a question's event takes them.
  const send = () => {
    const box = document.querySelector("#searched textarea, #searched input");
    const ids = chosen.map(({id}) => id);
    const words = JSON.stringify(!corpora.several ? ids : {documents: ids, corpus: corpus || null});
    if (!box || box.value === words) return;
    box.value = words;
    box.dispatchEvent(new Event("input", {bubbles: true}));
  };

  // -- finding one by typing

  const close = () => {
    active = -1;
    offered = [];
    part("[role=listbox]").hidden = true;
    part("[role=listbox]").replaceChildren();
    part(".matches").textContent = "";
    part("input").ariaExpanded = "false";
    part("input").removeAttribute("aria-activedescendant");
  };
  const choose = (item) => {
    part("input").value = "";
    close();
    if (item && !add([item])) say(tooMany());
  };
  const tooMany = () => tn("A question can be limited to at most {number} document. Search all instead, or remove some labels.", "A question can be limited to at most {number} documents. Search all instead, or remove some labels.", LIMITS.chosen);
  const point = (to) => {
    active = to;
    const options = [...part("[role=listbox]").children];
    options.forEach((option, index) => { option.ariaSelected = String(index === active); });
    if (options[active]) {
      part("input").setAttribute("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({block: "nearest"});
    }
  };
  // What is known already is offered at once, what came since when it is there.
  const refresh = async () => {
    try {
      await library.load();
      if (!part("[role=listbox]").hidden) offer();
    } catch (error) {
      say(t("The documents can't be listed: {reason}", {reason: error.message}));
    }
  };
  const offer = async () => {
    const words = part("input").value;
    if (!library.known) {
      await refresh();
      if (!library.known || document.activeElement !== part("input")) return;
    }
    const found = library.matching(words)
      .filter((item) => !has(item) && (!corpus || item.corpus === corpus));
    offered = found.slice(0, OFFERED);
    part("[role=listbox]").replaceChildren(...offered.map((item, index) =>
      make("li", {role: "option", id: `offered-${index}`, ariaSelected: "false",
        onmousedown: (event) => event.preventDefault(), onclick: () => choose(item)},
      make("bdi", {textContent: item.title}),
      ...item.name === item.title && !item.corpus ? [] : [make("small", {
        textContent: [...item.corpus ? [item.corpus] : [], item.name].map(shortened).join(" · ")})])));
    part("[role=listbox]").hidden = !offered.length;
    part("input").ariaExpanded = String(offered.length > 0);
    const more = found.length - offered.length;
    part(".matches").textContent = !found.length ? t("No document is called that.")
      : more > 0 ? tn("{number} more: type to narrow", "{number} more: type to narrow", more) : "";
    point(words.trim() && offered.length ? 0 : -1);
  };
  const typed = (event) => {
    const shown = !part("[role=listbox]").hidden;
    const step = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (step) {
      event.preventDefault();
      if (!shown) offer();
      else point((active + step + offered.length) % offered.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (offered[active]) choose(offered[active]);
    } else if (event.key === "Escape" && (shown || part("input").value)) {
      event.stopPropagation();  // which would close the source beside it
      part("input").value = "";
      close();
    } else if (event.key === "Backspace" && !part("input").value && chosen.length) {
      remove([chosen.at(-1)]);
    }
  };

  const build = () => {
    const box = make("input", {type: "text", role: "combobox", ariaExpanded: "false",
      ariaAutoComplete: "list", autocomplete: "off", ariaLabel: t("Limit the search to a document"),
      oninput: () => { say(""); offer(); }, onfocus: refresh, onclick: offer, onblur: close, onkeydown: typed});
    box.setAttribute("aria-controls", "offered");
    row = make("div", {className: "scope", role: "group", ariaLabel: t("Documents to search")},
      ...corpora.several ? [corpora.toSearch(searchIn)] : [],
      make("span", {className: "before", textContent: t("Search only")}),
      make("ul", {className: "labels", ariaLabel: t("The search is limited to")}),
      make("div", {className: "chooser"}, box,
        make("div", {className: "offers"},
          make("ul", {id: "offered", role: "listbox", ariaLabel: t("Documents"), hidden: true}),
          make("p", {className: "matches", role: "status"}))),
      make("button", {type: "button", className: "all", textContent: t("Search all"), onclick: () => {
        clear();
        part("input").focus();
      }}),
      make("button", {type: "button", className: "again", onclick: () => {
        change(earlier);
        part("input").focus();
      }}),
      make("p", {className: "said", role: "status"}));
    chosen = kept().filter((item, _, all) => item.corpus === all[0].corpus);
    keys = new Set(chosen.map(keyOf));
    corpus = chosen[0]?.corpus ?? keptCorpus();
    draw();
    check();
  };

  // Gradio makes its rows anew when it likes; and after each answer, what was removed is dropped.
  let busy = false, answers = 0;
  onChange(() => {
    const host = document.querySelector("#scope");
    if (host && row && !host.contains(row)) host.append(row);
    if (host) send();
    const locked = Boolean(document.querySelector("#question textarea")?.disabled);
    // An answer may come within the frame in which the box was locked
    const shown = document.querySelectorAll("#chat [data-testid=bot]").length;
    if (!locked && (busy || shown !== answers)) check();
    if (!locked) answers = shown;
    busy = locked;
  });
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.('a[href="#search-all"]')) return;
    corpus = "";
    if (chosen.length) clear(); else change([]);
  }, true);
  whenReady(build);
  return {add, remove, clear, has, tooMany, onchange: (act) => listeners.push(act),
    get count() { return chosen.length; }, get chosen() { return chosen; },
    get corpus() { return corpus; },
    choose: (items) => { earlier = []; change(items.filter((item) => corpora.knows(item.corpus))); check(); }};
})();
