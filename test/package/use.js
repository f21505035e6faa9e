// Uses the installed package from plain JavaScript. Run by .ci/run in an empty project.
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { LakeError, openLake } from 'spillway';

const packageJson = fileURLToPath(import.meta.resolve('spillway/package.json'));
const warehouse = packageJson.replace('package.json', 'example/warehouse');

await using lake = await openLake({ warehouse, memory: '512mb' });

// 60 orders, every tenth was cancelled and deleted: 54 are left.
const orders = await lake.table('shop.orders');
let rows = 0;
for await (const batch of await orders.scan({ columns: ['id', 'status'] })) rows += batch.rowCount;
assert.equal(rows, 54);

const [first] = await Array.fromAsync(
  (await lake.sql("SELECT count(*) AS n FROM shop.orders VERSION AS OF 'first-day'")).rows(),
);
assert.equal(first.n, 18n);

await assert.rejects(
  lake.table('shop.nothing'),
  (error) => error instanceof LakeError && error.kind === 'invalid',
);
console.log('plain JavaScript: ok');
