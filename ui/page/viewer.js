// The source viewer: a citation opens its document beside the chat, at the words it names. If the
// document isn't the cited one any more, nothing is marked: the quotation itself is shown.
// Documents are untrusted: their text only ever becomes text nodes.
const viewing = (() => {
  const PART = 100;  // sentences fetched at once
  const WIDEST = 50;  // columns; cells of a wider row follow each other without gaps
  const NEAR = 600;  // pixels from an edge at which the next part is fetched
  const TO_LEFT = /^(ar|arc|ckb|dv|fa|he|ps|sd|syr|ug|ur|yi)\b/;  // written from right to left
  const LABEL = /^\s*([^\p{L}\p{N}\s]|\(?[\p{L}\p{N}]{1,4}[.)])/u;  // an item's own sign or number
  const PHONE = matchMedia("(max-width: 820px)");
  let panel, shown = null, opener = null, latest = 0;
  let drawn = false;  // whether pages are shown as they look, rather than their text

  const button = (text, label, act) =>
    make("button", {type: "button", textContent: text, ariaLabel: label, title: label, onclick: act});
  const word = (text, act) => make("button", {type: "button", className: "word", textContent: text,
    onclick: act, onmousedown: (event) => event.preventDefault()});  // which would end a selection
  const part = (selector) => panel.querySelector(selector);

  const build = () => {
    panel = make("aside", {id: "viewer", hidden: true, ariaLabel: t("Source document")},
      make("header", {},
        make("div", {className: "heading"},
          make("h2", {tabIndex: -1}), make("p", {role: "status"})),
        make("div", {className: "steps"},
          button("‹", t("Previous match"), () => step(-1)), button("›", t("Next match"), () => step(1))),
        button("×", t("Close source"), close)),
      make("div", {className: "tools"},
        make("details", {className: "contents", hidden: true}, make("summary", {textContent: t("Contents")}),
          make("nav", {ariaLabel: t("Contents")})),
        make("form", {className: "find", role: "search"},
          make("input", {type: "search", placeholder: t("Find in this document"), maxLength: 200,
            ariaLabel: t("Find in this document")})),
        word(t("Show page"), () => { look(!drawn); if (!drawn) goTo(); }), word(t("Copy with citation"), quote),
        word(t("Copy link"), () => copying.link(current())),
        make("a", {className: "file", hidden: true})),
      make("div", {className: "picture", tabIndex: 0, hidden: true}),
      make("div", {className: "text", tabIndex: 0, role: "document", onscroll: grow}));
    document.body.append(panel);
    part(".find").onsubmit = (event) => { event.preventDefault(); find(part("input").value); };
    part(".contents").ontoggle = () => { if (part(".contents").open) list(); };
    linked();
  };

  const citation = (link) => placeAt(link.getAttribute("href"));
  const matchesBeside = (link) => {
    const {id, corpus, sha256} = citation(link);
    const message = link.closest("[data-testid=bot]") ?? document;
    const found = [...message.querySelectorAll(CITATION)].map(citation)
      .filter((match) => match.id === id && match.corpus === corpus && match.sha256 === sha256)
      .sort((a, b) => a.start - b.start);
    return found.filter((match, index) => !index || match.start !== found[index - 1].start);
  };
  // The words as the card shows them, without what it adds to end a change of writing direction.
  const quotation = (link) => {
    const quoted = link.closest("tr, blockquote"), row = [...quoted.querySelectorAll("td :is(strong, em)")];
    const words = row.length ? row.map((cell) => cell.textContent).join(" ")
      : quoted.querySelector("strong, em").textContent;
    return words.trim().replace(/[\u202c\u2069]+$/, "");
  };

  const GONE = t("This document is no longer in the corpus.");
  const CHANGED = t("The document has changed since it was quoted.");
  const ask = async (address, request) => {
    const answer = await call(address, request).catch(() => null);
    if (answer?.ok) return answer.json();
    const stale = answer?.status === 404;
    const refused = answer?.status === 400 && await answer.json().catch(() => null);
    if (refused) throw new Error(refused.detail);
    throw Object.assign(new Error(stale ? GONE : answer ? t("The document can't be shown right now.")
      : t("The document can't be shown: {reason}", {reason: UNREACHABLE})), {stale});
  };
  const about = ({id, corpus}, rest) => corpora.within(`/api/documents/${id}${rest}`, corpus);
  // Return sentences of the text that has this hash, or of whatever text there is now.
  const load = async (place, which) => {
    const {sha256} = place;
    const found = await ask(about(place, `?${new URLSearchParams(which)}`));
    if (sha256 && found.sha256 !== sha256) throw Object.assign(new Error(CHANGED), {stale: true});
    return found;
  };

  // While the source is open the address is that of the passage, and Back closes it.
  const enter = (target, matches, quoted) => {
    if (history.state?.viewer) history.replaceState({viewer: true}, "", addressOf(target));
    else history.pushState({viewer: true}, "", addressOf(target));
    return show(target, matches, quoted);
  };
  const open = (link) => {
    opener = link;
    return enter(citation(link), matchesBeside(link), quotation(link));
  };
  // A passage's address was opened: the server has led here from it.
  const linked = () => {
    const asked = new URLSearchParams(location.search), id = asked.get("document");
    if (!/^\d{1,15}$/.test(id ?? "")) return;
    const corpus = asked.get("corpus") ?? "", found = placeAt(`/d/${id}${location.hash}`);
    history.replaceState(null, "", "/");
    const place = found && {...found, corpus};
    if (place) enter(place, place.end ? [place] : [], "");
    else show({id: Number(id), corpus, start: 0, end: 0}, [], "");
  };
  const show = async (target, matches, quoted, focus = part("h2")) => {
    const turn = ++latest;
    shown = {...target, matches, quoted, low: 0, high: 0, total: 0, busy: true};
    shown.at = matches.findIndex((match) => match.start === target.start);
    try {
      if (corpora.several && !target.corpus) {
        const corpus = await corpora.find(target);
        if (turn !== latest) return;
        shown.corpus = corpus;
        shown.matches = matches.map((match) => ({...match, corpus}));
      }
      const found = await load(shown, {around: target.start, count: PART});
      if (turn !== latest) return;
      fill(found);
    } catch (error) {
      if (turn !== latest) return;
      refuse(error);
    }
    reveal(focus);
    goTo();
    shown.busy = false;
  };
  // What a browser can show safely is opened in a tab of its own, everything else saved.
  const original = ({original, format}) => {
    const link = part(".file"), viewed = LIMITS.viewed.includes(format);
    link.hidden = !original;
    link.href = about(shown, viewed ? "/original?view=true" : "/original");
    link.target = viewed ? "_blank" : "";
    link.rel = "noopener";
    link.toggleAttribute("download", !viewed);
    link.textContent = viewed ? t("Open original") : t("Save original");
    link.title = viewed ? t("The file as it was added, in a new tab") : t("The file as it was added");
  };
  const fill = (found) => {
    part("h2").textContent = found.title;
    part("header p").textContent = "";
    part(".text").ariaLabel = t("Text of {title}", {title: found.title});
    original(found);
    part(".text").dir = TO_LEFT.test(found.lang) ? "rtl" : "ltr";
    part(".text").lang = part("h2").lang = found.lang === "und" ? "" : found.lang;
    part(".tools").hidden = false;
    if (shown.sha256 !== panel.dataset.sha256) {
      part(".contents").open = false;
      part("nav").replaceChildren();
    }
    part(".contents").hidden = false;
    shown.pages = found.original && found.format === "pdf" ? found.pages : 0;
    part(".tools .word").hidden = !shown.pages;
    panel.dataset.sha256 = found.sha256;
    part(".text").replaceChildren();
    part(".steps").hidden = shown.matches.length < 2;
    const first = found.parts[0]?.number ?? 1;
    Object.assign(shown, {sha256: found.sha256, low: first, high: first - 1, total: found.sentences});
    append(found.parts);
    mark();
  };

  // Say why the cited text can't be shown, show what was quoted, and where it stands now if it does.
  const refuse = (error) => {
    const {quoted} = shown, state = shown, text = part(".text");
    Object.assign(state, {matches: [], at: -1, total: 0});
    part("h2").textContent = t("Source");
    part("header p").textContent = "";
    part(".steps").hidden = part(".tools").hidden = part(".picture").hidden = true;
    text.hidden = false;
    text.ariaLabel = t("The quotation");
    text.replaceChildren(make("p", {role: "alert", textContent: error.message}));
    if (!error.stale) return;
    if (quoted) text.append(make("p", {textContent: t("The quotation:")}),
      make("blockquote", {textContent: quoted}));
    if (error.message === CHANGED) (quoted ? offer : instead)(state, quoted);
  };
  const offer = async (state, quoted) => {
    const {id, corpus} = state, found = await ask(about(state, "/find"), {
      method: "POST", headers: {"content-type": "application/json"},
      body: JSON.stringify({text: quoted}),
    }).catch(() => null);
    if (!found || state !== shown) return;
    const matches = found.places.map((match) => ({...match, id, corpus, sha256: found.sha256}));
    part(".text").append(
      make("p", {role: "status", textContent: !matches.length
        ? t("These words are not in the current document, “{title}”.", {title: found.title})
        : tn("The same words are in sentence {sentence} of the current document, “{title}”.", "The same words are in {number} places of the current document, “{title}”.", matches.length, {sentence: matches[0].sentence, title: found.title})}),
      make("p", {}, make("button", {type: "button", className: "now",
        textContent: matches.length ? t("Show them there") : t("Open the current document"),
        onclick: () => enter(matches[0]
          ?? {id, corpus, start: 0, end: 0, sha256: found.sha256}, matches, quoted)})));
  };

  const instead = async (state) => {
    const {id, corpus} = state;
    const found = await ask(about(state, "?count=1")).catch(() => null);
    if (found && state === shown) part(".text").append(make("p", {}, make("button", {type: "button",
      className: "now", textContent: t("Open the current document"),
      onclick: () => enter({id, corpus, start: 0, end: 0, sha256: found.sha256}, [], "")})));
  };

  const reveal = (focus) => {
    panel.hidden = false;
    document.body.classList.add("reading");
    document.querySelector("gradio-app").inert = PHONE.matches;
    focus?.focus({preventScroll: true});
  };
  const hide = () => {
    if (panel.hidden) return;
    panel.hidden = true;
    document.body.classList.remove("reading");
    document.querySelector("gradio-app").inert = false;
    (opener?.isConnected ? opener : document.querySelector("#question textarea"))?.focus();
  };
  const close = () => {
    hide();
    if (history.state?.viewer) history.back();
  };
  addEventListener("popstate", () => {
    const place = history.state?.viewer && placeAt(location.pathname + location.search + location.hash);
    if (place) show(place, place.end ? [place] : [], ""); else hide();
  });

  // -- what is done with a document that is open

  const current = () => ({id: shown.id, corpus: shown.corpus, start: 0, end: 0, ...shown.matches[shown.at],
    sha256: shown.sha256});
  const list = async () => {
    if (part("nav").childElementCount) return;
    const {id, corpus} = shown, found = await ask(about(shown, "/headings"), {}).catch(() => null);
    const go = ({start, end}) => {
      const place = {id, corpus, start, end, sha256: found.sha256};
      part(".contents").open = false;
      show(place, [place], "");
    };
    part("nav").replaceChildren(...found?.headings.length ? found.headings.map((heading) =>
      make("button", {type: "button", textContent: heading.text, onclick: () => go(heading),
        style: `padding-inline-start: ${12 * heading.level}px`}))
      : [make("p", {textContent: found ? t("It has no headings.") : t("They can't be listed right now.")})]);
  };
  const find = async (words) => {
    const {id, corpus, sha256} = shown, status = part("header p");
    if (!words.trim()) return;
    const found = await ask(about(shown, "/find"), {
      method: "POST", headers: {"content-type": "application/json"},
      body: JSON.stringify({text: words, any_case: true}),
    }).catch((error) => error);
    if (shown.id !== id || shown.corpus !== corpus || shown.sha256 !== sha256) return;
    if (found instanceof Error) status.textContent = found.message;
    else if (found.sha256 !== sha256) refuse(Object.assign(new Error(CHANGED), {stale: true}));
    else if (!found.places.length) status.textContent = t("“{words}” is not in this document.", {words: words.trim()});
    else {
      const matches = found.places.map((match) => ({...match, id, corpus, sha256}));
      await show(matches[0], matches, "", part("input"));
    }
  };
  // The page of what is marked as it looks, or the text again.
  const look = async (wanted, page = shown.page) => {
    const pane = part(".picture"), state = shown, {start, end} = current();
    drawn = wanted;
    const pictured = drawn && state.pages > 0;
    pane.hidden = !pictured;
    part(".text").hidden = pictured;
    part(".tools .word").textContent = pictured ? t("Show text") : t("Show page");
    if (!pictured) return;
    state.page = page;
    const place = [state.corpus, state.sha256, page, start, end].join();
    if (pane.dataset.place === place) return;
    pane.dataset.place = place;
    const turn = (label, to) => Object.assign(word(label, () => look(true, to)),
      {disabled: to < 1 || to > state.pages});
    const bar = make("p", {className: "pages"}, turn(t("Previous page"), page - 1),
      ` ${t("Page {page} of {pages}", {page, pages: state.pages})} `, turn(t("Next page"), page + 1),
      word(t("Larger"), (event) => {
        event.target.textContent = pane.classList.toggle("large") ? t("Smaller") : t("Larger");
        centre();
      }));
    if (pane.classList.contains("large")) bar.lastElementChild.textContent = t("Smaller");
    const centre = () => {
      const sheet = part(".sheet"), spot = part(".spot");
      if (!sheet) return;
      pane.scrollTop = spot ? spot.offsetTop + sheet.offsetTop - pane.clientHeight / 3 : 0;
      pane.scrollLeft = spot ? spot.offsetLeft + sheet.offsetLeft - pane.clientWidth / 6 : 0;
    };
    pane.replaceChildren(bar, make("p", {role: "status", textContent: t("Drawing the page…")}));
    const which = new URLSearchParams({start, end});
    const found = await ask(about(state, `/pages/${page}?${which}`), {})
      .catch((error) => error);
    if (pane.dataset.place !== place) return;
    if (found instanceof Error) {
      delete pane.dataset.place;
      pane.replaceChildren(bar, make("p", {role: "alert", textContent: found.message}));
      return;
    }
    const share = (number) => `${100 * number}%`;
    const marks = found.boxes.map(({left, top, right, bottom}) => make("span", {className: "spot",
      style: `left:${share(left)};top:${share(top)};width:${share(right - left)};`
        + `height:${share(bottom - top)}`}));
    const named = {page, title: part("h2").textContent};
    const sheet = make("div", {className: "sheet"}, make("img", {
      src: `data:image/png;base64,${found.png}`, width: found.width, height: found.height,
      alt: marks.length ? t("Page {page} of {title}, with the cited words marked", named)
        : t("Page {page} of {title}", named)}), ...marks);
    pane.replaceChildren(bar, sheet);
    centre();
  };
  // What is selected, or else what is marked, with the sentences that it is from.
  const quote = () => {
    const text = part(".text"), selection = getSelection(), words = selection.toString().trim();
    const inside = words && text.contains(selection.getRangeAt(0).commonAncestorContainer);
    const from = [...text.querySelectorAll("[data-number]")].filter((element) =>
      inside ? selection.containsNode(element, true) : element.classList.contains("current"));
    if (!from.length) return;
    const {dataset: first} = from[0], {dataset: last} = from.at(-1);
    const numbers = first.number === last.number ? t("sentence {number}", {number: first.number})
      : t("sentences {first}-{last}", {first: first.number, last: last.number});
    const page = first.page ? [t("page {number}", {number: first.page})] : [];
    const quoted = inside ? words : from.map((element) => element.tagName === "TR"
      ? [...element.cells].map((cell) => cell.textContent).join(" | ") : element.textContent).join(" ");
    copying.put("quotation", quoted,
      [part("h2").textContent, numbers, ...page].join(", "),
      {...current(), start: Number(first.start), end: Number(last.end), sha256: shown.sha256});
  };

  const sentence = (item) => {
    const element = make("span", {textContent: item.text});
    const {number, start, end} = item;
    Object.assign(element.dataset, {number, start, end, page: item.page ?? ""});
    return element;
  };
  const TAGS = {header: "table", row: "table", quote: "blockquote", code: "pre"};
  const isTable = (element) => element?.tagName === "TABLE";
  const block = (item) => {
    const heading = item.kind === "heading" && `h${Math.min(2 + item.level, 6)}`;
    const element = make(heading || TAGS[item.kind] || "p", {className: item.kind});
    if (item.kind === "item") element.style.marginInlineStart = `${Math.min(item.level, 8) * 18}px`;
    element.dataset.paragraph = item.paragraph;
    return element;
  };
  // A row as its cells; the words of a merged one, which stand in a row above, are shown again.
  const row = (item) => {
    const element = make("tr"), columns = [];
    for (const cell of item.cells) {
      const inside = item.start <= cell.start && cell.end <= item.end;
      if (inside || cell.start < item.start)
        columns[cell.column < WIDEST ? cell.column : Math.max(WIDEST, columns.length)] = make(item.kind === "header" ? "th" : "td",
          {textContent: cell.text, className: inside ? "" : "again"});
    }
    element.append(...Array.from(columns, (cell) => cell ?? make("td")));
    const {number, start, end} = item;
    Object.assign(element.dataset, {number, start, end, page: item.page ?? ""});
    return element;
  };
  const blocks = (items) => {
    const made = [];
    let page = null;
    for (const item of items) {
      if (item.page && item.page !== page && (page || item.number === 1 || !made.length))
        made.push(make("p", {className: "page", textContent: t("Page {number}", {number: item.page})}));
      page = item.page;
      let last = made.at(-1);
      const goesOn = last?.dataset.paragraph === String(item.paragraph);
      if (TAGS[item.kind] === "table" && item.cells.length) {
        if (!isTable(last) || (item.kind === "header" && last.querySelector("td")))
          made.push(last = block(item));
        last.append(row(item));
        continue;
      }
      if (!goesOn) made.push(last = block(item));
      if (!last.childNodes.length && item.kind === "item" && !LABEL.test(item.text))
        last.classList.add("bullet");
      last.append(...(last.childNodes.length ? [" "] : []), sentence(item));
    }
    return made;
  };
  // A paragraph, or a page, that goes on in the next part is put together again.
  const join = (upper, lower) => {
    if (lower?.className === "page" && [...(upper?.parentNode ?? panel).querySelectorAll(".page")]
      .some((label) => label !== lower && label.textContent === lower.textContent)) {
      const next = lower.nextElementSibling;
      lower.remove();
      lower = next;
    }
    if (!upper || !lower || upper.dataset.paragraph === undefined) return;
    const tables = isTable(upper) && isTable(lower) && !lower.querySelector("th");
    if (!tables && upper.dataset.paragraph !== lower.dataset.paragraph) return;
    upper.append(...(tables ? [] : [" "]), ...lower.childNodes);
    lower.remove();
  };
  const append = (items) => {
    const text = part(".text"), last = text.lastElementChild, made = blocks(items);
    text.append(...made);
    join(last, made[0]);
    if (items.length) shown.high = items.at(-1).number;
  };
  const prepend = (items) => {
    const text = part(".text"), first = text.firstElementChild, made = blocks(items);
    const height = text.scrollHeight, top = text.scrollTop;
    text.prepend(...made);
    join(made.at(-1), first);
    if (items.length) shown.low = items[0].number;
    text.scrollTop = top + text.scrollHeight - height;
  };
  const grow = async () => {
    const text = part(".text"), state = shown;
    if (!state || state.busy || !state.total) return;
    const up = text.scrollTop < NEAR && state.low > 1;
    const down = text.scrollHeight - text.scrollTop - text.clientHeight < NEAR
      && state.high < state.total;
    if (!up && !down) return;
    state.busy = true;
    try {
      const first = up ? Math.max(1, state.low - PART) : state.high + 1;
      const found = await load(state, {first, count: up ? state.low - first : PART});
      if (state === shown) {
        if (up) prepend(found.parts); else append(found.parts);
        mark();
      }
      state.busy = false;
      requestAnimationFrame(grow);  // back at the edge within one frame: there is no scroll event
    } catch (error) {
      state.total = 0;  // nothing more of this text can be fetched
      const end = make("p", {role: "alert", textContent: error.message});
      if (state === shown) part(".text").append(end);
    }
  };

  const holds = (element, match) => match
    && Number(element.dataset.start) < match.end && match.start < Number(element.dataset.end);
  const mark = () => {
    for (const element of part(".text").querySelectorAll("[data-number]")) {
      const index = shown.matches.findIndex((match) => holds(element, match));
      const current = holds(element, shown.matches[shown.at]);
      element.className = index < 0 ? "" : current ? "match current" : "match";
      element.role = index < 0 || element.tagName === "TR" ? null : "mark";
      element.ariaCurrent = current ? "true" : null;
    }
  };
  const goTo = () => {
    const found = [...panel.querySelectorAll(".current")], text = part(".text");
    shown.page = Number(found[0]?.dataset.page ?? 0) || 1;
    look(drawn);
    if (!found.length) {
      if (shown.total) part("header p").textContent = sentencesOf(shown.total);
      return;
    }
    if (history.state?.viewer) history.replaceState({viewer: true}, "", addressOf(current()));
    const offset = found[0].getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += offset - text.clientHeight / 3;
    const first = found[0].dataset.number, last = found.at(-1).dataset.number;
    const {page} = found[0].dataset, {length} = shown.matches, {total} = shown;
    part("header p").textContent = [
      first === last ? t("Sentence {first} of {total}", {first, total})
        : t("Sentences {first}-{last} of {total}", {first, last, total}),
      ...page ? [t("page {number}", {number: page})] : [],
      ...length > 1 ? [t("match {place} of {number}", {place: shown.at + 1, number: length})] : [],
    ].join(" · ");
  };
  const step = async (by) => {
    const count = shown.matches.length, state = shown;
    state.at = (state.at + by + count) % count;
    mark();
    if (!part(".current")) {
      const {start} = state.matches[state.at];
      state.busy = true;
      try {
        const found = await load(state, {around: start, count: PART});
        if (state !== shown || state.matches[state.at]?.start !== start) return;
        fill(found);
      } catch (error) {
        if (state === shown) refuse(error);
      }
    }
    goTo();
    state.busy = false;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(CITATION);
    const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey;  // in a tab of its own
    if (!link || elsewhere || !citation(link)) return;
    event.preventDefault();
    open(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel && !panel.hidden) close();
  });
  PHONE.addEventListener("change", () => { if (!panel.hidden) reveal(); });
  whenReady(build);
  // Open a document, at words of it if the place has any; `from` gets the focus when it is closed.
  return {open: (place, from) => {
    opener = from;
    return enter(place, place.end ? [place] : [], "");
  }};
})();
