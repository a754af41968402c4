// Words at the foot of the window, with what can be done about them. They stay for a while, or, where
// something is amiss, until they are put away. Each subject has a line of its own, in which one notice
// takes the place of the last.
const notices = (() => {
  const LONG = 30;  // seconds
  let box;
  whenReady(() => document.body.append(
    box = make("aside", {id: "notice", ariaLabel: t("Notice")})));
  // Beside what is used: a dialog takes the page out of reach.
  const move = () => {
    const host = document.querySelector("dialog[open]") ?? document.body;
    if (box.parentNode !== host) host.append(box);
  };
  // Return a line, as the function by which something is said in it.
  const line = () => {
    const words = make("p", {role: "status"});
    const left = make("span", {className: "left", ariaHidden: "true"});
    const element = make("div", {}, words, left);
    let timer = 0, held = false;
    whenReady(() => box.append(element));
    for (const [event, value] of Object.entries(
      {mouseenter: true, mouseleave: false, focusin: true, focusout: false}))
      element.addEventListener(event, () => { held = value; });
    const clear = () => {
      clearInterval(timer);
      element.className = words.textContent = left.textContent = "";
      for (const button of element.querySelectorAll("button")) button.remove();
      held = false;
    };
    // Say words; `acts` are buttons with what they do. Where something is done `then`, the seconds are
    // counted down, stand still while the mouse or the keyboard is there, and only an act ends them.
    return (text, {acts = [], stays = false, seconds = LONG, then = null} = {}) => {
      clear();
      if (!text) return element;
      move();
      element.className = "shown";
      words.textContent = text;
      element.append(...acts.map(([label, act]) => make("button", {type: "button",
        textContent: label, onclick: () => { clear(); act(); }})));
      if (!then) element.append(make("button", {type: "button", className: "away",
        textContent: "×", ariaLabel: t("Dismiss"), onclick: clear}));
      const tell = () => {
        if (then) left.textContent = written(seconds, {style: "unit", unit: "second", unitDisplay: "narrow"});
      };
      if (!stays) timer = setInterval(() => {
        if (!held || !then) seconds -= 1;
        if (seconds > 0) return tell();
        clear();
        then?.();
      }, 1000);
      tell();
      return element;
    };
  };
  return {line, move};
})();
