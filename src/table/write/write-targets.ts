// Staged rows as files, bucket by bucket: one sorted pass over all of them, cut where the bucket changes.
import { type Field, LakeError, RUN_BATCH_ROWS } from '../../base/index.ts';
import {
  type Batch,
  constantVector,
  type IntVector,
  type LongVector,
  sliceBatch,
  type Vector,
} from '../../codec/index.ts';
import type { Engine } from '../../engine/index.ts';
import { type ManifestEntry, partitionKey } from '../../format/index.ts';
import { type MergeSpec, mergeSorted } from '../../tree/index.ts';
import { BucketFiles, type FileContext, WRITTEN, type WritePlan } from '../data-file/index.ts';
import { bucketDirectory } from '../plan/bucket-files.ts';
import { liveEntries } from '../plan/live-entries.ts';
import type { Table } from '../table.ts';
import type { Target } from './place-rows.ts';

/**
 * What to write.
 *
 * Shape   `stage` holds the table's columns, the row's number in its bucket, its kind, the index of its
 *         target; named c0, c1, .... `fromScratch`: what the buckets hold already does not count.
 */
export interface TargetsRequest {
  readonly table: Table;
  readonly plan: WritePlan;
  readonly engine: Engine;
  readonly stage: string;
  readonly stored: readonly Field[];
  readonly targets: readonly Target[];
  readonly fromScratch: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onFile: (path: string) => void;
}

/**
 * Writes the files of all targets and gives the entries that add them.
 *
 * Limits  holds a batch or two, and the rows of the key at its end; entries about 1 kB a file.
 * Errors  MERGE_REFUSED; COMMIT_CONFLICT when a partition has another number of buckets; those of the engine.
 * Source  Paimon, mergetree/MergeTreeWriter.java, SortBufferWriteBuffer.java, append/AppendOnlyWriter.java.
 */
export async function writeTargets(request: TargetsRequest): Promise<readonly ManifestEntry[]> {
  if (request.targets.length === 0) return [];
  const firsts = request.fromScratch ? new Map<string, bigint>() : await firstSequences(request);
  const directory = bucketDirectory(request.table);
  const context: FileContext = request;
  const entries: ManifestEntry[] = [];
  for await (const { target, batches } of byTarget(sortedRows(request), request.targets)) {
    const { partition, bucket } = target;
    const files = new BucketFiles(context, directory(partition, bucket), WRITTEN);
    try {
      const first = firsts.get(targetKey(partition, bucket)) ?? 0n;
      for await (const batch of folded(request, batches, first)) await files.append(batch);
      for (const file of await files.finish()) {
        entries.push({ kind: 'ADD', partition, bucket, totalBuckets: request.plan.bucketCount, file });
      }
    } finally {
      await files.abort();
    }
  }
  return entries;
}

function targetKey(partition: Uint8Array, bucket: number): string {
  return `${bucket} ${partitionKey(partition)}`;
}

/**
 * By bucket: the sequence number its next row takes. Buckets without bucket keys begin at 0 every time, as in
 * Java.
 */
async function firstSequences(request: TargetsRequest): Promise<ReadonlyMap<string, bigint>> {
  const { table, plan, targets, signal } = request;
  const firsts = new Map<string, bigint>();
  const latest = await table.snapshots.latest();
  if (latest === undefined || plan.bucketCount <= 0) return firsts;
  const partitions = new Set(targets.map((target) => partitionKey(target.partition)));
  const accept = ({ partition }: { readonly partition: Uint8Array }): boolean =>
    partitions.has(partitionKey(partition));
  for await (const entries of liveEntries(table, latest, { accept, signal })) {
    for (const { partition, bucket, totalBuckets, file } of entries) {
      if (totalBuckets > 0 && totalBuckets !== plan.bucketCount)
        throw rescaled(totalBuckets, plan.bucketCount);
      const key = targetKey(partition, bucket);
      const next = file.maxSequenceNumber + 1n;
      if (next > (firsts.get(key) ?? 0n)) firsts.set(key, next);
    }
  }
  return firsts;
}

function rescaled(there: number, wanted: number): LakeError {
  const text = `A partition has ${there} buckets, the table now ${wanted}: overwrite it first.`;
  return new LakeError('COMMIT_CONFLICT', text, { there, wanted });
}

/** All rows, by target and within it in the order of the merge; append tables in the order they came. */
function sortedRows({ engine, plan, stage, stored, signal }: TargetsRequest): AsyncIterable<Batch> {
  const count = plan.fields.length;
  const order = [`c${count + 2}`, ...(plan.spec === undefined ? [] : keyOrder(plan.spec)), `c${count}`];
  const sql = `SELECT * FROM ${stage} ORDER BY ${order.join(', ')}`;
  return engine.query(sql, {
    fields: stored,
    batchRows: RUN_BATCH_ROWS,
    ...(signal === undefined ? {} : { signal }),
  });
}

/** Java's order of keys and user sequences: nulls lowest whichever way it runs; -0 before 0. */
function keyOrder(spec: MergeSpec): readonly string[] {
  const terms = (column: number, direction: string): readonly string[] => {
    const kind = spec.fields[column]?.type.kind;
    if (kind !== 'FLOAT' && kind !== 'DOUBLE') return [`c${column} ${direction} NULLS FIRST`];
    // The engine gives columns it sorts by back from the sort key, where -0 has become 0: sums stay out of
    // it.
    return [
      `(c${column} + 0::DOUBLE) ${direction} NULLS FIRST`,
      `(c${column} = 0 AND signbit(c${column})) ${direction === 'ASC' ? 'DESC' : 'ASC'}`,
    ];
  };
  const sequence = spec.sequenceDescending ? 'DESC' : 'ASC';
  return [
    ...spec.key.flatMap((column) => terms(column, 'ASC')),
    ...spec.userSequence.flatMap((column) => terms(column, sequence)),
  ];
}

interface TargetRows {
  readonly target: Target;
  readonly batches: AsyncGenerator<Batch, void, undefined>;
}

/**
 * The sorted rows cut into targets. The batches of one must be read to their end before the next is asked
 * for.
 */
async function* byTarget(
  rows: AsyncIterable<Batch>,
  targets: readonly Target[],
): AsyncGenerator<TargetRows, void, undefined> {
  const source = rows[Symbol.asyncIterator]();
  let rest: Batch | undefined;
  const next = async (): Promise<Batch | undefined> => {
    if (rest !== undefined) return rest;
    for (;;) {
      const { done, value } = await source.next();
      if (done === true) return undefined;
      if (value.rowCount > 0) return value;
    }
  };
  async function* of(index: number): AsyncGenerator<Batch, void, undefined> {
    for (let batch = await next(); batch !== undefined; batch = await next()) {
      const { values } = batch.columns.at(-1) as IntVector;
      let end = 0;
      while (end < batch.rowCount && values[end] === index) end++;
      rest = end === batch.rowCount ? undefined : sliceBatch(batch, end, batch.rowCount);
      if (end > 0) yield sliceBatch(batch, 0, end);
      if (rest !== undefined) return;
    }
  }
  try {
    for (let batch = await next(); batch !== undefined; batch = await next()) {
      rest = batch;
      const index = (batch.columns.at(-1) as IntVector).values[0] as number;
      yield { target: targets[index] as Target, batches: of(index) };
    }
  } finally {
    await source.return?.();
  }
}

/** Rows with their final sequence numbers, merged by the table's engine where they have keys. */
function folded(
  { plan, signal }: TargetsRequest,
  batches: AsyncIterable<Batch>,
  first: bigint,
): AsyncIterable<Batch> {
  const numbered = numberRows(batches, plan, first);
  if (plan.spec === undefined) return numbered;
  return mergeSorted(numbered, plan.spec, signal === undefined ? {} : { signal });
}

const LEVEL = { kind: 'INT', nullable: false } as const;

/**
 * Batches as `mergeSorted` takes them, the last column, the target, giving way to the level; without it to
 * append.
 */
async function* numberRows(
  batches: AsyncIterable<Batch>,
  plan: WritePlan,
  first: bigint,
): AsyncGenerator<Batch, void, undefined> {
  const at = plan.fields.length;
  for await (const batch of batches) {
    const order = batch.columns[at] as LongVector;
    const values = order.values.map((value) => value + first);
    const columns: readonly Vector[] = [
      ...batch.columns.slice(0, at),
      { ...order, values },
      batch.columns[at + 1] as Vector,
      ...(plan.spec === undefined ? [] : [constantVector(LEVEL, 0, batch.rowCount)]),
    ];
    yield { ...batch, columns };
  }
}
