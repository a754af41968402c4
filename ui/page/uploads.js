// Adding documents in the background, one after another, with one bar for all of them: in the dialog
// of the documents, and while that is closed in the header. What waits for the server or for room on
// its disk goes on by itself; nothing that was asked for is dropped without a word.
const uploads = (() => {
  const LINES = 60;  // of what was added without more ado; earlier ones are counted
  const LOOK_AGAIN = 2000;  // milliseconds until it is looked again whether the server is back
  const TRIES = 3;  // of a file whose connection breaks off although the server is there
  const OFFERED = 3;  // files that may be replaced instead
  const UNREADABLE = t("can't be read. Check that it still exists and that you have permission to read it.");
  const LOST = t("the connection was lost. Try again; what was already added is kept.");
  const listeners = [];
  const queue = [];
  let panel, chip, told, counts = null, share = 0, earlier = 0, paused = "", resume = null;

  const part = (selector) => panel.querySelector(selector);
  const refusal = (words) => Object.assign(new Error(words), {final: true});
  const dialogOpen = () => Boolean(document.querySelector("#documents")?.open);

  // -- what became of each

  const dismissing = (words) => t("Dismiss: {words}", {words});
  const say = (words, state = "done") => {
    const line = make("li", {className: state}, make("span", {textContent: words}),
      make("button", {type: "button", className: "dismiss", ariaLabel: dismissing(words),
        onclick: () => {
          const next = line.nextElementSibling ?? line.previousElementSibling;
          line.remove();
          draw();
          (next?.querySelector(".dismiss") ?? document.querySelector("#documents h2")).focus();
        }}));
    part(".progress").prepend(line);
    if (state === "failed") line.firstChild.role = "alert";
    draw();
    return line;
  };
  const rewrite = (line, words, state) => {
    line.className = state;
    line.firstChild.role = state === "failed" ? "alert" : null;
    line.firstChild.textContent = words;
    line.lastChild.ariaLabel = dismissing(words);
  };
  const fold = () => {
    const plain = [...panel.querySelectorAll(".progress > .done:not(.offers)")];
    for (const line of plain.slice(LINES)) {
      line.remove();
      earlier += 1;
    }
  };
  const clear = () => {
    for (const line of panel.querySelectorAll(".progress > :not(.busy)")) line.remove();
    earlier = 0;
    if (!queue.length) counts = null;
    draw();
    document.querySelector("#documents h2").focus();
  };

  // -- the whole

  const outcome = () => [
    counts.added && tn("{number} added", "{number} added", counts.added),
    counts.same && tn("{number} already there", "{number} already there", counts.same),
    counts.failed && tn("{number} failed", "{number} failed", counts.failed),
    counts.cancelled && tn("{number} cancelled", "{number} cancelled", counts.cancelled),
  ].filter(Boolean).join(", ");
  const draw = () => {
    const running = queue.length > 0, lines = part(".progress").childElementCount;
    const words = !counts ? "" : !running ? outcome()
      : t("Adding {number} of {total}", {number: counts.over + 1, total: counts.total});
    const done = counts ? (counts.over + (running ? share : 0)) / counts.total : 0;
    panel.hidden = !running && !lines;
    part(".whole").hidden = !counts;
    part(".count").textContent = running ? words : "";
    part(".outcome").textContent = running ? "" : words;
    part("progress").value = done;
    part("progress").hidden = part(".cancel").hidden = !running;
    part(".cancel").disabled = Boolean(queue[0]?.cancelled);
    if (part(".paused").textContent !== paused) part(".paused").textContent = paused;
    part(".again").hidden = !resume;
    part(".clear").hidden = !lines || (running && lines === 1);
    part(".older").textContent = earlier
      ? tn("and {number} earlier document added", "and {number} earlier documents added", earlier) : "";
    chip.hidden = !counts || (!running && counts.seen);
    chip.textContent = running && paused ? t("{progress}: waiting", {progress: words}) : words;
    chip.classList.toggle("failed", Boolean(paused || counts?.failed));
    chip.style.setProperty("--share", `${100 * done}%`);
  };
  // What a screen reader says of it while the dialog is closed.
  const tell = (words) => { told.textContent = dialogOpen() ? "" : words; };
  const see = () => {
    if (counts && !queue.length && dialogOpen()) counts.seen = true;
    draw();
  };

  // -- one after another

  const enqueue = (job) => {
    if (!queue.length)
      counts = {total: 0, over: 0, added: 0, same: 0, failed: 0, cancelled: 0, seen: false};
    counts.total += 1;
    queue.push({...job, abort: new AbortController(), begun: false, cancelled: false});
    if (queue.length === 1) run(); else draw();
  };
  const run = async () => {
    const dropped = [];
    while (queue.length) {
      const job = queue[0], name = shortened(job.name);
      const about = (words) => t("{name}: {outcome}", {name, outcome: words});
      const line = say(about(t("sending")), "busy");
      const show = (words, state = "busy") => rewrite(line, about(words), state);
      share = 0;
      draw();
      try {
        const found = await attempt(job, show);
        counts[found.status === "unchanged" ? "same" : "added"] += 1;
        if (found.beside && job.instead) offer(line, found, job);
      } catch (error) {
        if (job.cancelled && !job.begun) {
          line.remove();
          dropped.push(job.name);
        } else {
          counts.failed += 1;
          show(error.final ? error.message : LOST, "failed");
        }
        job.failed?.();
      }
      dropped.push(...job.dropped ?? []);
      counts.over += 1;
      queue.shift();
      fold();
      draw();
    }
    paused = "";
    counts.cancelled = dropped.length;
    if (dropped.length)
      note(tn("Cancelled: {number} document not added", "Cancelled: {number} documents not added", dropped.length), dropped, "left-out");
    tell(outcome());
    see();
    for (const listener of listeners) listener();
  };
  // Do a piece of work until it is done, or refused for good.
  const attempt = async (job, show) => {
    for (let tries = 1; ; tries += 1) {
      try {
        if (job.cancelled) throw refusal(t("cancelled"));
        await job.file?.slice(0, 1).arrayBuffer().catch(() => { throw refusal(UNREADABLE); });
        return await job.work(show);
      } catch (error) {
        if (error.final || job.cancelled) throw error;
        if (error.wait !== undefined) await pause(error.message, error.wait);
        else if (await reachable()) {
          if (tries >= TRIES) throw refusal(LOST);
        } else {
          const waiting = tn("{number} document will be sent when it is back.", "{number} documents will be sent when it is back.", queue.length);
          do {
            await pause(`${UNREACHABLE} ${waiting}`, LOOK_AGAIN);
          } while (!job.cancelled && !await reachable());
        }
        job.begun = false;
        paused = "";
        draw();
      }
    }
  };
  // Wait for so many milliseconds; for null until somebody wants to go on.
  const pause = (words, milliseconds) => new Promise((done) => {
    if (words !== paused) tell(words);
    paused = words;
    resume = milliseconds === null ? done : null;
    queue[0].go = done;
    if (milliseconds !== null) setTimeout(done, milliseconds);
    draw();
  }).then(() => { resume = null; });
  const reachable = async () => {
    const answer = await fetch("/healthz", {cache: "no-store"}).catch(() => null);
    return Boolean(answer?.ok && (await answer.json().catch(() => null))?.page);
  };
  // What the server has begun it carries through; the rest is dropped.
  const cancel = () => {
    const job = queue[0];
    if (!job) return;
    job.cancelled = true;
    job.dropped = queue.splice(1).map(({name}) => name);
    counts.total -= job.dropped.length;
    if (!job.begun) job.abort.abort();
    job.go?.();
    draw();
  };

  // -- what is sent, and what comes back

  const STAGES = {
    reading: ({page, pages}) => page ? t("reading page {page} of {pages}", {page, pages}) : t("reading"),
    encoding: ({done, total}) => total
      ? tn("encoding {done} of {number} sentence", "encoding {done} of {number} sentences", total, {done})
      : t("encoding"),
    arranging: ({done, total}) =>
      tn("indexing {done} of {number} sentence", "indexing {done} of {number} sentences", total, {done}),
  };
  const refused = async (answer) => {
    const seconds = Number(answer.headers.get("retry-after"));
    const words = await reason(answer);
    if (answer.status === 507) return Object.assign(new Error(words), {wait: null});
    if ([429, 503].includes(answer.status) && seconds > 0)
      return Object.assign(new Error(words), {wait: 1000 * Math.min(seconds, 120)});
    return refusal(words);
  };
  const send = async (address, show, request) => {
    const job = queue[0];
    const answer = await call(address, {method: "POST", signal: job.abort.signal, ...request});
    if (!answer.ok) throw await refused(answer);
    let rest = "", found = null;
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      const lines = (rest + read.value).split("\n");
      rest = lines.pop();
      for (const step of lines.map((line) => JSON.parse(line))) {
        if (!step.stage) {
          found = step;
          continue;
        }
        job.begun = true;
        share = step.stage === "reading" ? 0.1 * (step.page ? step.page / step.pages : 1) : 0.1 + 0.9 * (step.done / (step.total || 1));
        show(STAGES[step.stage](step));
        draw();
      }
    }
    if (!found) throw new Error("ended without an outcome");
    if (found.full) throw Object.assign(new Error(found.reason), {wait: null});
    if (!found.document) throw refusal(found.reason);
    const {document: there, beside: others = []} = found, sentences = sentencesOf(there.sentences);
    const words = {
      added: () => others.length ? t("added as {name}, {sentences}", {name: shortened(there.name), sentences})
        : t("added, {sentences}", {sentences}),
      updated: () => t("replaced its older version, {sentences}", {sentences}),
      unchanged: () => t("is already there, unchanged, {sentences}", {sentences}),
    }[found.status]();
    const notes = [
      others.length && tn("{names} has different content and is kept", "{names} have different content and are kept", others.length, {names: others.map(shortened).join(", ")}),
      there.left_out.length && t("Not in its text: {things}", {things: there.left_out.join(", ")}),
      there.pictured.length && listing.fromPictures(there),
    ].filter(Boolean);
    show([words, ...notes].join(". "), "done");
    return found;
  };
  const offer = (line, found, {instead, corpus}) => {
    const buttons = found.beside.slice(0, OFFERED).map((name) => make("button", {
      type: "button", textContent: t("Replace {name}", {name: shortened(name)}), onclick: () => {
        buttons.forEach((button) => button.remove());
        line.classList.remove("offers");
        enqueue({name, corpus, work: async (show) => {
          const replaced = await instead(name)(show);
          const added = corpora.within(`/api/documents/${found.document.id}`, corpus);
          const answer = await call(added, {method: "DELETE"}).catch(() => null);
          if (!answer?.ok && answer?.status !== 404)
            say(t("{name}: could not be removed: {reason}", {
              name: shortened(found.document.name), reason: await reason(answer)}), "failed");
          return replaced;
        }});
      }}));
    line.classList.add("offers");
    line.lastChild.before(...buttons.flatMap((button) => [" ", button]));
  };
  // Say something of several files, which are named when it is unfolded.
  const note = (words, names, state) => {
    const line = say("", state);
    line.lastChild.ariaLabel = dismissing(words);
    line.lastChild.before(make("details", {}, make("summary", {textContent: words}),
      make("ul", {}, ...names.map((name) => make("li", {textContent: name})))));
  };

  // -- what it looks like

  const build = (open) => {
    told = make("p", {className: "unseen", role: "status"});
    panel = make("section", {className: "uploads", hidden: true, ariaLabel: t("Documents being added")},
      make("div", {className: "whole"}, make("p", {className: "count"}),
        make("p", {className: "outcome", role: "status"}),
        make("progress", {max: 1, value: 0, ariaLabel: t("Adding documents")}),
        make("button", {type: "button", className: "cancel", textContent: t("Cancel"), onclick: cancel})),
      make("div", {className: "waits"}, make("p", {className: "paused", role: "alert"}),
        make("button", {type: "button", className: "again", textContent: t("Try again"),
          onclick: () => resume?.()})),
      make("ul", {className: "progress", ariaLabel: t("What became of them")}),
      make("p", {className: "older"}),
      make("button", {type: "button", className: "clear", textContent: t("Dismiss results"),
        onclick: clear}));
    chip = make("button", {id: "adding", type: "button", hidden: true, onclick: open});
    document.body.append(told);
    onChange(() => {
      // Two that both want to stand right before it would move each other without end
      const next = document.querySelector("#open-standing, #open-documents");
      if (next && chip.nextElementSibling !== next) next.before(chip);
    });
    addEventListener("beforeunload", (event) => { if (queue.length) event.preventDefault(); });
    return panel;
  };
  return {get busy() { return queue.length > 0; }, build, enqueue, send, say, note, see, refusal, UNREADABLE, onend: (act) => listeners.push(act)};
})();
