// A text of the person's, checked against the documents sentence by sentence: a dialog with a box
// for the text, and what came of it. All words of it are in WORDS. Documents and text are
// untrusted: they only ever become text nodes.
(() => {
  const WORDS = {
    open: t("Check a text…"),
    title: t("Check a text"),
    about: t("Each sentence is looked up in your documents. What supports it is shown, and what says otherwise."),
    text: t("Text"),
    check: t("Check"),
    again: t("Change the text"),
    close: t("Close"),
    checking: t("Checking each sentence…"),
    tooLong: (number) => t("This text is longer than {number} characters, the limit. Check it in parts.", {number}),
    refused: (reason) => t("Not checked: {reason}", {reason}),
    verdicts: {supported: t("Supported"), differs: t("Differs"), nothing: t("Nothing in your documents")},
    nearest: t("Nearest passage"),
    here: t("Your text:"),
    there: t("The document:"),
    notSaid: t("says nothing of the kind"),
    counts: (counts) => t("{supported} supported, {differs} differ, {nothing} with nothing in your documents.", counts),
    skipped: (number) => t("{number} not checked: headings, questions and fragments.", {number}),
    none: t("There is no sentence to be checked in this text."),
    place: (title, number, page) => [title, t("sentence {number}", {number}),
      ...page ? [t("page {number}", {number: page})] : []].join(", "),
  };
  let dialog, under = null;

  const part = (selector) => dialog.querySelector(selector);
  const say = (words) => { part("[role=status]").textContent = words; };

  const build = () => {
    const form = make("form", {},
      make("p", {textContent: WORDS.about}),
      make("label", {htmlFor: "text-to-check", textContent: WORDS.text}),
      make("textarea", {id: "text-to-check", rows: 10, required: true, dir: "auto"}),
      make("div", {className: "acts"}, make("button", {className: "now", textContent: WORDS.check})));
    form.onsubmit = (event) => { event.preventDefault(); check(); };
    dialog = make("dialog", {id: "checking"},
      make("header", {},
        make("h2", {id: "checking-title", textContent: WORDS.title, tabIndex: -1}),
        make("button", {type: "button", textContent: "×", ariaLabel: WORDS.close,
          onclick: () => dialog.close()})),
      form,
      make("p", {role: "status"}),
      make("section", {hidden: true},
        make("button", {type: "button", textContent: WORDS.again, onclick: edit}),
        make("ol", {})));
    dialog.setAttribute("aria-labelledby", "checking-title");
    dialog.addEventListener("close", () => under?.abort());
    document.body.append(dialog);
    document.querySelector("#conversations")?.append(make("button", {type: "button",
      className: "check", textContent: WORDS.open, onclick: open}));
  };

  const open = () => {
    edit();
    dialog.showModal();
    part("textarea").focus();
  };
  const edit = () => {
    part("form").hidden = false;
    part("section").hidden = true;
    say("");
  };
  const check = async () => {
    const text = part("textarea").value;
    if (!text.trim()) return;
    if ([...text].length > LIMITS.checked) {
      say(WORDS.tooLong(LIMITS.checked));
      return;
    }
    under?.abort();
    const mine = under = new AbortController();
    part(".now").disabled = true;
    say(WORDS.checking);
    const answer = await call("/api/check", {method: "POST", signal: mine.signal,
      headers: {"content-type": "application/json"},
      body: JSON.stringify({text, corpus: scoping.corpus || null,
        documents: scoping.chosen.length ? scoping.chosen.map(({id}) => id) : null})})
      .catch(() => null);
    if (mine === under) part(".now").disabled = false;
    if (mine.signal.aborted) return;
    if (!answer?.ok) {
      say(answer ? WORDS.refused(await reason(answer)) : UNREACHABLE);
      return;
    }
    show(await answer.json());
  };

  const show = ({sentences, counts}) => {
    const checked = sentences.filter(({verdict}) => verdict !== "skipped");
    const skipped = counts.skipped ? ` ${WORDS.skipped(counts.skipped)}` : "";
    say((checked.length ? WORDS.counts(counts) : WORDS.none) + skipped);
    part("ol").replaceChildren(...checked.map(item));
    part("form").hidden = true;
    part("section").hidden = false;
    part("h2").focus();
  };
  const item = ({text, verdict, passages, differences}) => make("li", {className: verdict},
    make("p", {className: "verdict", textContent: WORDS.verdicts[verdict]}),
    make("p", {className: "sentence", dir: "auto", textContent: text}),
    ...differences.map(({claimed, found}) => make("p", {className: "sides"},
      make("span", {}, `${WORDS.here} `, make("mark", {textContent: claimed.text})), " ",
      make("span", {}, `${WORDS.there} `, found.length
        ? make("mark", {textContent: found.map((words) => words.text).join(", ")})
        : WORDS.notSaid))),
    ...passages.map((passage) => verdict === "nothing"
      ? make("details", {}, make("summary", {textContent: WORDS.nearest}), quoted(passage))
      : quoted(passage)));
  const quoted = ({text, document: source, sentences, page, start, end, sha256, corpus}) =>
    make("blockquote", {}, make("p", {dir: "auto", textContent: text}),
      make("a", {href: addressOf({id: source.id, corpus, start, end, sha256}), target: "_blank",
        textContent: WORDS.place(source.title, sentences[0].number, page)}));
  whenReady(build);
})();
