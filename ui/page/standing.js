// Standing questions: a bell at an answer keeps its question in this browser, and it is asked again
// whenever documents have changed, as it was asked then; old and new quotation are shown side by side.
// What is kept and what comes back is untrusted: it only ever becomes text nodes.
const standing = (() => {
  const WORDS = {
    ask: t("Watch this answer"), stop: t("Stop watching"),
    title: t("Standing questions"), close: t("Close standing questions"),
    button: (number) => t("Standing questions: {number}", {number}),
    changed: (number) => t("Standing questions: {number} changed", {number}),
    about: t("They are asked again when documents change, while this page is open. They are kept in this browser."),
    none: t("None yet. Choose “Watch this answer” below an answer."),
    before: t("Before"), now: t("Now"),
    nothing: t("Nothing was found."), unanswered: t("No document seems to answer. The closest:"),
    watched: (when) => t("Unchanged since {when}", {when}),
    other: (when) => t("Another answer since {when}", {when}),
    seen: t("Seen"), seenOf: (question) => t("Seen: {question}", {question}),
    forget: t("Stop asking"), forgetOf: (question) => t("Stop asking: {question}", {question}),
    show: t("Show"),
    told: (question) => t("The answer to “{question}” has changed.", {question}),
    full: (most) => t("At most {most} questions are watched. Stop one of them, then watch this one.", {most}),
    gone: t("This answer can't be watched. Reload the page, then try again."),
    noRoom: t("There is no room for it in this browser. Delete conversations, then try again."),
    failed: (reason) => t("It can't be asked again: {reason}", {reason}),
  };
  const KEY = "verbatim-standing";
  const MOST = 20;  // questions: each is asked at every change of the documents
  const EVERY = 5000;  // milliseconds between two looks at whether documents have changed
  const HISTORY = 10;  // earlier questions that one may lean on, with their answers
  const LONGEST = 5000;  // characters of a text that is kept
  const notice = notices.line();
  let dialog, opener, watched = [], keys = [], heard = "", asking = false;

  const part = (selector) => dialog.querySelector(selector);
  const when = (milliseconds) => dateOf(milliseconds, {dateStyle: "medium", timeStyle: "short"});

  // -- what is kept

  const sound = (item) => [item?.key, item?.question, item?.state].every((it) => typeof it === "string")
    && Array.isArray(item.history) && typeof item.now?.text === "string";
  const read = () => {
    try {
      const found = JSON.parse(localStorage.getItem(KEY) ?? "[]");
      watched = Array.isArray(found) ? found.filter(sound).slice(0, MOST) : [];
    } catch {
      watched = [];  // a browser that keeps nothing
    }
  };
  // Reads before it writes: another tab may have written meanwhile.
  const change = (act) => {
    read();
    watched = act(watched);
    try {
      localStorage.setItem(KEY, JSON.stringify(watched));
    } catch {
      notice(WORDS.noRoom, {stays: true});
    }
    draw();
  };
  const update = (key, changes) => change((all) =>
    all.map((item) => item.key === key ? {...item, ...changes} : item));
  // What is compared of an answer, and shown. What is `said` is in English whatever the page's
  // language, so that another language is no other answer; what is `told` is shown.
  const gist = (answer, told) => {
    const first = answer.passages[0];
    if (!first) return {answered: answer.answered, text: "", title: "", said: answer.message || "",
      told: told || answer.message || "", language: LANGUAGE};
    return {answered: answer.answered, text: first.text.slice(0, LONGEST), said: "",
      title: first.document.title, number: first.sentences[0]?.number, page: first.page,
      place: {id: first.document.id, corpus: first.corpus, start: first.start, end: first.end,
        sha256: first.sha256}};
  };
  const same = (one, other) => ["answered", "text", "title", "said"].every((it) => one[it] === other[it])
    && one.place?.corpus === other.place?.corpus;

  // -- the bells

  // Under which name the server holds the conversation that is shown.
  const held = () => document.querySelector("#kept")?.textContent.trim().split(" ")[1] ?? "";
  const turnsOf = async (name, count) => {
    const answer = await call(`/api/conversations/${name}?last=${count}`)
      .catch(() => null);
    return answer?.ok ? (await answer.json()).turns : [];
  };
  const bells = () => [...document.querySelectorAll("#chat .bell")];
  const ring = () => {
    bells().forEach((bell, index) => {
      const on = watched.some((item) => item.key === keys[index]);
      bell.title = on ? WORDS.stop : WORDS.ask;
      bell.ariaPressed = String(on);
    });
  };
  const listen = async () => {
    const words = document.querySelector("#kept")?.textContent.trim() ?? "";
    if (words !== heard) {
      heard = words;
      keys = watched.length && held() ? (await turnsOf(held(), 0)).map(({key}) => key) : [];
    }
    ring();
  };
  const plain = (words) => words.replace(/[\s\u202c\u2069]+/g, " ").trim();
  const askedAbove = (bell) => {
    const answers = [...document.querySelectorAll("#chat [data-testid=bot]")];
    const place = answers.indexOf(bell.closest("[data-testid=bot]"));
    return document.querySelectorAll("#chat [data-testid=user]")[place]?.textContent ?? "";
  };
  const toggle = async (bell) => {
    const index = bells().indexOf(bell), turns = await turnsOf(held(), LIMITS.turns);
    const turn = turns[index] && JSON.parse(turns[index].data);
    if (!turn || plain(askedAbove(bell)) !== plain(turn.question)) {
      notice(WORDS.gone);
      return;
    }
    keys = turns.map(({key}) => key);
    if (watched.some((item) => item.key === turn.key)) forget(turn.key);
    else if (watched.length >= MOST) notice(WORDS.full(MOST), {acts: [[WORDS.show, open]]});
    else begin(turn, turns[index].told, turns.slice(0, index).map(({data}) => JSON.parse(data)));
    ring();
  };
  const begin = ({key, question, answer, scope}, told, earlier) => {
    // What leaned on earlier questions is asked with them again; else it stands alone
    const leans = answer.query !== question.trim() && earlier.length > 0;
    const history = (leans ? earlier.slice(-HISTORY) : []).map((turn) => ({question: turn.question,
      answer: (turn.answer.passages[0]?.text ?? "").slice(0, LONGEST),
      title: (turn.answer.passages[0]?.document.title ?? "").slice(0, 2000)}));
    const {documents, corpus} = scope ?? {};
    change((all) => [...all, {key, question, history, documents: documents?.length ? documents : null,
      corpus: corpus ?? null, sure: settings.sure(), now: gist(answer, told), before: null, since: Date.now(), seen: true, state: ""}]);
    look();
  };
  const forget = (key) => {
    change((all) => all.filter((item) => item.key !== key));
    ring();
  };

  // -- asking again

  const post = async (item) => {
    const body = {question: item.question, history: item.history, documents: item.documents,
      ...item.corpus ? {corpus: item.corpus} : {},
      ...Number(item.sure) ? {min_confidence: Number(item.sure)} : {}};
    const answer = await call("/api/ask", {method: "POST", body: JSON.stringify(body),
      headers: {"content-type": "application/json"}}).catch(() => null);
    // It is asked later; 401: once somebody has signed in again
    if (!answer || [401, 429, 503].includes(answer.status)) return null;
    if (answer.ok) {
      const found = await answer.json();
      return gist(found, found.told);
    }
    // Such as the documents that it was limited to: gone
    return {answered: false, text: "", title: "", said: `${answer.status}`,
      told: WORDS.failed(await reason(answer)), language: LANGUAGE};
  };
  const foreign = ({now}) => now.told && now.language !== LANGUAGE;
  const again = async (state) => {
    for (const {key} of watched.filter((item) => item.state !== state || foreign(item))) {
      const item = watched.find((one) => one.key === key);
      const now = item && await post(item);
      if (!now) return;
      if (same(now, item.now)) {
        update(key, {state, now});
        continue;
      }
      // What wasn't seen yet is still compared with what was seen last
      const before = item.seen ? item.now : item.before;
      update(key, {state, now, before, since: Date.now(), seen: same(now, before)});
      if (!same(now, before) && !dialog.open)
        notice(WORDS.told(shortened(item.question)), {acts: [[WORDS.show, open]], stays: true});
    }
  };
  const round = async () => {
    const answer = await call("/api/corpora").catch(() => null);
    const found = answer?.ok ? await answer.json().catch(() => null) : null;
    if (found) await again(JSON.stringify(found.map(({name, state}) => [name, state])));
  };
  // Of several tabs one asks; none that isn't seen.
  const look = async () => {
    read();
    if (asking || !watched.length || document.hidden) return;
    asking = true;
    try {
      if (navigator.locks)
        await navigator.locks.request(KEY, {ifAvailable: true}, (lock) => lock && round());
      else await round();
    } finally {
      asking = false;
    }
  };

  // -- what it looks like

  const source = ({title, number, page, place}) => {
    const where = [place.corpus ? `${place.corpus}: ${title}` : title,
      ...number ? [t("sentence {number}", {number})] : [], ...page ? [t("page {number}", {number: page})] : []].join(", ");
    return make("a", {href: addressOf(place), textContent: where, onclick: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;  // in a tab of its own
      event.preventDefault();
      event.stopPropagation();
      dialog.close();
      viewing.open(place, opener);
    }});
  };
  const quotation = (words, found) => make("div", {},
    ...words ? [make("h4", {textContent: words})] : [],
    ...found.text ? [
      ...found.answered ? [] : [make("p", {textContent: WORDS.unanswered})],
      make("blockquote", {textContent: found.text, dir: "auto"}),
      ...found.place ? [make("p", {}, source(found))] : [],
    ] : [make("p", {textContent: found.told || found.said || WORDS.nothing})]);
  const card = (item) => make("li", {className: item.seen ? "" : "new"},
    make("h3", {textContent: item.question, dir: "auto"}),
    make("p", {className: "since",
      textContent: (item.before ? WORDS.other : WORDS.watched)(when(item.since))}),
    make("div", {className: "beside"}, ...item.before
      ? [quotation(WORDS.before, item.before), quotation(WORDS.now, item.now)]
      : [quotation("", item.now)]),
    make("div", {className: "acts"},
      ...item.seen ? [] : [make("button", {type: "button", textContent: WORDS.seen,
        ariaLabel: WORDS.seenOf(shortened(item.question)), onclick: () => {
          update(item.key, {seen: true});
          part("h2").focus();
        }})],
      make("button", {type: "button", textContent: WORDS.forget,
        ariaLabel: WORDS.forgetOf(shortened(item.question)), onclick: () => {
          forget(item.key);
          part("h2").focus();
        }})));
  const draw = () => {
    if (!dialog) return;
    const fresh = watched.filter((item) => !item.seen).length;
    opener.hidden = !watched.length;
    opener.title = fresh ? WORDS.changed(fresh) : WORDS.button(watched.length);
    opener.ariaLabel = opener.title;
    opener.dataset.fresh = fresh || "";
    part("ul").replaceChildren(...watched.toReversed().map(card));
    part(".none").textContent = watched.length ? WORDS.about : WORDS.none;
  };
  const open = () => {
    read();
    draw();
    if (!dialog.open) dialog.showModal();
    part("h2").focus();
  };
  whenReady(() => {
    opener = make("button", {id: "open-standing", type: "button", hidden: true, onclick: open});
    dialog = make("dialog", {id: "standing", ariaLabel: WORDS.title},
      make("header", {}, make("h2", {textContent: WORDS.title, tabIndex: -1}),
        make("button", {type: "button", textContent: "×", ariaLabel: WORDS.close,
          onclick: () => dialog.close()})),
      make("p", {className: "none", role: "status"}), make("ul"));
    document.body.append(dialog);
    read();
    draw();
    onChange(() => {
      const button = document.querySelector("#open-documents");
      if (button && opener.nextElementSibling !== button) button.before(opener);
      listen();
    });
    document.addEventListener("click", (event) => {
      const bell = event.target.closest?.("#chat .bell");
      if (bell) toggle(bell);
    });
    addEventListener("storage", ({key}) => {
      if (key !== KEY && key !== null) return;
      read();
      draw();
      ring();
    });
    document.addEventListener("visibilitychange", look);
    setInterval(look, EVERY);
    look();
  });
  return {open};
})();
