// What the page's scripts share. `LIMITS` are the server's own.
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
const whenReady = (act) => {
  if (document.body) act(); else document.addEventListener("DOMContentLoaded", act);
};
