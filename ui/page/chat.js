// Runs once in the page. Gradio would stay at the old answer or go to the end of the new one, away
// from the best passage, and forget the focus of a box that was disabled. What it copies and what it
// gives screen readers is Markdown, but an answer has to be word for word there too. And it calls a
// group of buttons a list.
(() => {
  let shown = "", busy = false;
  const settle = () => {
    const chat = document.querySelector("#chat");
    const box = document.querySelector("#question textarea");
    if (!chat || !box) return;
    for (const group of chat.querySelectorAll(".examples[role=list]")) {
      group.setAttribute("role", "group");
      group.setAttribute("aria-label", "Example questions");
    }
    for (const message of chat.querySelectorAll("[data-testid=bot], [data-testid=user]"))
      message.removeAttribute("aria-label");
    const log = chat.querySelector("[role=log]"), questions = chat.querySelectorAll(".user-row");
    const now = questions.length + " " + log?.textContent.length;
    if (log && questions.length && now !== shown) {
      const top = [...questions].at(-1).getBoundingClientRect().top;
      log.scrollTo({top: log.scrollTop + top - log.getBoundingClientRect().top - 12});
    }
    shown = now;
    const unfocused = !document.activeElement || document.activeElement === document.body;
    if (busy && !box.disabled && unfocused && matchMedia("(pointer: fine)").matches)
      box.focus({preventScroll: true});
    busy = box.disabled;
  };
  new MutationObserver(settle).observe(document, {
    childList: true, subtree: true, characterData: true, attributeFilter: ["disabled"],
  });
  const clipboard = navigator.clipboard, write = clipboard?.writeText.bind(clipboard);
  if (write) clipboard.writeText = (markdown) => {
    const decoder = document.createElement("textarea");
    decoder.innerHTML = markdown.replace(/^> ?/gm, "").replaceAll("*", "")
      .replace(/\[([^\]]*)\]\(#cite-[^)]*\)/g, "$1");
    return write(decoder.value);
  };
})();
