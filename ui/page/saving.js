// Conversations handed to the server, which shows them, and writes them as files to be saved.
const handOver = async ({data, record}) => {
  const body = `{"turns": [${data.join(",")}], "title": ${JSON.stringify(record.title ?? "")}}`;
  const answer = await call("/api/conversations", {method: "POST", body,
    headers: {"content-type": "application/json"}}).catch(() => null);
  if (answer?.ok) return (await answer.json()).name;
  throw new Error(await reason(answer));
};
const saving = (() => {
  const KINDS = [
    ["html", t("Evidence pack"), t("One HTML file that needs no network: each quotation with its place, the page it stands on, and the line of Python that proves it.")],
    ["md", "Markdown", t("Questions, quotations and their sources as text.")],
    ["json", "JSON", t("Everything that is known of each passage, for programs.")],
  ];
  let dialog, wanted = null;

  const part = (selector) => dialog.querySelector(selector);
  whenReady(() => {
    dialog = make("dialog", {id: "saving"}, make("form", {method: "dialog"},
      make("h2", {id: "saving-title"}),
      make("fieldset", {}, make("legend", {textContent: t("Format")}),
        ...KINDS.map(([kind, name, about], index) => make("label", {},
          make("input", {type: "radio", name: "kind", value: kind, checked: !index}),
          make("span", {}, make("b", {textContent: name}), make("small", {textContent: about}))))),
      make("label", {}, make("input", {type: "checkbox", name: "weaker"}),
        make("span", {}, t("Include weaker passages"))),
      make("p", {role: "status"}),
      make("div", {className: "acts"},
        make("button", {type: "button", textContent: t("Cancel"), onclick: () => dialog.close()}),
        make("button", {className: "now", textContent: t("Save")}))));
    dialog.setAttribute("aria-labelledby", "saving-title");
    part("form").onsubmit = (event) => { event.preventDefault(); save(); };
    document.body.append(dialog);
  });
  const fileName = (name, kind) => {
    const words = name.match(/[\p{L}\p{N}]+/gu) ?? [t("conversation")];
    return `${words.join("-").slice(0, 60)}.${kind}`;
  };

  const save = async () => {
    const button = part(".now"), record = wanted;
    const {kind, weaker} = part("form").elements;
    part("[role=status]").textContent = kind.value === "html" ? t("Drawing the pages…") : t("Saving…");
    button.disabled = true;
    try {
      const found = await kept.load(record.id);
      if (!found) throw new Error(t("This conversation has been deleted."));
      const name = await handOver(found);
      const address = `/api/conversations/${name}.${kind.value}?weaker=${weaker.checked}`;
      const answer = await call(address).catch(() => null);
      if (!answer?.ok) throw new Error(await reason(answer));
      const href = URL.createObjectURL(await answer.blob());
      make("a", {href, download: fileName(nameOf(record), kind.value)}).click();
      setTimeout(() => URL.revokeObjectURL(href), 60_000);
      if (wanted === record) dialog.close();
    } catch (error) {
      if (wanted === record) part("[role=status]").textContent = t("Not saved: {reason}", {reason: error.message});
    }
    button.disabled = false;
  };
  const open = (record) => {
    wanted = record;
    part("h2").textContent = t("Save “{name}”", {name: nameOf(record)});
    part("[role=status]").textContent = "";
    part(".now").disabled = false;
    dialog.showModal();
  };
  return {open};
})();
