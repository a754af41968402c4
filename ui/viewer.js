// The source viewer: a citation opens its document beside the chat, at the sentence it names.
// Documents are untrusted: their text only ever becomes text nodes.
(() => {
  const PART = 100;  // sentences fetched at once
  const NEAR = 600;  // pixels from an edge at which the next part is fetched
  const PHONE = matchMedia("(max-width: 820px)");
  let panel, shown = null, opener = null, latest = 0;

  const button = (text, label, act) =>
    make("button", {type: "button", textContent: text, ariaLabel: label, title: label, onclick: act});
  const part = (selector) => panel.querySelector(selector);

  const build = () => {
    panel = make("aside", {id: "viewer", hidden: true, ariaLabel: "Source document"},
      make("header", {},
        make("div", {className: "heading"},
          make("h2", {tabIndex: -1}), make("p", {role: "status"})),
        make("div", {className: "steps"},
          button("‹", "Previous match", () => step(-1)), button("›", "Next match", () => step(1))),
        button("×", "Close source", close)),
      make("div", {className: "text", tabIndex: 0, role: "document", onscroll: grow}));
    document.body.append(panel);
  };

  // "#cite-3-9-10" names sentences 9 to 10 of document 3.
  const place = (link) => {
    const [id, first, last] = link.getAttribute("href").slice(6).split("-").map(Number);
    return {id, first, last};
  };
  const matchesBeside = (link) => {
    const {id} = place(link);
    const message = link.closest("[data-testid=bot]") ?? document;
    const found = [...message.querySelectorAll('a[href^="#cite-"]')].map(place)
      .filter((match) => match.id === id).sort((a, b) => a.first - b.first);
    return found.filter((match, index) => !index || match.first !== found[index - 1].first);
  };

  const load = async (id, first, count) => {
    const answer = await fetch(`/api/documents/${id}?first=${first}&count=${count}`);
    if (answer.ok) return answer.json();
    throw new Error(answer.status === 404
      ? "This document is no longer in the corpus." : "The document can't be shown just now.");
  };

  const open = async (link) => {
    const target = place(link), turn = ++latest;
    opener = link;
    const before = shown;
    shown = {id: target.id, matches: matchesBeside(link), low: 0, high: 0, total: 0, busy: true};
    shown.at = shown.matches.findIndex((match) => match.first === target.first);
    if (before?.id === target.id && before.total && covers(before, target)) {
      Object.assign(shown, {low: before.low, high: before.high, total: before.total});
      mark();
    } else {
      const first = Math.max(1, target.first - PART / 2);
      try {
        const found = await load(target.id, first, PART);
        if (turn !== latest) return;
        part("h2").textContent = found.title;
        part(".text").ariaLabel = `Text of ${found.title}`;
        part(".text").replaceChildren();
        Object.assign(shown, {low: first, high: first - 1, total: found.sentences});
        append(found.parts);
        mark();
      } catch (error) {
        if (turn !== latest) return;
        part("h2").textContent = "Source";
        part("header p").textContent = "";
        part(".text").replaceChildren(make("p", {role: "alert", textContent: error.message}));
      }
    }
    reveal();
    part(".steps").hidden = shown.matches.length < 2;
    goTo();
    shown.busy = false;
  };
  const covers = (state, match) => state.low <= match.first && match.last <= state.high;

  const reveal = () => {
    panel.hidden = false;
    document.body.classList.add("reading");
    document.querySelector("gradio-app").inert = PHONE.matches;
    part("h2").focus({preventScroll: true});
  };
  const close = () => {
    panel.hidden = true;
    document.body.classList.remove("reading");
    document.querySelector("gradio-app").inert = false;
    opener?.focus();
  };

  const sentence = (item) => {
    const element = make("span", {textContent: item.text});
    Object.assign(element.dataset, {number: item.number, page: item.page ?? ""});
    return element;
  };
  const paragraphs = (items) => {
    const made = [];
    let page = null;
    for (const item of items) {
      if (item.page && item.page !== page && (page || item.number === 1 || !made.length))
        made.push(make("p", {className: "page", textContent: `Page ${item.page}`}));
      page = item.page;
      let last = made.at(-1);
      if (last?.dataset.paragraph !== String(item.paragraph)) {
        last = make("p");
        last.dataset.paragraph = item.paragraph;
        made.push(last);
      }
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
    if (upper.dataset.paragraph !== lower.dataset.paragraph) return;
    upper.append(" ", ...lower.childNodes);
    lower.remove();
  };
  const append = (items) => {
    const text = part(".text"), last = text.lastElementChild, made = paragraphs(items);
    text.append(...made);
    join(last, made[0]);
    if (items.length) shown.high = items.at(-1).number;
  };
  const prepend = (items) => {
    const text = part(".text"), first = text.firstElementChild, made = paragraphs(items);
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
      const found = await load(state.id, first, up ? state.low - first : PART);
      if (state === shown) {
        if (up) prepend(found.parts); else append(found.parts);
        mark();
      }
      state.busy = false;
      requestAnimationFrame(grow);  // back at the edge within one frame: there is no scroll event
    } catch {
      state.total = 0;  // the document is gone: nothing more to fetch
    }
  };

  const mark = () => {
    for (const element of part(".text").querySelectorAll("[data-number]")) {
      const number = Number(element.dataset.number);
      const index = shown.matches.findIndex(({first, last}) => first <= number && number <= last);
      element.className = index < 0 ? "" : index === shown.at ? "match current" : "match";
      element.role = index < 0 ? null : "mark";
      element.ariaCurrent = index >= 0 && index === shown.at ? "true" : null;
    }
  };
  const goTo = () => {
    const found = part(".current"), text = part(".text"), match = shown.matches[shown.at];
    if (!found || !match) return;
    const offset = found.getBoundingClientRect().top - text.getBoundingClientRect().top;
    text.scrollTop += offset - text.clientHeight / 3;
    const {first, last} = match, pages = found.dataset.page ? ` · page ${found.dataset.page}` : "";
    const numbers = first === last ? `Sentence ${first}` : `Sentences ${first}-${last}`;
    const which = shown.matches.length > 1 ? ` · match ${shown.at + 1} of ${shown.matches.length}` : "";
    part("header p").textContent = `${numbers} of ${shown.total}${pages}${which}`;
  };
  const step = async (by) => {
    const count = shown.matches.length;
    shown.at = (shown.at + by + count) % count;
    const match = shown.matches[shown.at];
    if (!covers(shown, match)) {
      const first = Math.max(1, match.first - PART / 2), state = shown;
      state.busy = true;
      const found = await load(shown.id, first, PART).catch(() => null);
      if (state !== shown) return;
      if (!found) { state.busy = false; return; }
      part(".text").replaceChildren();
      Object.assign(state, {low: first, high: first - 1});
      append(found.parts);
    }
    mark();
    goTo();
    shown.busy = false;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.('a[href^="#cite-"]');
    if (!link) return;
    event.preventDefault();
    open(link);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel && !panel.hidden) close();
  });
  PHONE.addEventListener("change", () => { if (!panel.hidden) reveal(); });
  whenReady(build);
})();
