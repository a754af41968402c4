// The list of the documents: filtered, sorted, a page of it at a time; ticks choose the documents that
// questions are limited to.
const listing = (() => {
  const PAGE = 30;  // rows, which are drawn in some milliseconds however many documents there are
  const collator = new Intl.Collator(LANGUAGE, {numeric: true, sensitivity: "base"});
  // An order is what is compared, one after another: a minus sign before it turns it round.
  const KEYS = {
    added: (item) => Date.parse(item.added), id: (item) => item.id,
    size: (item) => item.bytes ?? item.characters,
    title: (item) => item.title, name: (item) => item.name, kind: (item) => item.format,
  };
  const ORDERS = new Map([
    [t("Newest first"), ["-added", "-id"]],
    [t("Oldest first"), ["added", "id"]],
    [t("Title"), ["title", "-added", "-id"]],
    [t("File name"), ["name"]],
    [t("Largest first"), ["-size", "title", "-added", "-id"]],
    [t("Smallest first"), ["size", "title", "-added", "-id"]],
    [t("Kind"), ["kind", "title", "-added", "-id"]],
  ]);
  // Where each word stands among all: the collator is slow, and asked once of words that many share.
  const ranked = (words) => {
    const ordered = [...new Set(words)].sort(collator.compare), ranks = new Map();
    ordered.forEach((word, at) => ranks.set(word,
      at && !collator.compare(ordered[at - 1], word) ? ranks.get(ordered[at - 1]) : at));
    return words.map((word) => ranks.get(word));
  };
  const sortedBy = (order, items) => {
    const columns = order.map((key) => {
      const values = items.map(KEYS[key.replace("-", "")]);
      const numbers = typeof values[0] === "string" ? ranked(values) : values;
      return key.startsWith("-") ? numbers.map((number) => -number) : numbers;
    });
    return [...items.keys()].sort((one, other) => {
      for (const column of columns)
        if (column[one] !== column[other]) return column[one] - column[other];
      return 0;
    }).map((at) => items[at]);
  };
  const languages = new Intl.DisplayNames(LANGUAGE, {type: "language"});
  let box, first = 0, shown = [], sorted = new Map(), problem = "", open = () => {};
  let corpus = CORPORA[0] ?? "";

  const part = (selector) => box.querySelector(selector);
  const heading = () => box.closest("dialog").querySelector("h2");
  const inOrder = (name) => {
    if (!sorted.has(name)) sorted.set(name, sortedBy(ORDERS.get(name), here()));
    return sorted.get(name);
  };
  // The documents of the corpus that is shown.
  const here = () => library.all.filter((item) => (item.corpus ?? "") === corpus);

  // -- a row

  const UNITS = [[1e9, "gigabyte"], [1e6, "megabyte"], [1e3, "kilobyte"], [0, "byte"]];
  const sizeOf = (item) => {
    if (item.bytes === null) return charactersOf(item.characters);
    const [least, unit] = UNITS.find(([least]) => item.bytes >= least);
    return written(item.bytes / (least || 1), {style: "unit", unit,
      unitDisplay: least ? "short" : "long", maximumFractionDigits: least > 1e3 ? 1 : 0});
  };
  const fromPictures = (item) => tn("{number} page read from a picture: check numbers and names", "{number} pages read from pictures: check numbers and names", item.pictured.length);
  const fileOf = (item) => item.name.slice(item.name.lastIndexOf("/") + 1);
  const title = (item) => {
    const link = make("a", {href: addressOf({...item, start: 0, end: 0}), textContent: item.title,
      onclick: (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;  // in a tab of its own
        event.preventDefault();
        event.stopPropagation();
        open(item);
      }});
    const about = [...fileOf(item) === item.title ? [] : [shortened(fileOf(item))],
      ...item.folder ? [item.folder] : [], sentencesOf(item.sentences)].join(" · ");
    const notes = [about,
      ...item.left_out.length ? [t("Not in its text: {things}", {things: item.left_out.join(", ")})] : [],
      ...item.pictured.length ? [fromPictures(item)] : []];
    return make("th", {scope: "row", title: item.name}, link,
      ...notes.map((words) => make("small", {textContent: words})));
  };
  const row = (item) => make("tr", {},
    make("td", {}, make("input", {type: "checkbox", checked: scoping.has(item),
      value: item.id, ariaLabel: t("Limit questions to {title}", {title: item.title}),
      onchange: ({target}) => { choose([item], target.checked); }})),
    title(item),
    make("td", {textContent: item.lang === "und" ? item.format
      : `${item.format}, ${languages.of(item.lang)}`}),
    make("td", {textContent: sizeOf(item)}),
    make("td", {textContent: dateOf(new Date(item.added), {dateStyle: "medium"})}),
    make("td", {},
      ...item.original ? [make("a", {textContent: t("File"),
        href: corpora.within(`/api/documents/${item.id}/original`, item.corpus),
        download: "", ariaLabel: t("Save the file of {title}", {title: item.title})}), " "] : [],
      make("button", {type: "button", textContent: t("Remove"), ariaLabel: t("Remove {title}", {title: item.title}),
        onclick: () => remove([item])})));
  const remove = (items) => {
    removing.begin(items);
    heading().focus();
  };
  const choose = (items, wanted) => {
    part(".refused").textContent = "";
    if (!wanted) scoping.remove(items);
    else if (!scoping.add(items)) part(".refused").textContent = scoping.tooMany();
    mark();
  };

  // -- the whole

  // The ticks, and what can be done with those that are ticked.
  const mark = () => {
    for (const tick of part("tbody").querySelectorAll("input"))
      tick.checked = scoping.has({id: Number(tick.value), corpus});
    const ticked = shown.filter((item) => scoping.has(item)).length;
    Object.assign(part(".every"), {checked: ticked > 0 && ticked === shown.length,
      indeterminate: ticked > 0 && ticked < shown.length});
    part(".chosen").hidden = !scoping.count;
    part(".chosen p").textContent = tn("{number} is ticked: questions search only this document.", "{number} are ticked: questions search only these documents.", scoping.count);
    part(".chosen .danger").textContent = tn("Remove it", "Remove these {number}", scoping.count);
  };
  const draw = () => {
    const words = part("input[type=search]").value;
    const there = inOrder(part("select").value).filter((item) => !removing.has(item));
    shown = library.matching(words, there);
    first = Math.max(0, Math.min(first, PAGE * Math.floor((shown.length - 1) / PAGE)));
    const last = Math.min(first + PAGE, shown.length);
    part("tbody").replaceChildren(...shown.slice(first, last).map(row));
    part("table").hidden = !shown.length;
    part(".tools").hidden = there.length < 2;
    part(".pager").hidden = shown.length <= PAGE;
    part(".previous").disabled = !first;
    part(".next").disabled = last >= shown.length;
    part(".pager span").textContent = shown.length
      ? t("{first}–{last} of {number}", {first: first + 1, last, number: shown.length}) : "";
    part(".none").hidden = shown.length > 0 && !words.trim();
    part(".none").textContent = problem || (!there.length ? t("No documents yet.")
      : !shown.length ? tn("The {number} document isn't called that.", "None of the {number} documents is called that.", there.length)
        : tn("{found} of {number} document", "{found} of {number} documents", there.length, {found: shown.length}));
    mark();
  };
  const refresh = async () => {
    try {
      await library.load();
      problem = "";
    } catch (error) {
      problem = t("The documents can't be listed: {reason}", {reason: error.message});
    }
    sorted = new Map();
    draw();
  };
  const turn = (by) => {
    first += by * PAGE;
    draw();
    box.scrollIntoView({block: "start"});
  };
  const again = () => { first = 0; draw(); };
  // Make the list; `show` opens the source of a document.
  const build = (show) => {
    open = show;
    box = make("div", {className: "list"},
      make("div", {className: "tools", hidden: true},
        make("input", {type: "search", placeholder: t("Filter by title, file, folder or kind"),
          ariaLabel: t("Filter the documents"), oninput: again}),
        make("span", {}, make("label", {htmlFor: "order", textContent: t("Sort")}), " ",
          make("select", {id: "order", onchange: again},
            ...[...ORDERS.keys()].map((name) => make("option", {textContent: name}))))),
      make("div", {className: "chosen", hidden: true}, make("p", {role: "status"}),
        make("button", {type: "button", textContent: t("Untick"), ariaLabel: t("Untick all"),
          onclick: () => { scoping.clear(); heading().focus(); }}),
        make("button", {type: "button", className: "danger",
          onclick: () => remove(library.all.filter((item) => scoping.has(item)))})),
      make("p", {className: "refused", role: "alert"}),
      make("p", {className: "none", role: "status"}),
      make("table", {hidden: true},
        make("thead", {}, make("tr", {},
          make("td", {}, make("input", {type: "checkbox", className: "every",
            ariaLabel: t("Limit questions to all that are listed"),
            onchange: ({target}) => { choose(shown, target.checked); }})),
          ...[t("Title"), t("Kind"), t("Size"), t("Added"), t("Remove")].map(
            (name) => make("th", {scope: "col", textContent: name})))),
        make("tbody")),
      make("nav", {className: "pager", hidden: true, ariaLabel: t("Pages of the list")},
        make("button", {type: "button", className: "previous", textContent: t("Previous"),
          onclick: () => turn(-1)}), make("span", {role: "status"}),
        make("button", {type: "button", className: "next", textContent: t("Next"),
          onclick: () => turn(1)})));
    scoping.onchange(mark);
    removing.onchange((removed) => { if (removed) refresh(); else draw(); });
    return box;
  };
  return {build, refresh, fromPictures,
    get corpus() { return corpus; },
    choose: (name) => { corpus = name; sorted = new Map(); again(); }};
})();
