// Removing documents: only after a while, in which it can be undone. Until then the server knows
// nothing of it, so a page that is closed before has removed nothing.
const removing = (() => {
  const WHILE = 10;  // seconds
  const SHOWN = 6000;  // milliseconds that the outcome is shown
  const listeners = [];
  let bar, waiting = [], limited = [], sent = new Set(), left = 0, held = false, timer = 0;

  const part = (selector) => bar.querySelector(selector);
  const several = (items) => items.length === 1 ? `“${shortened(items[0].title)}”`
    : count(items.length, "document");
  const changed = (removed = false) => { for (const listener of listeners) listener(removed); };
  const {keyOf} = corpora;
  const has = (item) => sent.has(keyOf(item)) || waiting.some((one) => keyOf(one) === keyOf(item));

  // Beside what is used: a dialog takes the page out of reach.
  const show = (words, pending) => {
    const host = document.querySelector("dialog[open]") ?? document.body;
    if (bar.parentNode !== host) host.append(bar);
    part("p").textContent = words;
    for (const element of bar.querySelectorAll(".pending")) element.hidden = !pending;
    part(".dismiss").hidden = pending;
    bar.hidden = !words;
  };
  const tell = (words, lasting) => {
    if (waiting.length) return;  // there is something to be undone by now
    show(words, false);
    if (!lasting)
      setTimeout(() => { if (part("p").textContent === words) show("", false); }, SHOWN);
  };
  const tick = () => {
    if (!held) left -= 1;
    part(".left").textContent = `${left} s`;
    if (left <= 0) commit();
  };
  const begin = (items) => {
    const more = items.filter((item) => !has(item));
    if (!more.length) return;
    waiting = [...waiting, ...more];
    limited = [...limited, ...more.filter((item) => scoping.has(item))];
    scoping.remove(more);
    left = WHILE;
    held = false;
    clearInterval(timer);
    timer = setInterval(tick, 1000);
    show(`Removing ${several(waiting)} in a few seconds. If you close this page before, nothing is `
      + "removed.", true);
    part(".left").textContent = `${left} s`;
    changed();
  };
  const undo = () => {
    clearInterval(timer);
    const kept = waiting;
    scoping.add(limited);
    waiting = limited = [];
    tell(`${several(kept)} ${kept.length === 1 ? "is" : "are"} kept.`);
    changed();
  };
  const commit = async () => {
    clearInterval(timer);
    const items = waiting;
    waiting = limited = [];
    sent = new Set([...sent, ...items.map(keyOf)]);
    show(`Removing ${several(items)}…`, false);
    let answer, gone = 0;
    for (const name of new Set(items.map(({corpus}) => corpus ?? ""))) {  // one change of each corpus
      const ids = items.filter(({corpus}) => (corpus ?? "") === name).map(({id}) => id);
      answer = await fetch(corpora.within("/api/removals", name), {
        method: "POST", headers: {"content-type": "application/json"},
        body: JSON.stringify({documents: ids}),
      }).catch(() => null);
      if (!answer?.ok) break;
      gone += (await answer.json()).removed.length;
    }
    if (answer?.ok) {
      const attached = gone - items.length;
      tell(`Removed ${several(items)}`
        + `${attached > 0 ? `, and ${count(attached, "document")} attached` : ""}.`);
    } else {
      tell(`Not removed: ${await reason(answer)}`, true);
    }
    for (const item of items) sent.delete(keyOf(item));
    changed(Boolean(answer?.ok));
  };
  whenReady(() => {
    const hold = (value) => () => { held = value; };
    bar = make("div", {id: "removing", hidden: true, onmouseenter: hold(true),
      onmouseleave: hold(false)},
    make("p", {role: "status"}),
    make("span", {className: "left pending", ariaHidden: "true"}),
    make("button", {type: "button", className: "pending", textContent: "Undo", onclick: undo}),
    make("button", {type: "button", className: "pending", textContent: "Remove now", onclick: commit}),
    make("button", {type: "button", className: "dismiss", textContent: "Dismiss",
      onclick: () => show("", false)}));
    bar.addEventListener("focusin", hold(true));
    bar.addEventListener("focusout", hold(false));
    document.body.append(bar);
  });
  return {begin, has, move: () => { if (!bar.hidden) show(part("p").textContent, !part(".left").hidden); },
    onchange: (act) => listeners.push(act)};
})();
