// What ICU, which JavaScript engines carry, makes of CLDR's patterns: an implementation apart from Babel's.
const { locales, numbers, plain, currencies, units } = JSON.parse(process.argv[2]);
const digits = { maximumFractionDigits: 15, numberingSystem: "latn" };
const long = { ...digits, notation: "compact", compactDisplay: "long" };
const named = (currency) => ({ style: "currency", currency, currencyDisplay: "name", minimumFractionDigits: 0 });
const measured = (unit) => ({ style: "unit", unit, unitDisplay: unit.startsWith("per") ? "short" : "long" });
const written = {};
for (const locale of locales) {
  const each = (values, options) => values.map((value) => new Intl.NumberFormat(locale, options).format(value));
  written[locale] = {
    compact: each(numbers, long),
    plain: each(plain, digits),
    plurals: plain.map((value) => new Intl.PluralRules(locale, { maximumFractionDigits: 15 }).select(value)),
    currencies: currencies.map((one) => each(plain, { ...digits, ...named(one) })),
    money: currencies.map((one) => each(numbers, { ...long, ...named(one) })),
    units: units.map((one) => each(plain, { ...digits, ...measured(one) })),
    distances: units.map((one) => each(numbers, { ...long, ...measured(one) })),
    names: currencies.map(
      (one) =>
        new Intl.NumberFormat(locale, named(one)).formatToParts(5).find((part) => part.type === "currency").value,
    ),
  };
}
console.log(JSON.stringify(written));
