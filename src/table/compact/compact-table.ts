// Compacts a table: its buckets one after the other, then one commit for all of them.
import { asLakeError, checkAborted, nowMs, uuid } from '../../base/index.ts';
import { BATCH_COMMIT_IDENTIFIER, committedBefore } from '../commit/index.ts';
import { planWrite, requireNewestSchema } from '../data-file/index.ts';
import type { Table } from '../table.ts';
import type { BucketChange, BucketState } from './bucket-change.ts';
import { type BucketChoice, bucketStates, chosenBuckets } from './choose-buckets.ts';
import { commitCompaction, lostMeanwhile, removeFiles } from './commit-compaction.ts';
import { compactAppend } from './compact-append.ts';
import type { CompactContext, CompactionRoom } from './compact-context.ts';
import {
  type AbandonedBucket,
  abandonedBucket,
  type CompactReport,
  committedReport,
  reportOf,
} from './compact-report.ts';
import { compactTree } from './compact-tree.ts';
import { compactionRules, refuseIndexFiles, refuseLookups } from './compaction-rules.ts';

/**
 * What to compact, and how.
 *
 * Shape   `full`: all files, to the deepest level; else what Java would pick after a write. `partitions`:
 *         those with the values of one of them; `where`: those that fulfil a condition on partition columns;
 *         `buckets`: their numbers. All buckets by default. `commitUser`, `commitIdentifier`: as in
 *         `WriteOptions`.
 */
export interface CompactTableOptions extends BucketChoice {
  readonly full?: boolean;
  readonly commitUser?: string;
  readonly commitIdentifier?: bigint;
  readonly onProgress?: (progress: CompactProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * How far a compaction is.
 *
 * Shape   `rows` written so far; `bytes` of the files of the buckets that are done.
 */
export interface CompactProgress {
  readonly buckets: number;
  readonly bucketsDone: number;
  readonly rows: number;
  readonly bytes: bigint;
}

/**
 * Compacts a table, whatever its option `write-only` says.
 *
 * Limits  holds the descriptions of the chosen buckets' files, about 1 kB each; of their rows a few batches,
 *         and what the engine holds of one file.
 * Errors  FEATURE_UNSUPPORTED naming the option or type, ARGUMENT_INVALID: before anything is written;
 *         MERGE_REFUSED; FILE_MISSING, FILE_CORRUPT; COMMIT_CONFLICT, COMMIT_UNKNOWN. Nothing is committed
 *         then, and files made are removed unless it is unknown what became of the commit.
 * Source  Paimon, flink/action/CompactAction.java, spark/procedure/CompactProcedure.java.
 */
export async function compactTable(
  table: Table,
  room: CompactionRoom,
  options: CompactTableOptions = {},
): Promise<CompactReport> {
  const { commitUser = uuid(), commitIdentifier = BATCH_COMMIT_IDENTIFIER, signal } = options;
  const progress = new Progress(options.onProgress);
  const context: CompactContext = {
    table,
    plan: planWrite(table),
    rules: compactionRules(table),
    ...room,
    signal,
    onRows: (rows) => progress.add({ rows }),
  };
  if (options.full !== true) refuseLookups(table);
  const chosen = chosenBuckets(table, options);
  await requireNewestSchema(table);
  const none = { snapshot: undefined, already: false, abandoned: [] };
  if (commitIdentifier !== BATCH_COMMIT_IDENTIFIER && options.commitUser !== undefined) {
    const before = await committedBefore(table, commitUser, commitIdentifier);
    if (before !== undefined) return reportOf([], { ...none, snapshot: before, already: true });
  }
  const latest = await table.snapshots.latest();
  if (latest === undefined) return reportOf([], none);
  refuseIndexFiles(latest);
  const states = await bucketStates(table, latest, chosen, signal);
  progress.add({ buckets: states.length });
  const { changes, abandoned } = await compactBuckets(context, states, options.full === true, progress);
  const done = await commitCompaction(table, changes, { commitUser, commitIdentifier, signal });
  return committedReport(table, changes, done, abandoned);
}

interface CompactedBuckets {
  readonly changes: readonly BucketChange[];
  readonly abandoned: readonly AbandonedBucket[];
}

async function compactBuckets(
  context: CompactContext,
  states: readonly BucketState[],
  full: boolean,
  progress: Progress,
): Promise<CompactedBuckets> {
  const { table } = context;
  const changes: BucketChange[] = [];
  const abandoned: AbandonedBucket[] = [];
  try {
    for (const state of states) {
      checkAborted(context.signal);
      const result = await compactBucket(context, state, full);
      if (typeof result === 'string') abandoned.push(abandonedBucket(table, state, result));
      else if (result !== undefined) changes.push(result);
      progress.add({ bucketsDone: 1, bytes: state.files.reduce((sum, file) => sum + file.fileSize, 0n) });
    }
  } catch (error) {
    await removeFiles(table, changes);
    throw error;
  }
  return { changes, abandoned };
}

/** The change of a bucket; a text says why another writer made it useless while it was at work. */
async function compactBucket(
  context: CompactContext,
  state: BucketState,
  full: boolean,
): Promise<BucketChange | string | undefined> {
  try {
    if (context.plan.spec === undefined) return await compactAppend(context, state, { full, once: false });
    // Java picks when it is told to, and once more before it commits.
    const now = nowMs();
    const time = { nowMs: now, hour: new Date(now).getHours() };
    return await compactTree(context, state, { rounds: [full, false], time });
  } catch (error) {
    const reason =
      asLakeError(error).code === 'FILE_MISSING' ? await lostMeanwhile(context.table, state) : undefined;
    if (reason === undefined) throw error;
    return reason;
  }
}

/** Counts, and tells the caller. */
class Progress {
  #now: CompactProgress = { buckets: 0, bucketsDone: 0, rows: 0, bytes: 0n };
  readonly #tell: ((progress: CompactProgress) => void) | undefined;

  constructor(tell: ((progress: CompactProgress) => void) | undefined) {
    this.#tell = tell;
  }

  add({ buckets = 0, bucketsDone = 0, rows = 0, bytes = 0n }: Partial<CompactProgress>): void {
    const now = this.#now;
    this.#now = {
      buckets: now.buckets + buckets,
      bucketsDone: now.bucketsDone + bucketsDone,
      rows: now.rows + rows,
      bytes: now.bytes + bytes,
    };
    this.#tell?.(this.#now);
  }
}
