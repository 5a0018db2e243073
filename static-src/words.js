// Numbers in the reader's language: sizes, rates and times. The sentences around them come with the page.

const language = document.documentElement.lang || "en";
const STEPS = [
  ["gigabyte", 2 ** 30], // as phones and the page's own sentences count
  ["megabyte", 2 ** 20],
  ["kilobyte", 2 ** 10],
];
const TIMES = [
  ["hour", 3600, 5400],
  ["minute", 60, 90],
  ["second", 1, 0],
];

/** @param {number} value @param {string} unit @param {"short" | "long"} unitDisplay */
function measured(value, unit, unitDisplay) {
  const maximumFractionDigits = value < 10 && unitDisplay === "short" ? 1 : 0;
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay, maximumFractionDigits }).format(value);
}

/** @param {number} bytes */
export function size(bytes) {
  const [unit, worth] = STEPS.find(([, worth]) => bytes >= worth) ?? STEPS.at(-1);
  return measured(bytes / worth, unit, "short");
}

/** @param {number} seconds rounded as a guess should be */
export function time(seconds) {
  const [unit, worth] = TIMES.find(([, , from]) => seconds >= from);
  const count = seconds / worth;
  return measured(Math.max(1, unit === "second" ? Math.ceil(count / 5) * 5 : Math.round(count)), unit, "long");
}

/** @param {number} value */
export const number = (value) => new Intl.NumberFormat(language).format(value);

/** @param {string} sentence with {names} @param {Record<string, string>} values */
export const filled = (sentence, values) => sentence.replaceAll(/\{(\w+)\}/g, (all, name) => values[name] ?? all);
