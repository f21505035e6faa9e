// A process that runs trials for its parent, one at a time, so that whatever kills it kills nothing else.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openLake } from '../../src/index.ts';
import { runTrial, type Trial } from './trial.ts';

const root = process.argv[2] ?? '';
const warehouse = join(root, `warehouse-${process.pid}`);
mkdirSync(join(warehouse, 'golden.db'), { recursive: true });
const tempDirectory = join(root, `temp-${process.pid}`);
let lake = await openLake({ warehouse, memory: '384mb', threads: 2, tempDirectory });

process.on('message', (trial: Trial) => {
  run(trial).catch((error: unknown) => {
    process.send?.({ id: trial.id, failure: String((error as Error).stack) });
  });
});
process.on('disconnect', () => process.exit(0));
process.send?.({ ready: true });

async function run(trial: Trial): Promise<void> {
  const result = await runTrial(lake, warehouse, trial);
  const dead = Object.values(result.seen).some((o) => o.kind === 'error' && o.code === 'ENGINE_UNAVAILABLE');
  if (dead) {
    await lake.close();
    lake = await openLake({ warehouse, memory: '384mb', threads: 2, tempDirectory });
  }
  process.send?.(result);
}
