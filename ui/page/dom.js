// What the page's scripts share. `LIMITS` are the server's own.
const make = (tag, properties = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
};
// Where words stand: characters `start` to `end` of a document while its text has this hash; of
// several corpora with the name of its own.
const CITATION = 'a[href^="/d/"]';
const addressOf = ({id, corpus, start, end, sha256}) =>
  `/d/${id}${corpus ? `?corpus=${encodeURIComponent(corpus)}` : ""}#${start}-${end}-${sha256}`;
const placeAt = (address) => {
  const found = /\/d\/(\d{1,15})(?:\?(corpus=[^#]*))?#(\d{1,10})-(\d{1,10})-([0-9a-f]{64})$/.exec(address);
  if (!found) return null;
  const [id, start, end] = [found[1], found[3], found[4]].map(Number);
  return {id, corpus: new URLSearchParams(found[2]).get("corpus") ?? "", start, end, sha256: found[5]};
};
const whenReady = (act) => {
  if (document.body) act(); else document.addEventListener("DOMContentLoaded", act);
};
// Runs an act once in each frame in which something was put on the page, taken away, locked or unlocked.
const onChange = (() => {
  const acts = [];
  let due = false;
  new MutationObserver(() => {
    if (due) return;
    due = true;
    requestAnimationFrame(() => { due = false; for (const act of acts) act(); });
  }).observe(document, {childList: true, subtree: true, attributeFilter: ["disabled"]});
  return (act) => acts.push(act);
})();
const MAX_SHOWN = 80;  // characters of a name
const shortened = (name) => name.length <= MAX_SHOWN ? name
  : `${name.slice(0, MAX_SHOWN / 2 - 1)}…${name.slice(-MAX_SHOWN / 2)}`;
const documentsOf = (number) => tn("{number} document", "{number} documents", number);
const sentencesOf = (number) => tn("{number} sentence", "{number} sentences", number);
const charactersOf = (number) => tn("{number} character", "{number} characters", number);
const UNREACHABLE = t("The server can't be reached. Is Verbatim still running?");
// Why the server refused: its own sentence where it has one.
const reason = async (answer) => {
  if (!answer) return UNREACHABLE;
  const problem = await answer.json().catch(() => ({}));
  return typeof problem.detail === "string" ? problem.detail
    : t("The server refused it ({status}).", {status: answer.status});
};
