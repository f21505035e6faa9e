// Every golden table, read through the library in every way that Java read it, line by line as Java printed
// it.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type Batch,
  type Change,
  jsonLines,
  type Lake,
  LakeError,
  openLake,
  type ScanOptions,
} from '../src/index.ts';
import { changeLines, kindLines } from './encode.ts';
import { type Expected, GOLDEN, type GoldenTable } from './golden.ts';

/** Columns whose elements Java orders by its HashMap: sets, as far as anyone promises. */
const SET_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  agg_collections: ['cd', 'nk', 'np'],
  agg_retract: ['co', 'nk'],
};

/** Printed before the table's last schema change, so not what Java would print today. */
const STALE: ReadonlySet<string> = new Set([
  'schema_pk system-schemas.jsonl',
  'schema_pk system-files.jsonl',
]);

let lake: Lake;
before(async () => {
  lake = await openLake({ warehouse: GOLDEN.warehouse, memory: '400mb' });
});
after(() => lake.close());

for (const golden of GOLDEN.tables) {
  describe(golden.table, () => {
    for (const expected of golden.expected) {
      if (expected.read === undefined || expected.read.system !== undefined) continue;
      const orNot = golden.orc ? ', or is refused naming ORC before a row is given' : '';
      it(`${expected.file}${orNot}`, () => compare(golden, expected));
    }
  });
}

async function compare(golden: GoldenTable, expected: Expected): Promise<void> {
  if (STALE.has(`${golden.table} ${expected.file}`)) return;
  const wanted = canonical(golden, GOLDEN.lines(golden.table, expected.file), expected);
  const read = golden.orc ? await readUnlessOrc(golden, expected) : await readLines(golden, expected);
  if (read !== undefined) assert.deepEqual(canonical(golden, read, expected), wanted);
}

async function readUnlessOrc(golden: GoldenTable, expected: Expected): Promise<string[] | undefined> {
  try {
    return await readLines(golden, expected);
  } catch (error) {
    if (!(error instanceof LakeError) || error.code !== 'FEATURE_UNSUPPORTED') throw error;
    assert.match(error.message, /orc/);
    return undefined;
  }
}

async function readLines(golden: GoldenTable, { read = {} }: Expected): Promise<string[]> {
  const table = await lake.table(`${GOLDEN.database}.${golden.table}`);
  if (read.stream === true) {
    const changes: Change[] = [];
    const from = read.from === undefined ? {} : { from: BigInt(read.from) };
    for await (const change of table.changes({ ...from, once: true })) changes.push(change);
    return changeLines(changes, table.schema);
  }
  const options: ScanOptions = {
    ...(read.snapshot === undefined ? {} : { snapshot: read.snapshot }),
    ...(read.tag === undefined ? {} : { tag: read.tag }),
    ...(read.branch === undefined ? {} : { branch: read.branch }),
    ...(read.columns === undefined ? {} : { columns: read.columns }),
    ...(read.filter === undefined ? {} : { filter: read.filter }),
    ...(read.incremental === undefined ? {} : { between: read.incremental }),
    ...(read.kind === undefined ? {} : { kind: read.kind }),
  };
  const batches: Batch[] = [];
  for await (const batch of await table.scan(options)) batches.push(batch);
  return read.kind === true ? kindLines(batches) : batches.flatMap((b) => lines([...jsonLines(b)].join('')));
}

function lines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

/**
 * The lines in one order, sets inside them too. A stream's order counts only inside one snapshot, partition
 * and bucket.
 */
function canonical(golden: GoldenTable, all: readonly string[], expected: Expected): string[] {
  const sets = SET_COLUMNS[golden.table] ?? [];
  const shown = all.map((line) => {
    if (sets.length === 0) return line;
    const row = JSON.parse(line);
    for (const name of sets) if (Array.isArray(row[name])) row[name].sort(byText);
    return JSON.stringify(row);
  });
  if (expected.read?.stream !== true) return shown.sort();
  const bucketOf = (line: string): string => line.slice(0, line.indexOf('"_kind"'));
  return shown
    .map((line, at) => ({ line, at, bucket: bucketOf(line) }))
    .sort((a, b) => (a.bucket < b.bucket ? -1 : a.bucket > b.bucket ? 1 : a.at - b.at))
    .map(({ line }) => line);
}

function byText(a: unknown, b: unknown): number {
  const [x, y] = [JSON.stringify(a), JSON.stringify(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
