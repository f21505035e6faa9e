// Runs one statement through the lake and prints its first row beside the time; one JSON line.
import { openLake } from '../../src/index.ts';

const [warehouse = '', sql = '', memory = ''] = process.argv.slice(2);
const start = performance.now();
await using lake = await openLake({ warehouse, memory });
const rows: unknown[] = [];
for await (const row of (await lake.sql(sql)).rows()) rows.push(row);
const ms = performance.now() - start;
console.log(
  JSON.stringify({ ms, row: rows[0] }, (_, value) => (typeof value === 'bigint' ? `${value}` : value)),
);
