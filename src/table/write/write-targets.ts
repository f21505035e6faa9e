// Buffered rows as files, bucket by bucket: one sorted pass over all of them, cut where the bucket changes.
import { BATCH_BYTES_TARGET } from '../../base/index.ts';
import type { ManifestEntry } from '../../format/index.ts';
import { batchesOf, cutByTarget, type SortedRows, sortedFold, type TargetBatch } from '../../tree/index.ts';
import { WRITTEN, type WritePlan } from '../data-file/index.ts';
import type { Table } from '../table.ts';
import { nextSequences, targetKey } from './next-sequences.ts';
import type { Target } from './place-rows.ts';
import type { RowBuffer } from './row-buffer.ts';
import { numbered, TargetFiles } from './target-files.ts';

/**
 * What to write.
 *
 * Shape   `buffer` holds the table's columns, the row's number in its bucket, its kind, the index of its
 *         target, sorted by target first. `fromScratch`: what the buckets hold already does not count.
 */
export interface TargetsRequest {
  readonly table: Table;
  readonly plan: WritePlan;
  readonly buffer: RowBuffer;
  /** True when the buffer leaves one row of a key, so that there is nothing to fold. */
  readonly unique: boolean;
  /** Files of the first target that some rows were appended to already. */
  readonly begun: TargetFiles | undefined;
  readonly targets: readonly Target[];
  readonly fromScratch: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onFile: (path: string) => void;
}

/** The entries that add the files of a write, and those of the changelog files beside them. */
export interface WrittenFiles {
  readonly data: readonly ManifestEntry[];
  readonly changelog: readonly ManifestEntry[];
}

/**
 * Writes the files of all targets and gives the entries that add them.
 *
 * Shape   changelog files hold every row that came, where the table makes them of its input; not when it is
 *         written from scratch, as in Java.
 * Limits  `FILES_FINISHING_MAX` buckets' files at once, twice that with changelog files; entries about 1 kB a
 *         file.
 * Errors  MERGE_REFUSED; COMMIT_CONFLICT when a partition has another number of buckets; DISK_EXHAUSTED.
 * Source  Paimon, mergetree/MergeTreeWriter.java, SortBufferWriteBuffer.java, append/AppendOnlyWriter.java.
 */
export async function writeTargets(request: TargetsRequest): Promise<WrittenFiles> {
  const { plan, targets } = request;
  if (targets.length === 0) return { data: [], changelog: [] };
  const firsts = request.fromScratch ? new Map<string, bigint>() : await nextSequences(request);
  const data = request.begun ?? new TargetFiles(request, WRITTEN);
  const changelog = changelogFiles(request);
  const fold = plan.spec === undefined || request.unique ? undefined : sortedFold(plan.spec);
  const append = async (files: TargetFiles, { target, batch }: TargetBatch): Promise<void> => {
    const { partition, bucket } = targets[target] as Target;
    const first = firsts.get(targetKey(partition, bucket)) ?? 0n;
    await files.append(target, numbered(batch, plan.fields.length, first));
  };
  try {
    for await (const rows of request.buffer.sorted()) {
      if (changelog !== undefined) for (const part of ordered(rows)) await append(changelog, part);
      for (const part of fold === undefined ? ordered(rows) : fold(rows)) await append(data, part);
    }
    return { data: await data.finish(), changelog: (await changelog?.finish()) ?? [] };
  } finally {
    await data.abort();
    await changelog?.abort();
  }
}

function changelogFiles(request: TargetsRequest): TargetFiles | undefined {
  const { changelog } = request.plan;
  if (changelog === undefined || request.fromScratch) return undefined;
  return new TargetFiles(request, { ...WRITTEN, changelog });
}

function* ordered(rows: SortedRows): Generator<TargetBatch> {
  for (const batch of batchesOf(rows, BATCH_BYTES_TARGET)) yield* cutByTarget(batch);
}
