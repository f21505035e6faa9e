// Compacts one bucket of a primary-key table: picks runs, merges them into files of a deeper level, or moves
// files there as they are.
import type { Batch } from '../../codec/index.ts';
import {
  type CompactionTask,
  levelsOf,
  type MergeSpec,
  type PickMemory,
  type PickTime,
  planTask,
  replaceFiles,
  type TaskOptions,
  type TreeFile,
} from '../../tree/index.ts';
import { keyedFiles } from '../plan/bucket-files.ts';
import { mergeSection } from '../read/merge-section.ts';
import { removeOrLeave } from '../remove-files.ts';
import type { Table } from '../table.ts';
import { type BucketChange, type BucketState, type Compacted, CompactedFiles } from './bucket-change.ts';
import { BucketWork, type CompactContext } from './compact-context.ts';
import type { CompactionRules } from './compaction-rules.ts';

/** When a bucket is compacted. `rounds`: picks one after the other, true for a full one. */
export interface TreeRounds {
  readonly rounds: readonly boolean[];
  readonly time: PickTime;
}

/**
 * Compacts a bucket; undefined when nothing is to be done.
 *
 * Limits  holds two batches of every run that is merged, and what the engine holds of one file.
 * Errors  MERGE_REFUSED; FILE_MISSING, FILE_CORRUPT; FEATURE_UNSUPPORTED for files this version does not
 *         read; those of writing. The files made are removed then.
 * Source  Paimon, mergetree/compact/MergeTreeCompactManager.java, MergeTreeCompactRewriter.java.
 */
export async function compactTree(
  context: CompactContext,
  state: BucketState,
  { rounds, time }: TreeRounds,
): Promise<BucketChange | undefined> {
  const { universal, smallBytes, rewriteAll, levelCount } = context.rules;
  const { compare, keyed } = keyedFiles(context.table.schema);
  const options: TaskOptions = { universal, smallBytes, rewriteAll, compare };
  const work = new BucketWork(context, state);
  const sum = new CompactedFiles();
  let levels = levelsOf(keyed(state.files), { levelCount, compare });
  let memory: PickMemory = { skipped: 0 };
  try {
    for (const full of rounds) {
      const planned = planTask(levels, options, { full, memory, time });
      memory = planned.memory;
      if (planned.task === undefined) continue;
      const compacted = await perform(work, planned.task);
      levels = replaceFiles(
        levels,
        { before: keyed(compacted.before), after: keyed(compacted.after) },
        compare,
      );
      await work.removeCreated(sum.add(compacted));
    }
  } catch (error) {
    await removeOrLeave(context.table.store, work.created);
    throw error;
  }
  const { before, after } = sum;
  if (before.length === 0 && after.length === 0) return undefined;
  return { bucket: state, before, after, created: work.created };
}

/** True when something of the bucket would be picked, not in full. */
export function picksTree(table: Table, rules: CompactionRules, state: BucketState, time: PickTime): boolean {
  const { compare, keyed } = keyedFiles(table.schema);
  const levels = levelsOf(keyed(state.files), { levelCount: rules.levelCount, compare });
  const { universal, smallBytes, rewriteAll } = rules;
  const now = { full: false, memory: { skipped: 0 }, time };
  return planTask(levels, { universal, smallBytes, rewriteAll, compare }, now).task !== undefined;
}

async function perform(work: BucketWork, task: CompactionTask): Promise<Compacted> {
  const before: TreeFile[] = [];
  const after: Compacted['after'][number][] = [];
  const { outputLevel, dropDelete } = task;
  const spec: MergeSpec = { ...(work.context.plan.spec as MergeSpec), keepDeletes: !dropDelete };
  for (const step of task.steps) {
    if (step.kind === 'upgrade') {
      before.push(step.file);
      after.push({ ...step.file.file, level: outputLevel });
    } else {
      before.push(...step.sections.flat(2));
      const rows = mergedRows(work, step.sections, spec);
      after.push(...(await work.write(rows, { level: outputLevel, source: 1 })));
    }
  }
  return { before: before.map(({ file }) => file), after };
}

/** The rows of sections, one after the other, merged. */
async function* mergedRows(
  { read, reading }: BucketWork,
  sections: readonly (readonly (readonly TreeFile[])[])[],
  spec: MergeSpec,
): AsyncGenerator<Batch, void, undefined> {
  for (const runs of sections) {
    const files = runs.map((run) => run.map(({ file }) => ({ file })));
    yield* mergeSection(read, reading, files, { spec, conjuncts: [] });
  }
}
