// Compacts a table fully; prints one JSON line. The time is from opening the lake to the commit.
import { openLake } from '../../src/index.ts';

const [warehouse = '', name = '', memory = ''] = process.argv.slice(2);
const start = performance.now();
await using lake = await openLake({ warehouse, memory });
const table = await lake.table(name);
const { filesBefore, filesAfter } = await table.compact({ full: true });
const ms = performance.now() - start;
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ ms, filesBefore, filesAfter, cpuMs: (user + system) / 1000 }));
