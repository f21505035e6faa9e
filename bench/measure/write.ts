// Writes random rows, given as batches, into a new table as one commit; prints one JSON line. The time is
// from opening the lake to the commit, making the rows included, as Java's includes it.
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openLake } from '../../src/index.ts';
import { batchesOf, shapeOf } from './made-batches.ts';

const [warehouse = '', name = '', count = '', memory = '', buckets = '1'] = process.argv.slice(2);
const rows = Number(count);
const shape = shapeOf(name, rows);
rmSync(join(warehouse, 'bench.db', `written_${name}`), { recursive: true, force: true });
mkdirSync(join(warehouse, 'bench.db'), { recursive: true });
const start = performance.now();
await using lake = await openLake({ warehouse, memory });
const table = await lake.createTable(`bench.written_${name}`, {
  fields: shape.fields,
  primaryKeys: [shape.key],
  options: { bucket: buckets, 'write-only': 'true' },
});
await using write = await table.write();
for (const batch of batchesOf(shape, rows)) await write.writeBatch(batch);
const takenMs = performance.now() - start;
const { fileCount } = await write.commit();
const ms = performance.now() - start;
const { user, system } = process.cpuUsage();
const own = process.threadCpuUsage();
console.log(
  JSON.stringify({
    rows,
    ms,
    takenMs,
    cpuMs: (user + system) / 1000,
    files: fileCount,
    threadMs: (own.user + own.system) / 1000,
  }),
);
