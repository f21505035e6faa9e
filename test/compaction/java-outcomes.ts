// What Java does with scripts. As a command it records some for where Java is not installed: node
// test/compaction/java-outcomes.ts SEED
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { JAVA_RUN } from '../interop/tools.ts';
import type { Outcome } from './play-script.ts';
import { randomScript, type Script } from './random-script.ts';

/** Scripts and what Java made of them: lines of `{ script, outcomes }`. */
export const RECORDED = new URL('../data/tree/compactions.jsonl.gz', import.meta.url);
const RECORDED_SCRIPTS = 200;
const OUTPUT_BYTES_MAX = 1 << 30;

/** Scripts from the seed on. */
export function scriptsOf(seed: number, count: number): readonly Script[] {
  return Array.from({ length: count }, (_, i) => randomScript(seed * 100_003 + i));
}

/** Java's outcomes, one list a script. Needs Java. */
export function javaOutcomes(scripts: readonly Script[]): readonly (readonly Outcome[])[] {
  const output = execFileSync(JAVA_RUN, ['compaction-scripts'], {
    input: `${scripts.map((script) => JSON.stringify(script)).join('\n')}\n`,
    maxBuffer: OUTPUT_BYTES_MAX,
    stdio: ['pipe', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  const lines = output.split('\n').filter((line) => line.startsWith('['));
  return lines.map((line) => JSON.parse(line) as readonly Outcome[]);
}

if (import.meta.main) {
  const scripts = scriptsOf(Number(process.argv[2] ?? 1), RECORDED_SCRIPTS);
  const outcomes = javaOutcomes(scripts);
  const lines = scripts.map((script, i) => JSON.stringify({ script, outcomes: outcomes[i] }));
  writeFileSync(RECORDED, gzipSync(`${lines.join('\n')}\n`));
}
