// The documents: a dialog with what there is to search, and adding by drop, choice or paste.
// Names and titles are untrusted: they only ever become text nodes.
(() => {
  let dialog, changed = false;

  const part = (selector) => dialog.querySelector(selector);

  const build = () => {
    const files = make("input", {type: "file", multiple: true, hidden: true,
      onchange: () => {
      open();
      add([...files.files].map((file) => [file, file.name]));
      files.value = "";
    }});
    const folder = make("input", {type: "file", webkitdirectory: true, onchange: () => {
      add([...folder.files].map((file) => [file, file.webkitRelativePath || file.name]));
      folder.value = "";
    }});
    dialog = make("dialog", {id: "documents", ariaLabel: t("Documents")},
      make("header", {},
        make("h2", {textContent: t("Documents"), tabIndex: -1}),
        make("button", {type: "button", textContent: "×", ariaLabel: t("Close documents"),
          onclick: () => dialog.close()})),
      ...corpora.several ? [corpora.toManage((name) => { listing.choose(name); followed(); })] : [],
      make("div", {className: "drop"},
        make("div", {},
          make("p", {textContent: t("Drop files or a folder here: PDF, Word, Excel, PowerPoint, e-books, e-mail, web pages, text and more.")}),
          make("details", {className: "kinds"}, make("summary", {textContent: t("All file types")}),
            make("p", {textContent: LIMITS.kinds.join(" ")}),
            make("p", {textContent: t("Images and scanned pages are read where OCR is installed.")}))),
        make("span", {},
          make("button", {type: "button", textContent: t("Choose files"), onclick: () => files.click()}),
          " ",
          make("button", {type: "button", textContent: t("Choose a folder"),
            onclick: () => folder.click()})),
        files),
      make("details", {}, make("summary", {textContent: t("Paste a text")}), pasting()),
      uploads.build(open),
      make("p", {className: "followed", hidden: true}),
      listing.build(show));
    uploads.onend(() => {
      changed = true;
      if (dialog.open) listing.refresh(); else refresh();
    });
    removing.onchange((removed) => { changed ||= removed; if (!dialog.open) refresh(); });
    dialog.addEventListener("close", () => { notices.move(); refresh(); });
    document.body.append(dialog);
    dropping();
    document.addEventListener("click", (event) => {
      if (event.target.closest?.(".drop-here")) files.click();
    });
  };
  const pasting = () => {
    const title = make("input", {id: "pasted-title", maxLength: LIMITS.title});
    const text = make("textarea", {id: "pasted-text", rows: 5, required: true});
    const paste = make("form", {className: "paste"},
      make("label", {htmlFor: "pasted-title", textContent: t("Title")}), title,
      make("label", {htmlFor: "pasted-text", textContent: t("Text")}), text,
      make("button", {textContent: t("Add this text")}));
    paste.onsubmit = (event) => {
      event.preventDefault();
      if (!text.value.trim()) return;
      if ([...text.value].length > LIMITS.text) {
        uploads.say(t("This text is longer than {number} characters, the limit. Save it as a file and add that.", {number: LIMITS.text}), "failed");
        return;
      }
      const pasted = {title: title.value, text: text.value};
      const {corpus} = listing;  // whatever is chosen by the time that it is sent
      const put = (values) => (show) => uploads.send(corpora.within("/api/texts", corpus), show, {
        headers: {"content-type": "application/json"}, body: JSON.stringify({...pasted, ...values}),
      });
      uploads.enqueue({name: title.value.trim() || t("Pasted text"), corpus, work: put({}),
        instead: (name) => put({title: name.replace("pasted: ", ""), replace: true}),
        failed: () => { if (!text.value) [title.value, text.value] = [pasted.title, pasted.text]; }});
      paste.reset();
    };
    return paste;
  };

  // -- adding files

  const installed = /(^|\/)(node_modules|bower_components|__pycache__|site-packages)\/|\.min\.(js|css)$|package-lock\.json$/;
  // Of a folder, what is hidden, installed by programs or of a kind that is not read is left out, and named.
  const sift = (files) => {
    const hidden = [], kinds = new Map(), taken = [];
    for (const item of files) {
      const parts = item[1].split("/"), last = parts.at(-1);
      const kind = last.lastIndexOf(".") > 0 ? last.slice(last.lastIndexOf(".")).toLowerCase() : "";
      if (parts.length === 1) taken.push(item);
      else if (parts.some((name) => name.startsWith(".")) || installed.test(item[1])) hidden.push(item[1]);
      else if (LIMITS.kinds.includes(kind)) taken.push(item);
      else kinds.set(kind, [...kinds.get(kind) ?? [], item[1]]);
    }
    const several = [...kinds].sort(([, one], [, other]) => other.length - one.length);
    const summary = several.map(([kind, names]) =>
      `${written(names.length)} ${kind || t("without a suffix")}`).join(", ");
    const words = [...summary ? [t("{kinds}: unsupported formats", {kinds: summary})] : [],
      ...hidden.length ? [tn("{number} hidden or of programs", "{number} hidden or of programs", hidden.length)] : []];
    if (words.length)
      uploads.note(t("Left out: {files}", {files: words.join("; ")}),
        [...several.flatMap(([, some]) => some), ...hidden], "left-out");
    return taken;
  };
  const add = (found) => {
    const files = sift(found);
    if (files.length > LIMITS.documents) {
      uploads.say(t("{number} files are too many at once. Add at most {most}, or use a terminal: verbatim index PATH", {number: files.length, most: LIMITS.documents}), "failed");
      return;
    }
    const {corpus} = listing;  // whatever is chosen by the time that they are sent
    for (const [file, name] of files) {
      if (file.size > LIMITS.file) {
        uploads.say(t("{name}: larger than {size} MB, the upload limit. Split it, or add it in a terminal: verbatim index PATH", {name: shortened(name), size: Math.floor(LIMITS.file / 1e6)}), "failed");
        continue;
      }
      const put = (as, more = "") => (show) => uploads.send(
        corpora.within(`/api/documents?name=${encodeURIComponent(as)}${more}`, corpus), show,
        {headers: {"content-type": "application/octet-stream"}, body: file});
      uploads.enqueue({name, file, corpus, work: put(name), instead: (other) => put(other, "&replace=true")});
    }
  };

  const dropping = () => {
    let over = 0;
    const files = (event) => event.dataTransfer?.types.includes("Files");
    document.addEventListener("dragenter", (event) => {
      if (files(event) && ++over) document.body.classList.add("dropping");
    });
    document.addEventListener("dragleave", (event) => {
      if (files(event) && --over <= 0) { over = 0; document.body.classList.remove("dropping"); }
    });
    document.addEventListener("dragover", (event) => { if (files(event)) event.preventDefault(); });
    document.addEventListener("drop", async (event) => {
      if (!files(event)) return;
      event.preventDefault();
      over = 0;
      document.body.classList.remove("dropping");
      const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.());
      const found = entries.some(Boolean)
        ? (await Promise.all(entries.filter(Boolean).map(met))).flat()
        : [...event.dataTransfer.files].map((file) => [file, file.name]);
      open();
      if (!found.length) uploads.say(t("No readable files were found there."), "failed");
      add(found);
    });
  };
  // What can't be read in a dropped folder is reported and does not stop the rest.
  const met = (entry) => inside(entry).catch(() => {
    open();
    uploads.say(t("{name}: {outcome}", {name: shortened(entry.fullPath?.slice(1) || entry.name),
      outcome: uploads.UNREADABLE}), "failed");
    return [];
  });
  const inside = async (entry) => {
    if (entry.isFile)
      return [[await new Promise((done, failed) => entry.file(done, failed)),
        entry.fullPath.slice(1)]];
    const reader = entry.createReader(), found = [];
    for (;;) {  // gives at most 100 at a time
      const some = await new Promise((done, failed) => reader.readEntries(done, failed));
      if (!some.length) return found;
      found.push(...(await Promise.all(some.map(met))).flat());
    }
  };

  // -- the dialog

  const open = () => {
    if (!dialog.open) {
      if (corpora.several) begin();
      dialog.showModal();
    }
    notices.move();
    uploads.see();
    listing.refresh();
    followed();
  };
  // The corpus that is searched is the one whose documents are shown, if it is one.
  const begin = () => {
    if (scoping.corpus) listing.choose(scoping.corpus);
    part("#corpus-managed").value = listing.corpus;
  };
  const MAX_FOLLOWED = 5;  // folders that are named
  const followed = async () => {
    const {corpus} = listing;
    const answer = await call(corpora.within("/api/sources", corpus)).catch(() => null);
    const found = answer?.ok ? await answer.json().catch(() => null) : null;
    if (corpus !== listing.corpus) return;
    const named = (found ?? []).slice(0, MAX_FOLLOWED).map(({name, read}) => {
      const when = read && dateOf(new Date(read), {dateStyle: "medium", timeStyle: "short"});
      return when ? t("{name} (read {when})", {name: shortened(name), when})
        : t("{name} (not read yet)", {name: shortened(name)});
    });
    const more = (found?.length ?? 0) - named.length;
    part(".followed").hidden = !named.length;
    part(".followed").textContent =
      t("Followed: {folders}", {folders: [...named, ...more > 0
        ? [tn("{number} more", "{number} more", more)] : []].join(", ")});
  };
  const show = ({id, corpus, sha256}) => {
    dialog.close();
    viewing.open({id, corpus, start: 0, end: 0, sha256}, document.querySelector("#open-documents"));
  };
  // The page learns of the change when the list is closed.
  const refresh = () => {
    if (!changed) return;
    changed = false;
    document.querySelector("#refresh")?.click();
  };
  const signOut = async () => {
    if (!await fetch("/sign-out", {method: "POST", redirect: "manual"}).catch(() => null)) {
      alert(t("You are still signed in: the server can't be reached. Try again."));
      return;
    }
    // A browser on an address without TLS doesn't when it is told to
    localStorage.clear();
    sessionStorage.clear();
    await kept.forget();
    location.replace("/");
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#sign-out")) signOut();
    if (event.target.closest?.("#open-documents")) open();
  });
  whenReady(build);
})();
