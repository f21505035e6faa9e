// Compacts a bucket of an append table: its small files become larger ones, rows in their order.
import { type Batch, constantVector } from '../../codec/index.ts';
import type { DataFileMeta } from '../../format/index.ts';
import { INSERT, SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD } from '../../tree/index.ts';
import { readFiles } from '../read/read-file.ts';
import { removeOrLeave } from '../remove-files.ts';
import { type BucketChange, type BucketState, CompactedFiles } from './bucket-change.ts';
import { BucketWork, type CompactContext } from './compact-context.ts';
import type { CompactionRules } from './compaction-rules.ts';
import { packUnaware, pickAll, pickNeighbours } from './pick-append.ts';

/** How often files of a bucket are picked: `once`, as after a write, or until nothing is left to pick. */
export interface AppendRounds {
  readonly full: boolean;
  readonly once: boolean;
}

/**
 * Compacts a bucket; undefined when nothing is to be done.
 *
 * Limits  holds a few batches, and what the engine holds of one file.
 * Errors  FILE_MISSING, FILE_CORRUPT; FEATURE_UNSUPPORTED for files this version does not read; those of
 *         writing. The files made are removed then.
 * Source  Paimon, append/AppendCompactTask.java, append/BucketedAppendCompactManager.java,
 *         operation/BaseAppendFileStoreWrite.java (compactRewrite).
 */
export async function compactAppend(
  context: CompactContext,
  state: BucketState,
  rounds: AppendRounds,
): Promise<BucketChange | undefined> {
  const work = new BucketWork(context, state);
  const sum = new CompactedFiles();
  try {
    if (context.plan.bucketCount <= 0) {
      for (const files of packUnaware(state.files, context.rules, rounds.full))
        sum.add({ before: files, after: await rewrite(work, files) });
    } else await compactInOrder(work, sum, rounds);
  } catch (error) {
    await removeOrLeave(context.table.store, work.created);
    throw error;
  }
  const { before, after } = sum;
  if (before.length === 0) return undefined;
  return { bucket: state, before, after, created: work.created };
}

/** A bucket whose rows have an order: neighbours only, and a small result is looked at again. */
async function compactInOrder(work: BucketWork, sum: CompactedFiles, rounds: AppendRounds): Promise<void> {
  const { rules } = work.context;
  let waiting = [...work.state.files].sort(bySequence);
  if (rounds.full) {
    const picked = pickAll(waiting, rules);
    if (picked !== undefined) sum.add({ before: picked, after: await rewrite(work, picked) });
    return;
  }
  for (;;) {
    const { picked, left } = pickNeighbours(waiting, rules);
    if (picked === undefined) return;
    const after = await rewrite(work, picked);
    await work.removeCreated(sum.add({ before: picked, after }));
    const last = after.at(-1);
    waiting = last !== undefined && last.fileSize < rules.smallBytes ? [last, ...left] : [...left];
    if (rounds.once) return;
  }
}

/** True when something of a bucket with an order would be picked. */
export function picksAfterWrite(state: BucketState, rules: CompactionRules): boolean {
  return pickNeighbours([...state.files].sort(bySequence), rules).picked !== undefined;
}

function bySequence(a: DataFileMeta, b: DataFileMeta): number {
  const [x, y] = [a.minSequenceNumber, b.minSequenceNumber];
  return x < y ? -1 : x > y ? 1 : 0;
}

async function rewrite(work: BucketWork, files: readonly DataFileMeta[]): Promise<readonly DataFileMeta[]> {
  const firstSequence = files[0]?.minSequenceNumber ?? 0n;
  return work.write(rowsOf(work, files), { level: 0, source: 1, firstSequence });
}

/** The rows of files as files are written from: with columns for sequence and kind, which are not kept. */
async function* rowsOf(
  { read, reading, context }: BucketWork,
  files: readonly DataFileMeta[],
): AsyncGenerator<Batch, void, undefined> {
  const wanted = { fields: context.plan.fields, conjuncts: [] };
  const splitFiles = files.map((file) => ({ file }));
  for await (const batch of readFiles(read, reading, splitFiles, wanted)) {
    const { rowCount } = batch;
    const sequence = constantVector(SEQUENCE_NUMBER_FIELD.type, 0n, rowCount);
    const kind = constantVector(VALUE_KIND_FIELD.type, INSERT, rowCount);
    yield { ...batch, columns: [...batch.columns, sequence, kind] };
  }
}
