// Uses the installed package from TypeScript with every check on. Type-checked, then run, by .ci/run.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { type ErrorKind, type Field, LakeError, type LakeOptions, openLake } from 'spillway';

const example = fileURLToPath(new URL('example/warehouse', import.meta.resolve('spillway/package.json')));
const options: LakeOptions = { warehouse: example, memory: 512 * 1024 * 1024, threads: 1 };

await using lake = await openLake(options);
const table = await lake.table('shop.revenue');
const fields: readonly Field[] = table.fields;
assert.deepEqual(
  fields.map((field) => field.name),
  ['day', 'product', 'amount', 'orders', 'largest'],
);

// 3 days of 20 orders each.
let orders = 0n;
for await (const row of (await table.scan({ columns: ['orders'] })).rows()) {
  const value = row.orders;
  assert.equal(typeof value, 'bigint');
  if (typeof value === 'bigint') orders += value;
}
assert.equal(orders, 60n);

let kind: ErrorKind | undefined;
try {
  await table.scan({ columns: ['nothing'] });
} catch (error) {
  if (!(error instanceof LakeError)) throw error;
  kind = error.kind;
}
assert.equal(kind, 'invalid');
console.log('TypeScript: ok');
