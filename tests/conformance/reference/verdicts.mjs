// Reads a schema from the file that is named, and documents as JSON texts from standard input, one a line. Writes for
// each what the reference implementation says: "ok", "parse", or "validate", with the first message.

import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { buildSchema, parse, validate } from 'graphql';

const schema = buildSchema(readFileSync(process.argv[2], 'utf8'));

function verdict(text) {
  let document;
  try {
    document = parse(text);
  } catch (error) {
    return ['parse', error.message];
  }
  const [error] = validate(schema, document, undefined, { maxErrors: 1 });
  return error ? ['validate', error.message] : ['ok', ''];
}

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(verdict(JSON.parse(line)))}\n`);
}
