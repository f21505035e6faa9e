// Reads every column of a table to batches and touches nothing else; prints one JSON line.
import { openLake } from '../../src/index.ts';

const [warehouse = '', name = '', memory = ''] = process.argv.slice(2);
const start = performance.now();
await using lake = await openLake({ warehouse, memory });
const scan = await (await lake.table(name)).scan();
let rows = 0;
for await (const batch of scan) rows += batch.rowCount;
console.log(JSON.stringify({ rows, ms: performance.now() - start }));
