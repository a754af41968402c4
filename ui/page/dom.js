// What the page's scripts share. `LIMITS` are the server's own.
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
// Where words stand: characters `start` to `end` of a document while its text has this hash.
const CITATION = 'a[href^="/d/"]';
const addressOf = ({id, start, end, sha256}) => `/d/${id}#${start}-${end}-${sha256}`;
const placeAt = (address) => {
  const found = /\/d\/(\d{1,15})#(\d{1,10})-(\d{1,10})-([0-9a-f]{64})$/.exec(address);
  const [id, start, end] = found?.slice(1, 4).map(Number) ?? [];
  return found && {id, start, end, sha256: found[4]};
};
const whenReady = (act) => {
  if (document.body) act(); else document.addEventListener("DOMContentLoaded", act);
};
