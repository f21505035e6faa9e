// Commits one after the other and says each that is done: `child.ts WAREHOUSE TABLE FIRST COUNT`. With COUNT
// 0 the table is compacted, all of it.
import { writeSync } from 'node:fs';
import { openLake } from '../../src/index.ts';
import { commitOnce } from './commits.ts';

const [warehouse = '', name = '', first = '', count = ''] = process.argv.slice(2);
const lake = await openLake({ warehouse, memory: '420mb' });
try {
  if (count === '0') await (await lake.table(`f.${name}`)).compact({ full: true });
  for (let commit = Number(first); commit < Number(first) + Number(count); commit++) {
    await commitOnce(lake, name, commit);
    writeSync(1, `${commit}\n`);
  }
} finally {
  await lake.close();
}
