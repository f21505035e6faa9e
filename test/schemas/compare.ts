// The same tables and changes through Java's catalog and ours: both must take and refuse the same, and come
// to the same schemas. Then Java opens our tables. Usage: node test/schemas/compare.ts [--seed S] [--count N]
// [--matrix]
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type Lake, LakeError, openLake } from '../../src/index.ts';
import { JAVA_RUN } from '../interop/tools.ts';
import { javaChange, javaDraft } from './java-form.ts';
import { matrixCases } from './matrix-cases.ts';
import { randomCase, type SchemaCase } from './random-case.ts';

const SNAPSHOT = fileURLToPath(
  new URL('../../example/warehouse/shop.db/orders/snapshot/snapshot-1', import.meta.url),
);
const OUTPUT_BYTES_MAX = 1 << 30;

/** What became of one step: the schema file's JSON, or why not. */
type Step = Readonly<Record<string, unknown>>;

/** What `compareSchemas` saw. `stricter`: cases left where ours refuses what no reader could use. */
export interface Comparison {
  readonly steps: number;
  readonly taken: number;
  readonly refused: number;
  readonly stricter: number;
  readonly differences: readonly string[];
}

/** Cases from the seed on. */
export function randomCases(seed: number, count: number): readonly SchemaCase[] {
  return Array.from({ length: count }, (_, i) => randomCase(seed * 1_000_003 + i));
}

/** Runs the cases on both sides. Needs Java. */
export async function compareSchemas(cases: readonly SchemaCase[]): Promise<Comparison> {
  const directory = mkdtempSync(join(tmpdir(), 'spillway-schemas-'));
  try {
    const java = javaSteps(join(directory, 'java'), cases);
    const warehouse = join(directory, 'ours');
    mkdirSync(warehouse);
    await using lake = await openLake({ warehouse, memory: '512mb' });
    await lake.createDatabase('s');
    const counts = { steps: 0, taken: 0, refused: 0, stricter: 0 };
    const differences: string[] = [];
    for (const [i, one] of cases.entries()) {
      await compareCase(lake, { i, one, java: java[i] ?? [], warehouse, counts, differences });
    }
    differences.push(...javaReadsOurs(warehouse));
    return { ...counts, differences };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function javaSteps(warehouse: string, cases: readonly SchemaCase[]): readonly (readonly Step[])[] {
  const lines = cases.map(({ draft, snapshot, changes }, i) =>
    JSON.stringify({
      table: `s.t${i}`,
      draft: javaDraft(draft),
      ...(snapshot ? { snapshot: readFileSync(SNAPSHOT, 'utf8') } : {}),
      changes: changes.map((list) => list.map(javaChange)),
    }),
  );
  const output = execFileSync(JAVA_RUN, ['schemas', warehouse], {
    input: `${lines.join('\n')}\n`,
    maxBuffer: OUTPUT_BYTES_MAX,
    stdio: ['pipe', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  return output
    .split('\n')
    .filter((line) => line.startsWith('['))
    .map((line) => JSON.parse(line) as Step[]);
}

interface Comparing {
  readonly i: number;
  readonly one: SchemaCase;
  readonly java: readonly Step[];
  readonly warehouse: string;
  readonly counts: { steps: number; taken: number; refused: number; stricter: number };
  readonly differences: string[];
}

async function compareCase(lake: Lake, comparing: Comparing): Promise<void> {
  const { i, one, java, warehouse, counts, differences } = comparing;
  const name = `s.t${i}`;
  const path = join(warehouse, 's.db', `t${i}`);
  const works = [
    () => lake.createTable(name, one.draft),
    ...one.changes.map((list) => async () => (await lake.table(name)).alter(list)),
  ];
  for (const [at, work] of works.entries()) {
    const ours = await stepOf(path, work);
    const theirs = java[at];
    if (theirs === undefined) throw new Error(`Java gave no answer to case ${i}`);
    counts.steps++;
    if (ours.refused !== undefined) counts.refused++;
    else counts.taken++;
    if (isStricter(ours, theirs)) {
      counts.stricter++;
      return;
    }
    const [a, b] = [canonical(ours), canonical(theirs)];
    if (a !== b) {
      const input = at === 0 ? javaDraft(one.draft) : one.changes[at - 1]?.map(javaChange);
      differences.push(
        `case ${i}, step ${at}${one.snapshot ? ', has snapshots' : ''}: ${JSON.stringify(input)}\n` +
          `  ours ${ours.refused ?? a}\n  Java ${theirs.refused ?? b}`,
      );
      return;
    }
    if (at === 0 && ours.refused !== undefined) return;
    if (at === 0 && one.snapshot) {
      mkdirSync(join(path, 'snapshot'));
      writeFileSync(join(path, 'snapshot/snapshot-1'), readFileSync(SNAPSHOT));
    }
  }
}

async function stepOf(path: string, work: () => Promise<unknown>): Promise<Step> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof LakeError) || error.kind === 'bug') throw error;
    return { refused: `${error.code}: ${error.message}` };
  }
  const ids = readdirSync(join(path, 'schema')).map((file) => Number(file.slice('schema-'.length)));
  return JSON.parse(readFileSync(join(path, `schema/schema-${Math.max(...ids)}`), 'utf8')) as Step;
}

/**
 * Functions of types they do not take, and what this version cannot read, are refused here, not at the first
 * read. So are text of what holds a MULTISET, at which Java's readers fail, and dropping an element, where
 * Java drops something else.
 */
function isStricter(ours: Step, theirs: Step): boolean {
  if (ours.refused === undefined || theirs.refused !== undefined) return false;
  const meant = /^FEATURE_UNSUPPORTED|Aggregate function|Nested key|is an element|MULTISET.* cannot become/;
  return meant.test(String(ours.refused));
}

function canonical(step: Step): string {
  if (step.refused !== undefined) return 'refused';
  const { timeMillis: _time, options, ...rest } = step;
  return JSON.stringify({ ...rest, options: Object.entries(options as object).sort() });
}

/** Java prints our newest schemas; but for the order of options that must be what the files hold. */
function javaReadsOurs(warehouse: string): readonly string[] {
  const tables = readdirSync(join(warehouse, 's.db'));
  const output = execFileSync(JAVA_RUN, ['schema', warehouse, ...tables.map((table) => `s.${table}`)], {
    maxBuffer: OUTPUT_BYTES_MAX,
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
  });
  const theirs = output.split('\n--\n');
  return tables.flatMap((table, i) => {
    const directory = join(warehouse, 's.db', table, 'schema');
    const newest = Math.max(...readdirSync(directory).map((file) => Number(file.slice('schema-'.length))));
    const ours = readFileSync(join(directory, `schema-${newest}`), 'utf8');
    const same = sortedLines(ours) === sortedLines(theirs[i] ?? '');
    return same ? [] : [`s.${table}: Java prints\n${theirs[i]}\nwhere ours has\n${ours}`];
  });
}

/** Lines in the order of the file but for options, whose order says nothing. */
function sortedLines(text: string): string {
  const [before = '', rest = ''] = text.split('\n  "options" : {');
  const [options = '', ...after] = rest.split('\n  }');
  return [before, ...options.replaceAll(',', '').split('\n').sort(), ...after].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { seed: { type: 'string' }, count: { type: 'string' }, matrix: { type: 'boolean' } },
  });
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const { differences, ...counts } = await compareSchemas(
    values.matrix ? matrixCases() : randomCases(seed, Number(values.count ?? 300)),
  );
  process.stdout.write(`${differences.slice(0, 20).join('\n')}\n`);
  process.stdout.write(`seed ${seed}: ${JSON.stringify(counts)}, ${differences.length} differences\n`);
  process.exitCode = differences.length === 0 ? 0 : 1;
}
