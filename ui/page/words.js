// The page's texts in its language: the English one is the key. `LANGUAGE` and `CATALOGUE` are the
// server's, which knows the language that was chosen or else the browser's. Each text is one literal.
const NUMBERS = new Intl.NumberFormat(LANGUAGE), PLURALS = new Intl.PluralRules(LANGUAGE);
const written = (number, options) => options ? number.toLocaleString(LANGUAGE, options)
  : NUMBERS.format(number);
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
const dateOf = (moment, style) => new Intl.DateTimeFormat(LANGUAGE, style).format(moment);
// What is asked of the server comes in the page's language too, where a person reads it.
const call = (address, {headers, ...request} = {}) =>
  fetch(address, {cache: "no-store", ...request, headers: {...headers, "verbatim-language": LANGUAGE}});
