// Performs one line of upkeep on files: `upkeep-child.ts WAREHOUSE LINE`, with tabs in the line.
import { LocalStore } from '../../src/store/index.ts';
import { perform } from '../upkeep/perform.ts';

const [warehouse = '', line = ''] = process.argv.slice(2);
const outcome = await perform(new LocalStore(), warehouse, line);
if (outcome !== 'ok') {
  console.error(outcome);
  process.exitCode = 1;
}
