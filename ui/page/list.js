// The list of the documents: filtered, sorted, a page of it at a time; ticks choose the documents that
// questions are limited to.
const listing = (() => {
  const PAGE = 30;  // rows, which are drawn in some milliseconds however many documents there are
  const collator = new Intl.Collator(undefined, {numeric: true, sensitivity: "base"});
  const size = (item) => item.bytes ?? item.characters;
  const later = (one, other) => one.added < other.added ? 1 : one.added > other.added ? -1
    : other.id - one.id;
  const byTitle = (one, other) => collator.compare(one.title, other.title) || later(one, other);
  const ORDERS = new Map([
    ["Newest first", later],
    ["Oldest first", (one, other) => later(other, one)],
    ["Title", byTitle],
    ["File name", (one, other) => collator.compare(one.name, other.name)],
    ["Largest first", (one, other) => size(other) - size(one) || byTitle(one, other)],
    ["Smallest first", (one, other) => size(one) - size(other) || byTitle(one, other)],
    ["Kind", (one, other) => collator.compare(one.format, other.format) || byTitle(one, other)],
  ]);
  const languages = new Intl.DisplayNames("en", {type: "language"});
  let box, first = 0, shown = [], sorted = new Map(), problem = "", open = () => {};
  let corpus = CORPORA[0] ?? "";

  const part = (selector) => box.querySelector(selector);
  const heading = () => box.closest("dialog").querySelector("h2");
  const inOrder = (name) => {
    if (!sorted.has(name)) sorted.set(name, here().sort(ORDERS.get(name)));
    return sorted.get(name);
  };
  // The documents of the corpus that is shown.
  const here = () => library.all.filter((item) => (item.corpus ?? "") === corpus);

  // -- a row

  const UNITS = [[1e9, "gigabyte"], [1e6, "megabyte"], [1e3, "kilobyte"], [0, "byte"]];
  const sizeOf = (item) => {
    if (item.bytes === null) return count(item.characters, "character");
    const [least, unit] = UNITS.find(([least]) => item.bytes >= least);
    return (item.bytes / (least || 1)).toLocaleString("en", {style: "unit", unit,
      unitDisplay: least ? "short" : "long", maximumFractionDigits: least > 1e3 ? 1 : 0});
  };
  const fromPictures = (item) => `${count(item.pictured.length, "page")} read from `
    + `${item.pictured.length === 1 ? "a picture" : "pictures"}: check numbers and names`;
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
      ...item.folder ? [item.folder] : [], count(item.sentences, "sentence")].join(" · ");
    const notes = [about,
      ...item.left_out.length ? [`Not in its text: ${item.left_out.join(", ")}`] : [],
      ...item.pictured.length ? [fromPictures(item)] : []];
    return make("th", {scope: "row", title: item.name}, link,
      ...notes.map((words) => make("small", {textContent: words})));
  };
  const row = (item) => make("tr", {},
    make("td", {}, make("input", {type: "checkbox", checked: scoping.has(item),
      value: item.id, ariaLabel: `Limit questions to ${item.title}`,
      onchange: ({target}) => { choose([item], target.checked); }})),
    title(item),
    make("td", {textContent: item.lang === "und" ? item.format
      : `${item.format}, ${languages.of(item.lang)}`}),
    make("td", {textContent: sizeOf(item)}),
    make("td", {textContent: item.added.slice(0, 10)}),
    make("td", {},
      ...item.original ? [make("a", {textContent: "File",
        href: corpora.within(`/api/documents/${item.id}/original`, item.corpus),
        download: "", ariaLabel: `Save the file of ${item.title}`}), " "] : [],
      make("button", {type: "button", textContent: "Remove", ariaLabel: `Remove ${item.title}`,
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
    part(".chosen p").textContent = scoping.count === 1
      ? "1 is ticked: questions search only this document."
      : `${scoping.count.toLocaleString("en")} are ticked: questions search only these documents.`;
    part(".chosen .danger").textContent = scoping.count === 1 ? "Remove it"
      : `Remove these ${scoping.count.toLocaleString("en")}`;
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
      ? `${(first + 1).toLocaleString("en")}–${last.toLocaleString("en")} of ${shown.length.toLocaleString("en")}` : "";
    part(".none").hidden = shown.length > 0 && !words.trim();
    part(".none").textContent = problem || (!there.length ? "No documents yet."
      : !shown.length ? `None of the ${count(there.length, "document")} is called that.`
        : `${shown.length.toLocaleString("en")} of ${count(there.length, "document")}`);
    mark();
  };
  const refresh = async () => {
    try {
      await library.load();
      problem = "";
    } catch (error) {
      problem = `The documents can’t be listed: ${error.message}`;
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
        make("input", {type: "search", placeholder: "Filter by title, file, folder or kind",
          ariaLabel: "Filter the documents", oninput: again}),
        make("span", {}, make("label", {htmlFor: "order", textContent: "Sort"}), " ",
          make("select", {id: "order", onchange: again},
            ...[...ORDERS.keys()].map((name) => make("option", {textContent: name}))))),
      make("div", {className: "chosen", hidden: true}, make("p", {role: "status"}),
        make("button", {type: "button", textContent: "Untick", ariaLabel: "Untick all",
          onclick: () => { scoping.clear(); heading().focus(); }}),
        make("button", {type: "button", className: "danger",
          onclick: () => remove(library.all.filter((item) => scoping.has(item)))})),
      make("p", {className: "refused", role: "alert"}),
      make("p", {className: "none", role: "status"}),
      make("table", {hidden: true},
        make("thead", {}, make("tr", {},
          make("td", {}, make("input", {type: "checkbox", className: "every",
            ariaLabel: "Limit questions to all that are listed",
            onchange: ({target}) => { choose(shown, target.checked); }})),
          ...["Title", "Kind", "Size", "Added", "Remove"].map(
            (name) => make("th", {scope: "col", textContent: name})))),
        make("tbody")),
      make("nav", {className: "pager", hidden: true, ariaLabel: "Pages of the list"},
        make("button", {type: "button", className: "previous", textContent: "Previous",
          onclick: () => turn(-1)}), make("span", {role: "status"}),
        make("button", {type: "button", className: "next", textContent: "Next",
          onclick: () => turn(1)})));
    scoping.onchange(mark);
    removing.onchange((removed) => { if (removed) refresh(); else draw(); });
    return box;
  };
  return {build, refresh, fromPictures,
    get corpus() { return corpus; },
    choose: (name) => { corpus = name; sorted = new Map(); again(); }};
})();
