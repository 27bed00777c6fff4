// What ICU, which JavaScript engines carry, makes of CLDR's patterns: an implementation apart from Babel's.
const { numbers, currencies, units } = JSON.parse(process.argv[2]);
const written = {};
for (const locale of ["en-001", "zh-Hans"]) {
  const compact = new Intl.NumberFormat(locale, {
    notation: "compact",
    compactDisplay: "long",
    maximumFractionDigits: 15,
  });
  const money = (currency) =>
    new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "name" })
      .formatToParts(5)
      .find((part) => part.type === "currency").value;
  const measured = (unit) =>
    [1, 5].map((value) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(value));
  written[locale] = {
    compact: numbers.map((number) => compact.format(number)),
    currencies: currencies.map(money),
    units: units.map(measured),
  };
}
console.log(JSON.stringify(written));
