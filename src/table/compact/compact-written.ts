// The compaction that comes with a write: the buckets rows were written to, picked as Java picks them after
// its writer has flushed; then a COMPACT snapshot behind the one with the rows.
import { asLakeError, checkAborted, type LakeError, nowMs } from '../../base/index.ts';
import { type DataFileMeta, type ManifestEntry, partitionKey } from '../../format/index.ts';
import type { WritePlan } from '../data-file/index.ts';
import type { Table } from '../table.ts';
import { flag } from '../table-options.ts';
import type { BucketChange, BucketState } from './bucket-change.ts';
import { type CompactionCommit, commitCompaction, lostMeanwhile, removeFiles } from './commit-compaction.ts';
import { compactAppend, picksAfterWrite } from './compact-append.ts';
import type { CompactContext, CompactionRoom } from './compact-context.ts';
import { type CompactReport, committedReport } from './compact-report.ts';
import { compactTree, picksTree } from './compact-tree.ts';
import { type CompactionRules, compactionRules } from './compaction-rules.ts';

/** Gives work something to work with and takes it back afterwards. */
export type WithRoom = <T>(work: (room: CompactionRoom) => Promise<T>) => Promise<T>;

/**
 * The rules by which a table is compacted when it is written; undefined when it is not: option `write-only`,
 * append tables without buckets, which only their own job compacts, and merge engine first-row.
 *
 * Errors  as `compactionRules`.
 * Source  Paimon, MergeTreeCompactManagerFactory.java, BucketedAppendFileStoreWrite.java (getCompactManager).
 */
export function compactsOnWrite(table: Table): CompactionRules | undefined {
  const { raw, bucket } = table.options;
  const keyed = table.schema.primaryKeys.length > 0;
  if (flag(raw, 'write-only', false) || (!keyed && bucket <= 0)) return undefined;
  // A compaction of some files only would have to look keys up in the others; a full one shows the rows.
  if (keyed && table.options.mergeEngine === 'first-row') return undefined;
  return compactionRules(table);
}

/**
 * What was written.
 *
 * Shape   `adds`: entries of the new files. `live`: by bucket, see `bucketKeyOf`, the files it held before,
 *         those that count.
 */
export interface Written {
  readonly table: Table;
  readonly plan: WritePlan;
  readonly rules: CompactionRules;
  readonly adds: readonly ManifestEntry[];
  readonly live: ReadonlyMap<string, readonly DataFileMeta[]>;
  readonly signal: AbortSignal | undefined;
}

/** Text that names a bucket. */
export function bucketKeyOf({ partition, bucket }: Pick<ManifestEntry, 'partition' | 'bucket'>): string {
  return `${bucket} ${partitionKey(partition)}`;
}

/**
 * Compacts the buckets that were written to, where that is due. Nothing is committed.
 *
 * Limits  `withRoom` is asked only when something is to be merged.
 * Errors  MERGE_REFUSED, FILE_MISSING, FILE_CORRUPT, FEATURE_UNSUPPORTED; those of writing. The files made
 *         are removed then.
 * Source  Paimon, mergetree/MergeTreeWriter.java (prepareCommit), append/AppendOnlyWriter.java.
 */
export async function compactWritten(written: Written, withRoom: WithRoom): Promise<readonly BucketChange[]> {
  const { table, plan, rules, live, signal } = written;
  const now = nowMs();
  const time = { nowMs: now, hour: new Date(now).getHours() };
  const due = writtenBuckets(written).filter((state) =>
    plan.spec === undefined ? picksAfterWrite(state, rules) : picksTree(table, rules, state, time),
  );
  if (due.length === 0) return [];
  return await withRoom(async (room) => {
    const context: CompactContext = { table, plan, rules, ...room, signal, onRows: () => undefined };
    const changes: BucketChange[] = [];
    try {
      for (const state of due) {
        checkAborted(signal);
        const before = { ...state, files: live.get(bucketKeyOf(state)) ?? [] };
        const change = await unlessLost(table, before, () =>
          plan.spec === undefined
            ? compactAppend(context, state, { full: false, once: true })
            : compactTree(context, state, { rounds: [false], time }),
        );
        if (change !== undefined) changes.push(change);
      }
    } catch (error) {
      await removeFiles(table, changes);
      throw error;
    }
    return changes;
  });
}

function writtenBuckets({ adds, live }: Written): readonly BucketState[] {
  const states = new Map<string, BucketState & { readonly files: DataFileMeta[] }>();
  for (const entry of adds) {
    const key = bucketKeyOf(entry);
    const { partition, bucket, totalBuckets, file } = entry;
    const state = states.get(key);
    if (state !== undefined) state.files.push(file);
    else states.set(key, { partition, bucket, totalBuckets, files: [...(live.get(key) ?? []), file] });
  }
  return [...states.values()];
}

/** Where another writer took files away meanwhile, the bucket is left as it is. */
async function unlessLost<T>(
  table: Table,
  before: BucketState,
  work: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (asLakeError(error).code !== 'FILE_MISSING') throw error;
    if ((await lostMeanwhile(table, before)) === undefined) throw error;
    return undefined;
  }
}

/** What became of the compaction that came with a write. `failure`: the rows are there all the same. */
export interface WrittenCompaction {
  readonly report: CompactReport | undefined;
  readonly failure: LakeError | undefined;
}

/**
 * Commits the compaction behind the rows. Whatever comes of it, the rows are committed: a failure is told,
 * not thrown.
 */
export async function commitWritten(
  table: Table,
  changes: readonly BucketChange[],
  by: CompactionCommit,
): Promise<WrittenCompaction | undefined> {
  if (changes.length === 0) return undefined;
  try {
    const done = await commitCompaction(table, changes, by);
    return { report: committedReport(table, changes, done), failure: undefined };
  } catch (error) {
    return { report: undefined, failure: asLakeError(error) };
  }
}
