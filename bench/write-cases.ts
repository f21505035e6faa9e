// What writing and compacting is measured by, beside Java.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Case, Contender } from './case.ts';
import type { Run } from './child.ts';

/** How the contenders are run. `lake`: a script of bench/measure; `java`: a command of interop. */
export interface Runners {
  readonly lake: (script: string, ...args: string[]) => () => Promise<Run>;
  readonly java: (...args: string[]) => () => Promise<Run>;
}

const ROWS_WRITER = 3_000_000;
const ROWS_UPSERT = 5_000_000;
const ROWS_MANY_BUCKETS = 1_000_000;
const ROWS_GIGABYTE = 3_500_000;
const ROWS_COMPACTED = 1_835_655;
const MEMORY = '420mb';
const MEMORY_LEAST = '344mb';

const printedMs = (run: Run): number => Number(run.printed.ms);

/** The cases over the warehouse of benchmark tables. */
export function writeCases(warehouse: string, { lake, java }: Runners): readonly Case[] {
  const ours = (shape: string, rows: number, buckets: number, memory = MEMORY): Contender => ({
    name: `Spillway, ${buckets === 1 ? 'one bucket' : `${buckets} buckets`}, memory ${memory}`,
    run: lake('write.ts', warehouse, shape, `${rows}`, memory, `${buckets}`),
    ms: printedMs,
    rows,
  });
  const theirs = (shape: string, rows: number): Contender => ({
    name: 'Java Paimon 1.4.2, -Xmx1g, new JVM',
    run: java('bench-write', warehouse, shape, `${rows}`),
    ms: printedMs,
    rows,
  });
  return [
    {
      title: 'writing 3M rows of an INT key and 20 texts, one bucket, one commit',
      ours: ours('writer21', ROWS_WRITER, 1),
      theirs: [theirs('writer21', ROWS_WRITER)],
      atLeast: 4,
      peakShareMax: 0.5,
    },
    {
      title: 'upsert of 5M rows x 8 columns into 4 buckets, one commit',
      ours: ours('upsert8', ROWS_UPSERT, 4),
      theirs: [theirs('upsert8', ROWS_UPSERT)],
      atLeast: 1.7,
      peakShareMax: 0.5,
    },
    {
      title: 'a commit of 1M rows x 8 columns onto 1,000 buckets takes the memory of one onto 10',
      ours: ours('upsert8', ROWS_MANY_BUCKETS, 1000),
      theirs: [ours('upsert8', ROWS_MANY_BUCKETS, 10)],
      peakShareMax: 1.3,
    },
    {
      title: 'a commit of 1 GB of rows in the least memory',
      ours: ours('writer21', ROWS_GIGABYTE, 1, MEMORY_LEAST),
      theirs: [],
      peakMbMax: 344,
      times: 1,
    },
    {
      title: 'full compaction of 5 runs of 1M rows over 2M keys',
      ours: onCopy(warehouse, {
        name: `Spillway, memory ${MEMORY}`,
        run: lake('compact.ts', warehouse, 'bench.copy5', MEMORY),
        ms: printedMs,
        rows: ROWS_COMPACTED,
      }),
      theirs: [
        onCopy(warehouse, {
          name: 'Java Paimon 1.4.2, -Xmx1g, new JVM',
          run: java('bench-compact', warehouse, 'bench.copy5'),
          ms: printedMs,
          rows: ROWS_COMPACTED,
        }),
      ],
      atLeast: 2,
      peakShareMax: 0.5,
    },
  ];
}

/** The same on a copy of its own of the table of five runs, which every run uses up. */
function onCopy(warehouse: string, contender: Contender): Contender {
  const copy = join(warehouse, 'bench.db', 'copy5');
  return {
    ...contender,
    async run() {
      rmSync(copy, { recursive: true, force: true });
      cpSync(join(warehouse, 'bench.db', 'runs5'), copy, { recursive: true });
      try {
        return await contender.run();
      } finally {
        rmSync(copy, { recursive: true, force: true });
      }
    },
  };
}
