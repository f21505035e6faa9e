// The rows of a split whose files overlap: sections one after the other, the runs of a section merged by the
// table's engine.
import { MERGE_FAN_IN_MAX, RUN_BATCH_BYTES, RUN_BATCH_ROWS } from '../../base/index.ts';
import type { Batch } from '../../codec/index.ts';
import { type Predicate, trimmedPrimaryKeys } from '../../format/index.ts';
import {
  concatSources,
  type MergeSpec,
  mergedFields,
  mergeRuns,
  mergeSorted,
  type RunBatch,
  type RunSource,
} from '../../tree/index.ts';
import { keySections } from '../plan/bucket-files.ts';
import { pickByColumns } from '../plan/conditions.ts';
import type { SplitFile } from '../plan/split.ts';
import type { BucketContext, FileRead, ReadContext } from './read-context.ts';
import { fits, runsCost } from './read-cost.ts';
import { readFile } from './read-file.ts';
import { sortRuns } from './sort-section.ts';

/**
 * How to merge: the merge itself, and conditions that may skip rows before it where that is safe. `place`
 * fills the last field of the spec, which no file holds: it is given batches of a file's other columns and
 * system columns with `ROW_POSITION_FIELD` behind.
 */
export interface MergeRead {
  readonly spec: MergeSpec;
  readonly conjuncts: readonly Predicate[];
  readonly place?: (batch: Batch, splitFile: SplitFile) => Batch;
}

/**
 * Reads files of one bucket merged.
 *
 * Shape   batches have the spec's fields and the two system columns, in key order.
 * Limits  at most `MERGE_FAN_IN_MAX` runs are open at once, and only as many as fit the context's room; a
 *         section of more is sorted by the engine first.
 * Source  Paimon, operation/MergeFileSplitRead.java (createMergeReader).
 */
export async function* mergeFiles(
  context: ReadContext,
  bucket: BucketContext,
  files: readonly SplitFile[],
  read: MergeRead,
): AsyncGenerator<Batch, void, undefined> {
  const deletions = new Map(files.map((split) => [split.file, split]));
  for (const runs of keySections(context.table.schema)(files.map(({ file }) => file))) {
    const section = runs.map((run) => run.map((file) => deletions.get(file) ?? { file }));
    yield* mergeSection(context, bucket, section, read);
  }
}

/** Reads one section of a bucket, given as its sorted runs. See `mergeFiles`. */
export async function* mergeSection(
  context: ReadContext,
  bucket: BucketContext,
  runs: readonly (readonly SplitFile[])[],
  read: MergeRead,
): AsyncGenerator<Batch, void, undefined> {
  const { spec } = read;
  const signal = context.signal === undefined ? {} : { signal: context.signal };
  // In a single run every key stands once, so its rows may be skipped by any condition; else only by
  // conditions on the key.
  const keys = trimmedPrimaryKeys(context.table.schema);
  const conjuncts = runs.length === 1 ? read.conjuncts : pickByColumns(read.conjuncts, keys).picked;
  const fields = mergedFields(spec);
  // The merge copies what it keeps; a single run is handed on as it is.
  const reuse = runs.length > 1;
  const { place } = read;
  const stored = place === undefined ? fields : fields.toSpliced(spec.fields.length - 1, 1);
  const wanted = { fields: stored, conjuncts, reuse, ...(place === undefined ? {} : { place }) };
  const openers = runs.map((run) => (): RunSource => runSource(context, bucket, run, wanted));
  const many = runs.length > (context.fanInMax ?? MERGE_FAN_IN_MAX);
  if (many || (runs.length > 1 && !fits(context.room, runsCost(runs, fields.length)))) {
    yield* mergeSorted(sortRuns(context, openers, spec), spec, signal);
    return;
  }
  yield* mergeRuns(
    openers.map((open) => open()),
    spec,
    signal,
  );
}

/** The files of one run as a source that opens them one by one. */
function runSource(
  context: ReadContext,
  bucket: BucketContext,
  run: readonly SplitFile[],
  wanted: Pick<FileRead, 'fields' | 'conjuncts' | 'reuse'> & Pick<MergeRead, 'place'>,
): RunSource {
  const { place, ...columns } = wanted;
  const read = { ...columns, batchRows: RUN_BATCH_ROWS, batchBytes: RUN_BATCH_BYTES };
  const open = (splitFile: SplitFile): AsyncGenerator<Batch, void, undefined> =>
    place === undefined
      ? readFile(context, bucket, splitFile, read)
      : placed(readFile(context, bucket, splitFile, { ...read, positions: true }), splitFile, place);
  return concatSources(
    run.map((splitFile) => async () => batchSource(open(splitFile), splitFile.file.level)),
  );
}

async function* placed(
  batches: AsyncGenerator<Batch, void, undefined>,
  splitFile: SplitFile,
  place: NonNullable<MergeRead['place']>,
): AsyncGenerator<Batch, void, undefined> {
  for await (const batch of batches) yield place(batch, splitFile);
}

/** A stream of batches as a run source. */
export function batchSource(batches: AsyncGenerator<Batch, void, undefined>, level: number): RunSource {
  return {
    async next(): Promise<RunBatch | undefined> {
      const { done, value } = await batches.next();
      return done || value === undefined ? undefined : { ...value, level };
    },
    async close() {
      await batches.return();
    },
  };
}
