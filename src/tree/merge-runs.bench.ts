// Five runs of a million rows of eight columns, merged in memory: what a merge costs without decoding.
// Usage: node src/tree/merge-runs.bench.ts [deduplicate|partial-update|sequence-groups|aggregation] [overlap]
import { type DataType, type Field, RUN_BATCH_ROWS } from '../base/index.ts';
import { vectorOf } from '../codec/index.ts';
import { mergeRuns } from './merge-runs.ts';
import { type AggregatorSpec, type MergeEngine, type MergeSpec, mergedFields } from './merge-spec.ts';
import type { RunBatch, RunSource } from './run-source.ts';

const RUNS = 5;
const ROWS = 1_000_000;
const INT: DataType = { kind: 'INT', nullable: true };
const DOUBLE: DataType = { kind: 'DOUBLE', nullable: true };
const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
const TYPES: readonly DataType[] = [
  { kind: 'BIGINT', nullable: false },
  INT,
  INT,
  DOUBLE,
  DOUBLE,
  STRING,
  STRING,
  { kind: 'TIMESTAMP', nullable: true, precision: 3 },
];
const FIELDS = TYPES.map((type, id): Field => ({ id, name: `c${id}`, type }));

function engineOf(name: string): MergeEngine {
  const none = FIELDS.map(() => undefined);
  const partial = {
    kind: 'partial-update',
    ignoreDelete: false,
    removeRecordOnDelete: false,
    removeOnSequenceGroup: [],
    aggregators: none,
  } as const;
  switch (name) {
    case 'partial-update':
      return { ...partial, hasSequenceGroups: false, sequences: none };
    case 'sequence-groups':
      return {
        ...partial,
        hasSequenceGroups: true,
        sequences: FIELDS.map((_, i) => ([1, 2, 3, 5].includes(i) ? [1] : undefined)),
      };
    case 'aggregation': {
      const names = 'primary-key sum max sum last_non_null_value last_value last_non_null_value max';
      return {
        kind: 'aggregation',
        removeRecordOnDelete: false,
        aggregators: names.split(' ').map(aggregator),
      };
    }
    default:
      return { kind: 'deduplicate', ignoreDelete: false };
  }
}

function aggregator(name: string): AggregatorSpec {
  const countLimit = 2147483647;
  return {
    name,
    ignoreRetract: false,
    distinct: false,
    delimiter: ',',
    nestedKey: [],
    countLimit,
    timeField: undefined,
  };
}

/** Rows `from` to `from + count` of a run; with `overlap` most keys are in several runs. */
function batchOfRun(spec: MergeSpec, run: number, from: number, count: number, overlap: boolean): RunBatch {
  const numbers = Array.from({ length: count }, (_, i) => from + i);
  const keyOf = (n: number): bigint =>
    BigInt(overlap ? 2 * n + (((n * 2654435761 + run) >>> 0) % 2) : n * RUNS + run);
  const columns = [
    vectorOf(TYPES[0] as DataType, numbers.map(keyOf)),
    vectorOf(INT, numbers),
    vectorOf(INT, numbers),
    vectorOf(DOUBLE, numbers),
    vectorOf(DOUBLE, numbers),
    vectorOf(
      STRING,
      numbers.map(() => 'abcdefghijklmnopqrst'),
    ),
    vectorOf(
      STRING,
      numbers.map((n) => `value ${n} of the run`),
    ),
    vectorOf(TYPES[7] as DataType, numbers.map(BigInt)),
    vectorOf(
      TYPES[0] as DataType,
      numbers.map((n) => BigInt(run * ROWS + n)),
    ),
    vectorOf(
      { kind: 'TINYINT', nullable: false },
      numbers.map(() => 0),
    ),
  ];
  return { fields: mergedFields(spec), rowCount: count, columns, level: 0 };
}

const engine = process.argv[2] ?? 'deduplicate';
const overlap = process.argv[3] === 'overlap';
const spec: MergeSpec = {
  fields: FIELDS,
  key: [0],
  userSequence: [],
  sequenceDescending: false,
  lookup: false,
  keepDeletes: false,
  engine: engineOf(engine),
};
const runs = Array.from({ length: RUNS }, (_, run) =>
  Array.from({ length: Math.ceil(ROWS / RUN_BATCH_ROWS) }, (__, b) => {
    const from = b * RUN_BATCH_ROWS;
    return batchOfRun(spec, run, from, Math.min(RUN_BATCH_ROWS, ROWS - from), overlap);
  }),
);
for (let round = 0; round < 3; round++) {
  const sources = runs.map((batches): RunSource => {
    let next = 0;
    return { next: async () => batches[next++], close: async () => undefined };
  });
  const cpu = process.cpuUsage();
  const start = performance.now();
  let [rows, last, longest] = [0, start, 0];
  for await (const batch of mergeRuns(sources, spec)) {
    rows += batch.rowCount;
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  const cpuMs = process.cpuUsage(cpu).user / 1000;
  const perSecond = (rows / (performance.now() - start) / 1000).toFixed(2);
  const name = `${engine}${overlap ? ' overlap' : ''}`;
  const cost = `CPU ${cpuMs.toFixed(0)} ms, longest step ${longest.toFixed(1)} ms`;
  process.stdout.write(`${name}: ${rows} rows, ${perSecond} M rows/s, ${cost}\n`);
}
