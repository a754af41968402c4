// The page's texts in its language: the English one is the key. `LANGUAGE` and `CATALOGUE` are the
// server's, which knows the language that was chosen or else the browser's. Each text is one literal.
const PLURALS = new Intl.PluralRules(LANGUAGE);
// A format is made once for each style: making one takes longer than formatting a hundred numbers.
const formats = (make) => {
  const made = new Map();
  return (value, style = {}) => {
    const name = JSON.stringify(style);
    if (!made.has(name)) made.set(name, make(style));
    return made.get(name).format(value);
  };
};
const written = formats((style) => new Intl.NumberFormat(LANGUAGE, style));
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (name, key) => {
  const value = values[key] ?? name;
  return typeof value === "number" ? written(value) : value;
});
const t = (text, values = {}) => filled(CATALOGUE[text]?.[0] ?? text, values);
const tn = (one, several, number, values = {}) => {
  const [few, many] = CATALOGUE[one] ?? [one, several];
  return filled(PLURALS.select(number) === "one" ? few : many, {number, ...values});
};
// A text that is put into the language later.
const N_ = (text) => text;
const dateOf = formats((style) => new Intl.DateTimeFormat(LANGUAGE, style));
// What is asked of the server comes in the page's language too, where a person reads it.
const call = (address, {headers, ...request} = {}) =>
  fetch(address, {cache: "no-store", ...request, headers: {...headers, "verbatim-language": LANGUAGE}});
