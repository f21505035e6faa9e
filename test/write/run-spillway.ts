// The command run as a user runs it, for tests.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const COMMAND = join(import.meta.dirname, '../../src/bin/spillway.ts');
const OUTPUT_BYTES_MAX = 1 << 28;

/** What a run left: its exit status, and what it printed. */
export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one command over a warehouse. `input`: what stands in its standard input. */
export function runSpillway(
  warehouse: string,
  words: readonly string[],
  input: string | Uint8Array = '',
): Ran {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...words], {
    env: { ...process.env, SPILLWAY_WAREHOUSE: warehouse },
    input,
    maxBuffer: OUTPUT_BYTES_MAX,
  });
  return { status, out: stdout.toString('utf8'), err: stderr.toString('utf8') };
}
