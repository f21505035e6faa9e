// Writes ROWS rows of about 60 bytes into an append table of a new warehouse, by one commit, and prints the
// process's peak resident set in MB.
import { type Batch, openLake } from '../../src/index.ts';

const BATCH_ROWS = 8192;
const TEXT_BYTES = 20;

const [warehouse = '', rows = '0'] = process.argv.slice(2);
const lake = await openLake({ warehouse, memory: '344mb' });
await lake.createDatabase('d');
const table = await lake.createTable('d.t', {
  fields: [
    { name: 'id', type: { kind: 'INT', nullable: false } },
    { name: 'n', type: { kind: 'BIGINT', nullable: false } },
    { name: 'x', type: { kind: 'DOUBLE', nullable: false } },
    { name: 's', type: { kind: 'VARCHAR', length: 2147483647, nullable: false } },
  ],
});
await using write = await table.write();
let seed = 1;
for (let first = 0; first < Number(rows); first += BATCH_ROWS) await write.writeBatch(batchFrom(first));
const { rowCount, fileCount } = await write.commit();
await lake.close();
process.stdout.write(`${rowCount} ${fileCount} ${process.resourceUsage().maxRSS >> 10}\n`);

function batchFrom(first: number): Batch {
  const length = BATCH_ROWS;
  const ids = Int32Array.from({ length }, (_, i) => first + i);
  const longs = new BigInt64Array(length).map((_, i) => BigInt(first + i) * 7919n);
  const doubles = new Float64Array(length).map(() => random() / 3);
  const values = new Uint8Array(length * TEXT_BYTES).map(() => 97 + (random() % 26));
  const offsets = Int32Array.from({ length: length + 1 }, (_, i) => i * TEXT_BYTES);
  return {
    fields: table.fields,
    rowCount: length,
    columns: [
      { layout: 'i32', length, validity: null, values: ids },
      { layout: 'i64', length, validity: null, values: longs },
      { layout: 'f64', length, validity: null, values: doubles },
      { layout: 'bytes', length, validity: null, offsets, values },
    ],
  };
}

/** Numbers that look random and are always the same. */
function random(): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed >>> 8;
}
