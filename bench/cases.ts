// What is measured, against whom, and what was promised.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Case, Contender } from './case.ts';
import { type Run, runMeasured } from './child.ts';
import { writeCases } from './write-cases.ts';

const ROOT = join(import.meta.dirname, '..');
const NODE = join(ROOT, 'node_modules/.bin/node');
const NODE_FLAGS = [
  '--max-semi-space-size=8',
  '--initial-old-space-size=64',
  '--disable-warning=ExperimentalWarning',
];
/** What bin/spillway sets. */
const ENV = {
  NODE_COMPILE_CACHE: join(tmpdir(), 'spillway-bench-cache'),
  MALLOC_ARENA_MAX: '1',
  UV_THREADPOOL_SIZE: '16',
};
const MEMORY = '420mb';
const MEMORY_SMALL = '344mb';

/** Rows of the tables Java writes for the benchmark. */
export const ROWS = {
  wide21: 1_000_000,
  strings21: 1_000_000,
  runs5: 1_000_000,
  compacted8: 5_000_000,
} as const;
/** Rows of each run of the table ten times as large, in a warehouse of its own below the other. */
export const ROWS_LARGE = 10_000_000;

function lake(script: string, ...args: string[]): () => Promise<Run> {
  return () => runMeasured(NODE, [...NODE_FLAGS, join(ROOT, 'bench/measure', script), ...args], ENV);
}

function java(...args: string[]): () => Promise<Run> {
  return () => runMeasured('bash', [join(ROOT, 'interop/run.sh'), ...args], { JAVA_OPTS: '-Xmx1g' });
}

const printedMs = (run: Run): number => Number(run.printed.ms);
const coldMs = (run: Run): number => Number(run.printed.coldMs);
const warmMs = (run: Run): number => Number(run.printed.warmMs);
const lastMs = (run: Run): number => Number(run.printed.lastMs);

function parquetFiles(warehouse: string, table: string): string[] {
  const directory = join(warehouse, 'bench.db', table, 'bucket-0');
  return readdirSync(directory)
    .filter((name) => name.endsWith('.parquet'))
    .map((name) => join(directory, name));
}

const AGGREGATES = 'count(*), sum(a), sum(b), max(x), min(y), max(s), max(t), max(ts)';
const NUMBERS = 'count(*), sum(a), sum(b), max(x), min(y)';

/** All cases over one warehouse of benchmark tables. */
export function cases(warehouse: string): readonly Case[] {
  const rows = (table: string, memory = MEMORY, where = warehouse): Contender => ({
    name: `Spillway, memory ${memory}`,
    run: lake('rows.ts', where, `bench.${table}`, memory),
    ms: printedMs,
  });
  const javaRows = (table: string): readonly Contender[] => [
    {
      name: 'Java Paimon 1.4.2, -Xmx1g, new JVM',
      run: java('bench-read', warehouse, `bench.${table}`),
      ms: coldMs,
    },
    {
      name: 'the same, fourth pass in one JVM',
      run: java('bench-read', warehouse, `bench.${table}`, '--warmup', '3'),
      ms: warmMs,
    },
  ];
  const sql = (table: string, list = AGGREGATES): Contender => ({
    name: `Spillway SQL, memory ${MEMORY}`,
    run: lake('statement.ts', warehouse, `SELECT ${list} FROM bench.${table}`, MEMORY),
    ms: printedMs,
  });
  const duckdb = (table: string): Contender => ({
    name: 'DuckDB read_parquet, 256MB',
    run: lake('duckdb.ts', `SELECT ${AGGREGATES} FROM TABLE`, '256MB', ...parquetFiles(warehouse, table)),
    ms: printedMs,
  });
  return [
    {
      title: 'raw scan into aggregates, 5M rows',
      ours: sql('compacted8'),
      theirs: [duckdb('compacted8')],
      atLeast: 0.9,
    },
    {
      title: '1M keys x 21 columns in 5 runs, merged, to batches',
      ours: rows('wide21'),
      theirs: javaRows('wide21'),
      atLeast: 3,
    },
    {
      title: 'compacted, 5M rows x 8 columns, to batches',
      ours: rows('compacted8'),
      theirs: javaRows('compacted8'),
      atLeast: 1.5,
    },
    {
      title: 'an INT key and 20 texts of ten characters, 1M keys in 3 runs, merged, to batches',
      ours: rows('strings21'),
      theirs: javaRows('strings21'),
      atLeast: 3,
    },
    {
      title: '5 runs of 1M rows over 2M keys, merged, to batches',
      ours: rows('runs5'),
      theirs: javaRows('runs5'),
      atLeast: 1.5,
      peakMbMax: 420,
    },
    {
      title: 'the same, SQL: count, and aggregates of four columns of numbers',
      ours: sql('runs5', NUMBERS),
      theirs: javaRows('runs5'),
      atLeast: 2,
      peakMbMax: 420,
    },
    {
      title: 'the same, SQL: aggregates of all eight columns',
      ours: sql('runs5'),
      theirs: javaRows('runs5'),
      atLeast: 2,
      peakMbMax: 420,
    },
    {
      title: 'the same in less memory (128 MB for engines)',
      ours: rows('runs5', MEMORY_SMALL),
      theirs: [],
      peakMbMax: 344,
    },
    {
      title: '5 runs of 10M rows over 20M keys, merged',
      ours: rows('runs5', MEMORY, join(warehouse, 'large')),
      theirs: [],
      peakMbMax: 420,
      times: 1,
    },
    ...writeCases(warehouse, { lake, java }),
    ...planning(warehouse),
    ...smallCommits(warehouse),
    ...commands(),
  ];
}

function planning(warehouse: string): readonly Case[] {
  const plan = (filter?: string): Contender => ({
    name: 'Spillway',
    run: lake('plan.ts', warehouse, 'bench.plan', '344mb', ...(filter === undefined ? [] : [filter])),
    ms: printedMs,
  });
  const javaPlan = (filter?: string): Contender => ({
    name: 'Java Paimon 1.4.2, -Xmx1g, new JVM',
    run: java('bench-plan', warehouse, 'bench.plan', ...(filter === undefined ? [] : ['--filter', filter])),
    ms: coldMs,
  });
  const filter = PLAN_FILTER;
  return [
    {
      title: 'planning 100,000 files in 1,000 manifests',
      ours: plan(),
      theirs: [javaPlan()],
      msMax: 2000,
      peakMbMax: 300,
    },
    { title: 'the same with a partition filter', ours: plan(filter), theirs: [javaPlan(filter)], msMax: 300 },
  ];
}

/** Commits of 100 rows. Ours are durable when they return; Java's local files are never synced. */
function smallCommits(warehouse: string): readonly Case[] {
  const ours = (commits: number, before = 0): Contender => ({
    name: `Spillway, ${before === 0 ? `${commits} commits` : `on ${before} manifests`}`,
    run: lake('small-commits.ts', warehouse, 'small', `${commits}`, '100', MEMORY, `${before}`),
    ms: printedMs,
  });
  const javaCommits = (name: string, ...options: string[]): Contender => ({
    name,
    run: java('bench-commits', warehouse, 'small_java', '300', '100', ...options),
    ms: lastMs,
  });
  return [
    {
      title: 'a commit of 100 rows, in ms each',
      ours: ours(300),
      theirs: [
        javaCommits('Java Paimon 1.4.2, one writer for all commits, last of 300', '--keep'),
        javaCommits('the same, a writer for each commit as here'),
      ],
      atLeast: 1,
      times: 3,
    },
    {
      title: 'a commit onto 1,000 manifests, beside one onto 10',
      ours: ours(20, 1000),
      theirs: [ours(20, 10)],
      atLeast: 1 / 1.5,
      times: 3,
    },
    {
      title: 'the last of 10,000 commits, beside the last of 1,000',
      ours: { ...ours(10_000), ms: lastMs },
      theirs: [{ ...ours(1000), ms: lastMs }],
      atLeast: 0.8,
      peakMbMax: 420,
      times: 1,
    },
  ];
}

function commands(): readonly Case[] {
  const scan: Contender = {
    name: 'bin/spillway scan, from exec to exit',
    run: () =>
      runMeasured(join(ROOT, 'bin/spillway'), [
        'scan',
        'golden.cl_none',
        '-w',
        join(ROOT, 'test/data/golden/warehouse'),
      ]),
    ms: (run) => run.wallMs,
  };
  return [{ title: 'the command on a table of 49 rows', ours: scan, theirs: [], msMax: 500 }];
}

/** One partition of the planning table. */
export const PLAN_FILTER = "dt = '2026-01-15'";
