// A process that commits again and again beside others: node race-writer.ts WAREHOUSE TABLE USER FIRST
// COMMITS ROWS It waits for a line on standard input, so that all begin at once.
import { once } from 'node:events';
import { openLake } from '../../../src/index.ts';

const [warehouse = '', name = '', user = '', first = '', commits = '', rows = ''] = process.argv.slice(2);
await using lake = await openLake({ warehouse, memory: '512mb' });
const table = await lake.table(name);
process.stdout.write('ready\n');
await once(process.stdin, 'data');
let id = Number(first);
for (let n = 1; n <= Number(commits); n++) {
  await using write = await table.write({ commitUser: user, commitIdentifier: BigInt(n) });
  await write.writeRows(Array.from({ length: Number(rows) }, () => ({ id: id++, who: user, n })));
  const { already } = await write.commit();
  if (already) throw new Error(`commit ${n} of ${user} was there already`);
}
process.stdin.destroy();
