// Commits a few rows at a time to a table made anew, and prints what one commit took; one JSON line. BEFORE:
// commits made before any is measured, each leaving a manifest that is never merged.
//
// `ms` is the median of all commits, `firstMs` the first, `lastMs` the median of the last tenth, `cpuMs` the
// median of their processor time, `rssMb` the memory at the end.
import { parseDraft } from '../../src/format/index.ts';
import { type LakeTable, openLake } from '../../src/index.ts';

const [warehouse = '', name = '', commits = '', rows = '', memory = '', before = '0'] = process.argv.slice(2);
const COLUMNS = [
  { name: 'id', type: 'BIGINT' },
  { name: 'name', type: 'STRING' },
  { name: 'amount', type: 'DOUBLE' },
];
const rowCount = Number(rows);
let made = 0;

async function commit(table: LakeTable): Promise<void> {
  await using write = await table.write({ commitUser: 'bench', commitIdentifier: BigInt(made) });
  await write.writeRows(
    Array.from({ length: rowCount }, (_, i) => {
      const id = made * rowCount + i;
      return { id, name: `name ${id}`, amount: id / 7 };
    }),
  );
  await write.commit();
  made++;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}

await using lake = await openLake({ warehouse, memory });
if (!(await Array.fromAsync(lake.databases())).includes('bench')) await lake.createDatabase('bench');
if ((await Array.fromAsync(lake.tables('bench'))).includes(name)) await lake.dropTable(`bench.${name}`);
const options = {
  bucket: '1',
  'write-only': 'true',
  ...(before === '0' ? {} : { 'manifest.merge-min-count': '1000000' }),
};
const draft = { fields: COLUMNS, primaryKeys: ['id'], options };
const made0 = await lake.createTable(`bench.${name}`, parseDraft(JSON.stringify(draft), name));
while (made < Number(before)) await commit(made0);

// Opened anew: the first commit knows nothing of the table.
const table = await lake.table(`bench.${name}`);
const took: number[] = [];
const cpu: number[] = [];
for (let i = 0; i < Number(commits); i++) {
  const used = process.cpuUsage();
  const start = performance.now();
  await commit(table);
  took.push(performance.now() - start);
  const { user, system } = process.cpuUsage(used);
  cpu.push((user + system) / 1000);
}
console.log(
  JSON.stringify({
    ms: median(took),
    firstMs: took[0],
    lastMs: median(took.slice(-Math.ceil(took.length / 10))),
    cpuMs: median(cpu),
    rssMb: Math.round(process.memoryUsage.rss() / 1024 / 1024),
  }),
);
