// What a person sets: the language of the page, and how sure an answer has to be. Both are kept, for
// all tabs. The language is a cookie, for the server writes in it too; with another one the page is
// loaded anew, and what stands in the box is there again.
const settings = (() => {
  const SURE = "verbatim-min-confidence", DRAFT = "verbatim-draft", YEAR = 31_536_000;  // seconds
  const LEVELS = [0.5, 0.75, 0.9];
  const channel = "BroadcastChannel" in window ? new BroadcastChannel("verbatim-language") : null;
  let dialog;

  const question = () => document.querySelector("#question textarea");
  const stored = (act) => { try { return act(); } catch { return null; } };  // a browser that keeps nothing
  const sure = () => {
    const kept = stored(() => localStorage.getItem(SURE)) ?? "";
    return LEVELS.map(String).includes(kept) ? kept : "";
  };
  // The box from which a question's event takes it.
  const send = () => {
    const box = document.querySelector("#sure :is(textarea, input)");
    if (!box || box.value === sure()) return;
    box.value = sure();
    box.dispatchEvent(new Event("input", {bubbles: true}));
  };
  const again = () => {
    stored(() => sessionStorage.setItem(DRAFT, question()?.value ?? ""));
    location.reload();
  };
  const speak = (language) => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `verbatim-language=${language}; path=/; max-age=${YEAR}; samesite=lax${secure}`;
    channel?.postMessage(language);
    again();
  };
  // What stood in the box before the page was loaded anew; it is told once.
  const draft = () => stored(() => {
    const words = sessionStorage.getItem(DRAFT);
    sessionStorage.removeItem(DRAFT);
    return words;
  }) ?? "";

  const choice = (id, label, options, chosen, onchange) => make("p", {},
    make("label", {htmlFor: id, textContent: label}),
    make("select", {id, onchange: ({target}) => onchange(target.value)},
      ...options.map(([value, textContent, lang = ""]) =>
        make("option", {value, textContent, lang, selected: value === chosen}))));
  whenReady(() => {
    dialog = make("dialog", {id: "settings"}, make("form", {method: "dialog"},
      make("h2", {id: "settings-title", textContent: t("Settings")}),
      choice("language", t("Language"), Object.entries(LANGUAGES).map(([code, name]) => [code, name, code]),
        LANGUAGE, speak),
      choice("min-confidence", t("Answer only when it is"), [["", t("as sure as usual")],
        ...LEVELS.map((level) => [String(level), t("at least {percent} sure", {percent: written(level, {style: "percent"})})])],
      sure(), (level) => { stored(() => localStorage.setItem(SURE, level)); send(); }),
      make("small", {textContent: t("The surer, the fewer wrong answers, and the more questions without one. The closest passages are shown all the same.")}),
      make("div", {className: "acts"}, make("button", {textContent: t("Close")}))));
    dialog.setAttribute("aria-labelledby", "settings-title");
    document.body.append(dialog);
  });
  onChange(send);
  addEventListener("storage", ({key}) => {
    if (key !== SURE) return;
    dialog.querySelector("#min-confidence").value = sure();
    send();
  });
  channel?.addEventListener("message", ({data}) => { if (data !== LANGUAGE && !uploads.busy) again(); });
  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#open-settings")) dialog.showModal();
  });
  return {draft, sure};
})();
