// The rows of one section of a bucket: sorted runs in, merged batches out.
import { checkAborted, type Field } from '../base/index.ts';
import { type Batch, gather, take } from '../codec/index.ts';
import { foldOf } from './fold/fold-of.ts';
import { columnOf, type Groups, type RowPicks } from './groups.ts';
import { KwayMerge } from './kway.ts';
import { isRetract, type MergeSpec, mergedFields } from './merge-spec.ts';
import type { RunBatch, RunSource } from './run-source.ts';

/**
 * Merges sorted runs by the rules of the table's merge engine.
 *
 * Shape   batches have the spec's fields and the two system columns, in key order; never empty. Rows merged
 *         to a retract are dropped unless `keepDeletes`. A single run passes as it is, apart from its
 *         retracts.
 * Limits  holds two batches of every run and one output batch of at most `RUN_BATCH_ROWS` rows.
 * Errors  those of the sources; MERGE_REFUSED where Java refuses a record; CANCELLED by `signal`. All sources
 *         are closed at the end, after an error and when the caller stops early.
 * Source  Paimon, mergetree/MergeTreeReaders.java (readerForSection), mergetree/DropDeleteReader.java.
 */
export async function* mergeRuns(
  sources: readonly RunSource[],
  spec: MergeSpec,
  options: { readonly signal?: AbortSignal } = {},
): AsyncGenerator<Batch, void, undefined> {
  const merge = sources.length > 1 ? new KwayMerge(sources, spec) : undefined;
  try {
    const fields = mergedFields(spec);
    if (merge === undefined) {
      for (const source of sources) yield* passRun(source, spec, fields, options.signal);
      return;
    }
    const fold = foldOf(spec);
    for (;;) {
      checkAborted(options.signal);
      const groups = await merge.next();
      if (groups === undefined) return;
      const picks = fold(groups);
      if (picks.count > 0) yield gatherPicks(groups, picks, fields);
    }
  } finally {
    await merge?.settle();
    await closeAll(sources);
  }
}

/** One run needs no merge: a record that is alone is its own result in every engine. */
async function* passRun(
  source: RunSource,
  spec: MergeSpec,
  fields: readonly Field[],
  signal: AbortSignal | undefined,
): AsyncGenerator<Batch, void, undefined> {
  for (;;) {
    checkAborted(signal);
    const batch = await source.next();
    if (batch === undefined) return;
    const kept = spec.keepDeletes ? batch : dropRetracts(batch, spec.fields.length + 1);
    if (kept.rowCount > 0) yield { fields, rowCount: kept.rowCount, columns: kept.columns };
  }
}

function dropRetracts(batch: RunBatch, kindColumn: number): Batch {
  const kinds = (batch.columns[kindColumn] as unknown as { values: Int8Array }).values;
  let adds = 0;
  for (let i = 0; i < batch.rowCount; i++) if (!isRetract(kinds[i] as number)) adds++;
  if (adds === batch.rowCount) return batch;
  const rows = new Int32Array(adds);
  let kept = 0;
  for (let i = 0; i < batch.rowCount; i++) if (!isRetract(kinds[i] as number)) rows[kept++] = i;
  return { fields: batch.fields, rowCount: adds, columns: batch.columns.map((column) => take(column, rows)) };
}

/** The rows a fold chose, as a batch. */
export function gatherPicks(groups: Groups, picks: RowPicks, fields: readonly Field[]): Batch {
  const { count, runs, rows } = picks;
  const columns = fields.map((_, c) => picks.columns[c] ?? gather(columnOf(groups, c), runs, rows, count));
  return { fields, rowCount: count, columns };
}

async function closeAll(sources: readonly RunSource[]): Promise<void> {
  const results = await Promise.allSettled(sources.map((source) => source.close()));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
