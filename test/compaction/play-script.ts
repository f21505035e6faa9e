// Plays a script through the decisions of src/tree, as TreeScript.java plays it through Java's.
import { encodeRow } from '../../src/codec/index.ts';
import type { DataFileMeta } from '../../src/format/index.ts';
import {
  type CompactionStep,
  type CompactionTask,
  type Levels,
  levelsOf,
  type PickMemory,
  planTask,
  replaceFiles,
  type TaskOptions,
  type TreeFile,
  type UniversalOptions,
} from '../../src/tree/index.ts';
import type { Script, ScriptFile, ScriptOptions } from './random-script.ts';

/** What became of a step: what was done, and the runs after it. */
export interface Outcome {
  readonly did: readonly unknown[];
  readonly levels: readonly (readonly (string | number)[])[];
}

const compare = (a: readonly unknown[], b: readonly unknown[]): number => Number(a[0]) - Number(b[0]);

/** What becomes of each step of the script. */
export function playScript(script: Script): readonly Outcome[] {
  const options = taskOptions(script.options);
  let levels = levelsOf(script.files.map(treeFile), { levelCount: script.options.levels, compare });
  let memory: PickMemory = { skipped: 0 };
  const made = { count: 0 };
  return script.steps.map((step): Outcome => {
    const did: unknown[] = [];
    if ('add' in step) {
      levels = replaceFiles(levels, { before: [], after: [treeFile(step.add)] }, compare);
    } else {
      const time = { nowMs: step.now, hour: script.hour };
      const planned = planTask(levels, options, { full: step.full, memory, time });
      memory = planned.memory;
      if (planned.task !== undefined) {
        const change = perform(planned.task, did, made);
        did.push({ before: change.before.map(({ file }) => file.fileName) });
        levels = replaceFiles(levels, change, compare);
      }
    }
    return { did, levels: printLevels(levels) };
  });
}

function perform(task: CompactionTask, did: unknown[], made: { count: number }) {
  const before: TreeFile[] = [];
  const after: TreeFile[] = [];
  for (const step of task.steps) {
    did.push(note(task, step));
    if (step.kind === 'upgrade') {
      before.push(step.file);
      after.push({ ...step.file, file: { ...step.file.file, level: task.outputLevel } });
    } else {
      for (const section of step.sections) {
        before.push(...section.flat());
        after.push(merged(section.flat(), task, made.count++));
      }
    }
  }
  return { before, after };
}

function note(task: CompactionTask, step: CompactionStep): unknown {
  if (step.kind === 'upgrade') return { upgrade: task.outputLevel, file: step.file.file.fileName };
  const sections = step.sections.map((runs) => runs.map((run) => run.map(({ file }) => file.fileName)));
  return { rewrite: task.outputLevel, dropDelete: task.dropDelete, sections };
}

/** The file Java's `ScriptRewriter` makes up of a section. */
function merged(files: readonly TreeFile[], task: CompactionTask, number: number): TreeFile {
  const bytes = files.reduce((sum, { file }) => sum + Number(file.fileSize), 0);
  const deletes = files.reduce((sum, { file }) => sum + Number(file.deleteRowCount ?? 1n), 0);
  const keys = (pick: (file: TreeFile) => unknown): number[] => files.map((file) => Number(pick(file)));
  return treeFile({
    name: `m${number}`,
    bytes: bytes - Math.floor(bytes / 8),
    level: task.outputLevel,
    min: Math.min(...keys(({ minKey }) => minKey[0])),
    max: Math.max(...keys(({ maxKey }) => maxKey[0])),
    minSeq: Math.min(...keys(({ file }) => file.minSequenceNumber)),
    maxSeq: Math.max(...keys(({ file }) => file.maxSequenceNumber)),
    made: 0,
    deletes: task.dropDelete ? 0 : deletes,
  });
}

const EMPTY_ROW = encodeRow([], []);
const NO_STATS = { minValues: EMPTY_ROW, maxValues: EMPTY_ROW, nullCounts: [] };

function treeFile(file: ScriptFile): TreeFile {
  const meta: DataFileMeta = {
    fileName: file.name,
    fileSize: BigInt(file.bytes),
    rowCount: 1n,
    minKey: EMPTY_ROW,
    maxKey: EMPTY_ROW,
    keyStats: NO_STATS,
    valueStats: NO_STATS,
    minSequenceNumber: BigInt(file.minSeq),
    maxSequenceNumber: BigInt(file.maxSeq),
    schemaId: 0,
    level: file.level,
    extraFiles: [],
    creationTimeMs: BigInt(file.made),
    deleteRowCount: file.deletes === undefined ? undefined : BigInt(file.deletes),
  };
  return { file: meta, minKey: [file.min], maxKey: [file.max] };
}

function taskOptions(options: ScriptOptions): TaskOptions {
  const { interval, total, incremental, forceUpInterval } = options;
  const universal: UniversalOptions = {
    sizeAmplificationPercent: options.amplification,
    sizeRatioPercent: options.ratio,
    runCountTrigger: options.trigger,
    ...(interval === undefined ? {} : { fullIntervalMs: interval }),
    ...(total === undefined ? {} : { totalBytesThreshold: BigInt(total) }),
    ...(incremental === undefined ? {} : { incrementalBytesThreshold: BigInt(incremental) }),
    offPeak: {
      startHour: options.offPeakStart,
      endHour: options.offPeakEnd,
      ratioPercent: options.offPeakRatio,
    },
    forceUpLevel0: options.forceUp,
    ...(forceUpInterval === undefined ? {} : { forceUpInterval }),
  };
  return { universal, smallBytes: BigInt(options.small), rewriteAll: options.rewriteAll, compare };
}

function printLevels({ runs }: Levels): readonly (readonly (string | number)[])[] {
  return runs.map((run) => [run.level, ...run.files.map(({ file }) => file.fileName)]);
}
