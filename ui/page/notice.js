// A word at the foot of the window, with what can be done about it. It stays for a while, or, where
// something is amiss, until it is put away.
const notice = (() => {
  const LONG = 30_000;  // milliseconds
  let box, timer;
  whenReady(() => document.body.append(
    box = make("aside", {id: "notice", ariaLabel: "Notice"}, make("p", {role: "status"}))));
  const clear = () => {
    clearTimeout(timer);
    box.className = "";
    box.firstChild.textContent = "";
    for (const button of box.querySelectorAll("button")) button.remove();
  };
  return (words, {action = "", act = null, stays = false} = {}) => {
    clear();
    box.className = "shown";
    box.firstChild.textContent = words;
    const doing = action && make("button", {type: "button", textContent: action,
      onclick: () => { clear(); act(); }});
    box.append(...doing ? [doing] : [], make("button", {type: "button", className: "away",
      textContent: "×", ariaLabel: "Dismiss", onclick: clear}));
    if (!stays) timer = setTimeout(clear, LONG);
    return doing;
  };
})();
