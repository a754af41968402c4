// The documents: what there is to search, adding by drop, choice or paste, and removing.
// Names and titles are untrusted: they only ever become text nodes.
(() => {
  const MAX_DROP = 500;  // files
  let dialog, changed = false;
  const queue = [];

  const part = (selector) => dialog.querySelector(selector);
  const MAX_OFFERED = 3;  // files that may be replaced instead

  const build = () => {
    const files = make("input", {type: "file", multiple: true, hidden: true,
      onchange: () => { add([...files.files].map((file) => [file, file.name])); files.value = ""; }});
    const folder = make("input", {type: "file", webkitdirectory: true, onchange: () => {
      add([...folder.files].map((file) => [file, file.webkitRelativePath || file.name]));
      folder.value = "";
    }});
    const title = make("input", {id: "pasted-title", maxLength: LIMITS.title});
    const text = make("textarea", {id: "pasted-text", rows: 5, required: true});
    const paste = make("form", {className: "paste"},
      make("label", {htmlFor: "pasted-title", textContent: "Title"}), title,
      make("label", {htmlFor: "pasted-text", textContent: "Text"}), text,
      make("button", {textContent: "Add this text"}));
    paste.onsubmit = (event) => {
      event.preventDefault();
      if (!text.value.trim()) return;
      if ([...text.value].length > LIMITS.text) {
        say(`This text is longer than ${count(LIMITS.text, "character")}, the limit. `
          + "Save it as a file and add that.", "failed");
        return;
      }
      const pasted = {title: title.value, text: text.value};
      const put = (values) => (report) => send("/api/texts", report, {
        headers: {"content-type": "application/json"}, body: JSON.stringify({...pasted, ...values}),
      });
      enqueue(title.value.trim() || "Pasted text", async (report) => {
        let added = null;
        try {
          added = await put({})(report);
        } finally {
          if (!added && !text.value) [title.value, text.value] = [pasted.title, pasted.text];
        }
        return added;
      }, (name) => put({title: name.replace("pasted: ", ""), replace: true}));
      paste.reset();
    };
    dialog = make("dialog", {id: "documents", ariaLabel: "Documents"},
      make("header", {},
        make("h2", {textContent: "Documents"}),
        make("button", {type: "button", textContent: "×", ariaLabel: "Close documents",
          onclick: () => dialog.close()})),
      make("div", {className: "drop"},
        make("p", {textContent: "Drop files or a folder here: text, Markdown, HTML, PDF, Word."}),
        make("span", {},
          make("button", {type: "button", textContent: "Choose files", onclick: () => files.click()}),
          " ",
          make("button", {type: "button", textContent: "Choose a folder",
            onclick: () => folder.click()})),
        files),
      make("details", {}, make("summary", {textContent: "Paste a text"}), paste),
      make("div", {role: "status"}, make("ul", {className: "progress"})),
      make("p", {className: "none", role: "status"}),
      make("p", {className: "followed", hidden: true}),
      make("table", {hidden: true},
        make("thead", {}, make("tr", {}, ...["Ask", "Title", "Type", "Sentences", "Added", "Remove"].map(
          (name) => make("th", {scope: "col", textContent: name})))),
        make("tbody")));
    dialog.addEventListener("close", refresh);
    document.body.append(dialog);
    addEventListener("beforeunload", (event) => { if (queue.length) event.preventDefault(); });
    dropping();
  };

  // -- the list

  const list = async () => {
    let problem = "";
    const found = await library.load().catch((error) => { problem = error.message; });
    const titles = found?.map((item) => item.title);
    const alike = new Set(titles?.filter((title, index) => titles.indexOf(title) !== index));
    if (found) part("tbody").replaceChildren(
      ...found.map((item) => row(item, alike.has(item.title))));
    part("table").hidden = !found?.length;
    part(".none").hidden = found?.length > 0;
    part(".none").textContent = found ? "No documents yet."
      : `The documents can’t be listed: ${problem}`;
  };
  const MAX_FOLLOWED = 5;  // folders that are named
  const followed = async () => {
    const answer = await fetch("/api/sources", {cache: "no-store"}).catch(() => null);
    const found = answer?.ok ? await answer.json().catch(() => null) : null;
    const named = (found ?? []).slice(0, MAX_FOLLOWED).map(({name, read}) => {
      const when = read && new Date(read).toLocaleString("en",
        {dateStyle: "medium", timeStyle: "short"});
      return `${shortened(name)} (${when ? `read ${when}` : "not read yet"})`;
    });
    const more = (found?.length ?? 0) - named.length;
    part(".followed").hidden = !named.length;
    part(".followed").textContent =
      `Followed: ${[...named, ...more > 0 ? [`${more} more`] : []].join(", ")}`;
  };
  const languages = new Intl.DisplayNames("en", {type: "language"});
  const fromPictures = (item) => `${count(item.pictured.length, "page")} read from `
    + `${item.pictured.length === 1 ? "a picture" : "pictures"}: check numbers and names`;
  const row = (item, alike) => {
    const remove = make("button", {type: "button", textContent: "Remove",
      ariaLabel: `Remove ${item.title}`});
    const below = [...alike ? [shortened(item.name)] : [],
      ...item.left_out.length ? [`Not in its text: ${item.left_out.join(", ")}`] : [],
      ...item.pictured.length ? [fromPictures(item)] : []];
    const notes = below.flatMap((words) => [make("br"), make("small", {textContent: words})]);
    const file = item.original ? [make("a", {href: `/api/documents/${item.id}/original`,
      textContent: "File", download: "", ariaLabel: `Save the file of ${item.title}`}), " "] : [];
    const tick = make("input", {type: "checkbox", checked: scoping.has(item.id),
      ariaLabel: `Limit questions to ${item.title}`, onchange: () => {
        if (!tick.checked) scoping.remove([item.id]);
        else if (!scoping.add([item])) {
          tick.checked = false;
          say(scoping.tooMany(), "failed");
        }
      }});
    const line = make("tr", {}, make("td", {}, tick),
      make("th", {scope: "row", title: item.name}, item.title, ...notes),
      make("td", {textContent: item.lang === "und" ? item.format
        : `${item.format}, ${languages.of(item.lang)}`}),
      make("td", {textContent: item.sentences.toLocaleString("en")}),
      make("td", {textContent: item.added.slice(0, 10)}),
      make("td", {}, ...file, remove));
    remove.onclick = () => confirm(item, line, remove);
    return line;
  };
  const confirm = (item, line, remove) => {
    const yes = make("button", {type: "button", className: "danger", textContent: "Remove it",
      ariaLabel: `Yes, remove ${item.title}`});
    const no = make("button", {type: "button", textContent: "Keep", ariaLabel: `Keep ${item.title}`});
    remove.replaceWith(yes, no);
    yes.focus();
    no.onclick = () => { yes.remove(); no.replaceWith(remove); remove.focus(); };
    yes.onclick = async () => {
      yes.disabled = no.disabled = true;
      const answer = await fetch(`/api/documents/${item.id}`, {method: "DELETE"}).catch(() => null);
      if (answer?.ok || answer?.status === 404) {
        changed = true;
        scoping.remove([item.id]);
        line.remove();
        say(`Removed ${item.title}`);
        await list();
        part("h2").focus();
        return;
      }
      say(`${item.title}: ${await reason(answer)}`, "failed");
      no.disabled = false;
      no.click();
    };
  };

  // -- adding

  const say = (words, state = "done") => {
    const line = make("li", {className: state, textContent: words});
    part(".progress").prepend(line);
    return line;
  };
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
      `${names.length.toLocaleString("en")} ${kind || "without a suffix"}`).join(", ");
    const words = [...summary ? [`${summary}: unsupported formats`] : [],
      ...hidden.length ? [`${hidden.length.toLocaleString("en")} hidden or of programs`] : []];
    if (words.length) {
      const names = [...several.flatMap(([, some]) => some), ...hidden];
      say("", "left-out").append(make("details", {},
        make("summary", {textContent: `Left out: ${words.join("; ")}`}),
        make("ul", {}, ...names.map((name) => make("li", {textContent: name})))));
    }
    return taken;
  };
  const add = (found) => {
    const files = sift(found);
    if (files.length > MAX_DROP) {
      say(`${files.length} files are too many at once. Add at most ${MAX_DROP}, or use a terminal: `
        + "verbatim index PATH", "failed");
      return;
    }
    for (const [file, name] of files) {
      if (file.size > LIMITS.file) {
        say(`${shortened(name)}: larger than ${Math.floor(LIMITS.file / 1e6)} MB, the upload limit. `
          + "Split it, or add it in a terminal: verbatim index PATH", "failed");
        continue;
      }
      const put = (as, more = "") => (report) => send(
        `/api/documents?name=${encodeURIComponent(as)}${more}`, report,
        {headers: {"content-type": "application/octet-stream"}, body: file});
      enqueue(name, put(name), (other) => put(other, "&replace=true"));
    }
  };
  // `instead` gives the work of replacing another document of that name.
  const enqueue = (name, work, instead) => {
    queue.push({line: say(`${shortened(name)}: waiting`, "busy"), name, work, instead});
    if (queue.length === 1) run();
  };
  const offer = (line, outcome, instead) => {
    const buttons = outcome.beside.slice(0, MAX_OFFERED).map((name) => make("button", {
      type: "button", textContent: `Replace ${shortened(name)}`, onclick: () => {
        buttons.forEach((button) => button.remove());
        enqueue(name, async (report) => {
          const replaced = await instead(name)(report);
          if (!replaced) return replaced;
          const added = `/api/documents/${outcome.document.id}`;
          const answer = await fetch(added, {method: "DELETE"}).catch(() => null);
          if (!answer?.ok && answer?.status !== 404)
            say(`${shortened(outcome.document.name)}: could not be removed: ${await reason(answer)}`,
              "failed");
          return replaced;
        });
      }}));
    line.append(...buttons.flatMap((button) => [" ", button]));
  };
  const run = async () => {
    while (queue.length) {
      const {line, name, work, instead} = queue[0];
      const show = (words, state) => {
        line.className = state;
        line.textContent = `${shortened(name)}: ${words}`;
      };
      show("sending", "busy");
      try {
        const outcome = await work(show);
        if (outcome?.beside && instead) offer(line, outcome, instead);
      } catch {
        show("the connection was lost. Try again; what was already added is kept.", "failed");
      }
      queue.shift();
    }
    await list();
  };
  const STAGES = {reading: (step) =>
    step.page ? `reading page ${step.page} of ${step.pages}` : "reading", encoding: (step) =>
    step.total ? `encoding ${step.done} of ${count(step.total, "sentence")}` : "encoding",
    arranging: (step) => `indexing ${step.done} of ${count(step.total, "sentence")}`};
  const send = async (address, show, request) => {
    const answer = await fetch(address, {method: "POST", ...request});
    if (!answer.ok) {
      show(await reason(answer), "failed");
      return null;
    }
    let rest = "", outcome = null;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const lines = (rest + read.value).split("\n");
      rest = lines.pop();
      for (const step of lines.map((line) => JSON.parse(line))) {
        if (step.stage) show(STAGES[step.stage](step), "busy");
        else outcome = step;
      }
    }
    if (!outcome) throw new Error("ended without an outcome");
    changed = changed || Boolean(outcome.document);
    const words = {added: "added", updated: "replaced its older version",
      unchanged: "is already there, unchanged"}[outcome.status];
    const others = outcome.beside ?? [], one = others.length === 1;
    const as = others.length ? ` as ${shortened(outcome.document.name)}` : "";
    const kept = others.length ? `. ${others.map(shortened).join(", ")} `
      + `${one ? "has" : "have"} different content and ${one ? "is" : "are"} kept` : "";
    const lacks = words && outcome.document.left_out.length
      ? `. Not in its text: ${outcome.document.left_out.join(", ")}` : "";
    const read = words && outcome.document.pictured.length
      ? `. ${fromPictures(outcome.document)}` : "";
    if (words)
      show(`${words}${as}, ${count(outcome.document.sentences, "sentence")}${kept}${lacks}${read}`,
        "done");
    else show(outcome.reason, "failed");
    return words ? outcome : null;
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
      if (!found.length) say("No readable files were found there.", "failed");
      add(found);
    });
  };
  // What can't be read in a dropped folder is reported and does not stop the rest.
  const met = (entry) => inside(entry).catch(() => {
    open();
    say(`${shortened(entry.fullPath?.slice(1) || entry.name)}: can't be read. Check that it `
      + "still exists and that you have permission to read it.", "failed");
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

  const open = () => {
    if (!dialog.open) dialog.showModal();
    part("h2").tabIndex = -1;
    list();
    followed();
  };
  // The page learns of the change when the list is closed.
  const signOut = async () => {
    if (!await fetch("/sign-out", {method: "POST", redirect: "manual"}).catch(() => null)) {
      alert("You are still signed in: the server can't be reached. Try again.");
      return;
    }
    // A browser on an address without TLS doesn't when it is told to
    localStorage.clear();
    sessionStorage.clear();
    await kept.forget();
    location.replace("/");
  };
  const refresh = () => {
    if (!changed) return;
    changed = false;
    document.querySelector("#refresh")?.click();
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest?.("#sign-out")) signOut();
    if (event.target.closest?.("#open-documents")) open();
  });
  whenReady(build);
})();
