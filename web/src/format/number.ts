/** Texts are British English, so dates and numbers are written that way too. */
export const LOCALE = "en-GB";

const whole = new Intl.NumberFormat(LOCALE);
const oneDecimal = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const rules = new Intl.PluralRules(LOCALE);

export const count = (n: number): string => whole.format(n);

/** `1 issue`, `4,700 issues`. */
export const plural = (n: number, one: string, many: string): string =>
  `${count(n)} ${rules.select(n) === "one" ? one : many}`;

/** Tenths of a deciban as decibans with one decimal; a real minus sign. */
export const decibans = (tenths: number): string => oneDecimal.format(tenths / 10).replace("-", "\u2212");

/** The same with its sign always shown. */
export const signed = (tenths: number): string => (tenths > 0 ? "+" : "") + decibans(tenths);

/** A confidence of 0 to 1 with two decimals; never rounded up to certainty. */
export function confidence(value: number): string {
  if (value >= 1) return "1";
  return Math.min(value, 0.99).toFixed(2);
}

/** Decibans (10·log10 of the odds) at which a probability stands, in tenths. */
export const tenthsOf = (probability: number): number => Math.round(100 * Math.log10(probability / (1 - probability)));

/** A probability. Only certainty is 100 %: nothing is rounded up to it. */
export function percent(share: number): string {
  if (share >= 1) return "100 %";
  return `${Math.min(99.9, 100 * share).toFixed(share < 0.01 ? 2 : 1)} %`;
}

export function total(of: { count: number; exact: boolean }): string {
  return of.exact ? count(of.count) : `over ${count(of.count)}`;
}
