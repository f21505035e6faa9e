// Plans a read without reading; one JSON line.
import { openLake } from '../../src/index.ts';

const [warehouse = '', name = '', memory = '', filter] = process.argv.slice(2);
const start = performance.now();
await using lake = await openLake({ warehouse, memory });
const scan = await (await lake.table(name)).scan(filter === undefined ? {} : { filter });
const ms = performance.now() - start;
console.log(JSON.stringify({ ms, files: scan.report?.filesRead }));
