// `npm run bench`: Spillway beside Java Paimon and DuckDB on the same tables in one run; writes
// bench/RESULTS.md. Needs a JDK 17 and Maven (`interop/` builds itself). Every contender of a case runs in
// every round, in turn, so that a busy machine is busy for all of them; medians are reported.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Case, Contender } from './case.ts';
import { cases, ROWS, ROWS_LARGE } from './cases.ts';
import { type Run, runMeasured } from './child.ts';

const TIMES_DEFAULT = 5;
const ROOT = join(import.meta.dirname, '..');
const WAREHOUSE = process.env.BENCH_WAREHOUSE ?? join(ROOT, 'bench/.data');

interface Measured {
  readonly contender: Contender;
  readonly runs: readonly Run[];
}

await prepare();
const only = process.argv[2];
const sections: string[] = [];
let missed = 0;
for (const one of cases(WAREHOUSE)) {
  if (only !== undefined && !one.title.includes(only)) continue;
  process.stderr.write(`${one.title}\n`);
  const measured = await measure(one);
  const section = print(one, measured);
  process.stdout.write(`${section.text}\n`);
  missed += section.missed;
  sections.push(section.text);
}
if (only === undefined) writeFileSync(join(ROOT, 'bench/RESULTS.md'), page(sections));
process.stderr.write(`${missed} promises missed\n`);

/** Makes the tables that are not there yet: Java writes them. */
async function prepare(): Promise<void> {
  mkdirSync(WAREHOUSE, { recursive: true });
  const java = (...args: string[]) =>
    runMeasured('bash', [join(ROOT, 'interop/run.sh'), ...args], { JAVA_OPTS: '-Xmx2g' });
  for (const [table, rows] of Object.entries(ROWS)) {
    if (existsSync(join(WAREHOUSE, 'bench.db', table))) continue;
    process.stderr.write(`writing bench.${table}\n`);
    await java('bench-write', WAREHOUSE, table, String(rows));
  }
  if (!existsSync(join(WAREHOUSE, 'large'))) {
    process.stderr.write('writing the large table\n');
    await java('bench-write', join(WAREHOUSE, 'large'), 'runs5', String(ROWS_LARGE));
  }
  if (!existsSync(join(WAREHOUSE, 'bench.db', 'plan'))) {
    process.stderr.write('writing bench.plan\n');
    await java('bench-plan-table', WAREHOUSE, '100000', '1000');
  }
}

async function measure(one: Case): Promise<readonly Measured[]> {
  const contenders = [one.ours, ...one.theirs];
  const runs: Run[][] = contenders.map(() => []);
  for (let round = 0; round < (one.times ?? TIMES_DEFAULT); round++) {
    for (const [i, contender] of contenders.entries()) runs[i]?.push(await contender.run());
  }
  return contenders.map((contender, i) => ({ contender, runs: runs[i] as Run[] }));
}

function print(one: Case, measured: readonly Measured[]): { readonly text: string; readonly missed: number } {
  const [ours, yardstick] = measured as [Measured, Measured?];
  const verdicts: Verdict[] = [];
  if (one.atLeast !== undefined && yardstick !== undefined) {
    const ratio = msOf(yardstick) / msOf(ours);
    verdicts.push(verdict(`${ratio.toFixed(2)} x, promised ${one.atLeast} x`, ratio >= one.atLeast));
  }
  if (one.msMax !== undefined) {
    const ms = Math.round(msOf(ours));
    verdicts.push(verdict(`${ms} ms, promised ${one.msMax} ms`, ms <= one.msMax));
  }
  if (one.peakMbMax !== undefined) {
    const peak = peakOf(ours);
    verdicts.push(verdict(`${peak} MB peak, promised ${one.peakMbMax} MB`, peak <= one.peakMbMax));
  }
  if (one.peakShareMax !== undefined && yardstick !== undefined) {
    const share = peakOf(ours) / peakOf(yardstick);
    const promised = `${share.toFixed(2)} of the peak memory, promised ${one.peakShareMax}`;
    verdicts.push(verdict(promised, share <= one.peakShareMax));
  }
  const lines = measured.map(({ contender, runs }) => {
    const ms = runs.map(contender.ms).sort((a, b) => a - b);
    const spread = `${Math.round(ms[0] as number)}-${Math.round(ms.at(-1) as number)}`;
    // A plan's rows are those of its files: nobody read them.
    const printed = ours.runs[0]?.printed.rows === undefined ? undefined : runs[0]?.printed.rows;
    const rows = contender.rows ?? printed;
    const median = median_(ms);
    const rate = typeof rows === 'number' ? `${(rows / median / 1000).toFixed(2)} M rows/s` : '';
    const peak = median_(runs.map((run) => run.peakMb));
    return `| ${contender.name} | ${Math.round(median)} | ${spread} | ${rate} | ${peak} |`;
  });
  const table = ['| | ms | range | rate | peak RSS MB |', '|---|---|---|---|---|', ...lines].join('\n');
  const text = `### ${one.title}\n\n${table}\n\n${verdicts.map(({ text: said }) => said).join('\n\n')}\n`;
  return { text, missed: verdicts.filter(({ kept }) => !kept).length };
}

interface Verdict {
  readonly text: string;
  readonly kept: boolean;
}

function verdict(text: string, kept: boolean): Verdict {
  return { text: `${kept ? 'kept' : '**missed**'}: ${text}`, kept };
}

function msOf({ contender, runs }: Measured): number {
  return median_(runs.map(contender.ms));
}

function peakOf({ runs }: Measured): number {
  return median_(runs.map((run) => run.peakMb));
}

function median_(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] as number;
}

function page(all: readonly string[]): string {
  const cpu = cpus()[0]?.model ?? 'unknown';
  const load = readFileSync('/proc/loadavg', 'utf8').split(' ').slice(0, 3).join(' ');
  return `# Results

Written by \`npm run bench\`: medians of ${TIMES_DEFAULT} unless said, every contender in every round, each
run a new process. \`ms\` is from opening the table to the last row inside it (Java: a new JVM, with its class
loading, without its start); memory is the peak resident set the kernel saw. Times differ from machine to
machine; the ratios are what counts.

Machine: ${cpus().length} x ${cpu}, ${Math.round(totalmem() / 2 ** 30)} GiB,
Linux ${process.arch}, Node ${process.version};
load at the end ${load}.

${all.join('\n')}`;
}
