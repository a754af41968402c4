// What is copied: an answer's words, or a passage with where it stands; never the page's markup.
const copying = (() => {
  const clipboard = navigator.clipboard, write = clipboard?.writeText.bind(clipboard);

  // Of Gradio's own button: the words, without what is folded, marked or offered beside them.
  const plain = (markdown) => {
    const decoder = document.createElement("textarea");
    decoder.innerHTML = markdown.replace(/<details[^]*?<\/details>/g, "")
      .replace(/ \[×\]\(#without-\d+ "[^"]*"\)/g, "")
      .replace(/ · \[[^\]]*\]\(#as-typed\)| ?\[[^\]]*\]\(#(?:more|search-all)\)( ·)?/g, "").replace(/<\/?\w[^>]*>/g, "")
      .replace(/^> ?/gm, "").replaceAll("*", "").replace(/\[([^\]]*)\]\(\/d\/[^)]*\)/g, "$1")
      .trim();
    return decoder.value;
  };
  if (write) clipboard.writeText = (markdown) => write(plain(markdown));

  // As `md_text` does: in no viewer does any of it become markup or a link.
  const escaped = (text) => text.replaceAll("&", "&amp;")
    .replace(/[\\`*_[\]{}|~#$!^<>=@]/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/(https?|ftp|mailto|xmpp):/gi, "$1&#58;").replace(/(www)\./gi, "$1&#46;")
    .replaceAll("//", "/&#47;")
    .replace(/^(\s*)([-+:]|\d{1,9}[.)])/, (_, space, sign) =>
      `${space}${sign.slice(0, -1)}&#${sign.charCodeAt(sign.length - 1)};`);
  const FORMS = {
    text: (text) => text,
    quotation: (text, where) => t("“{quotation}” ({source})", {quotation: text, source: where}),
    markdown: (text, where, address) => [...text.split("\n").map((line) => `> ${escaped(line)}`), ">",
      `> [${escaped(where)}](${address})`].join("\n"),
  };

  let line, fading;
  whenReady(() => document.body.append(line = make("p", {id: "copied", role: "status"})));
  const say = (words) => {
    clearTimeout(fading);  // what is said anew stays as long as what was said first
    line.textContent = words;
    fading = setTimeout(() => { line.textContent = ""; }, 4000);
  };
  // Emptied first, so that the same words said twice are two things said, to a screen reader too.
  const begin = () => { line.textContent = ""; };
  const put = async (form, text, where, place) => {
    begin();
    const done = await write?.(FORMS[form](text, where, location.origin + addressOf(place)))
      .then(() => true, () => false);
    say(done ? t("Copied")
      : t("The browser doesn't let this page copy. Select the words and copy them."));
  };
  const link = async (place) => {
    begin();
    const done = await write?.(location.origin + addressOf(place)).then(() => true, () => false);
    say(done ? t("Link copied")
      : t("The browser doesn't let this page copy: {address}", {address: addressOf(place)}));
  };

  // A passage of an answer, word for word as it stands in its document.
  document.addEventListener("click", async (event) => {
    const button = event.target.closest?.("#chat button[class^=copy-]");
    const cited = button?.closest("tr, blockquote").querySelector(CITATION);
    if (!cited) return;
    begin();
    const place = placeAt(cited.getAttribute("href")), {id, corpus, start, end, sha256} = place;
    const which = new URLSearchParams({start, length: end - start});
    const answer = await call(corpora.within(`/api/documents/${id}/text?${which}`, corpus)).catch(() => null);
    const found = answer?.ok ? await answer.json() : null;
    if (found?.sha256 === sha256)
      put(button.className.slice(5), found.text,
        cited.title || cited.textContent.replace(/^\d+ · /, ""), place);
    else say(t("Not copied: {reason}", {reason: answer
      ? t("The document has changed since, or is gone.") : UNREACHABLE}));
  });
  return {put, link};
})();
