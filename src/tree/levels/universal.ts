// Java's universal compaction: which runs of a bucket are merged next, newest ones first, and to which level.
import { assert } from '../../base/index.ts';
import type { LevelRun, Levels, TreeFile } from './levels.ts';

/** Hours of the day in which larger runs are taken along: from `startHour` until before `endHour`. */
export interface OffPeak {
  readonly startHour: number;
  readonly endHour: number;
  readonly ratioPercent: number;
}

/**
 * When what is compacted.
 *
 * Shape   `forceUpLevel0`: where nothing else is picked all of level 0 is, every time or, with
 *         `forceUpInterval`, every so many times.
 * Units   bytes, milliseconds, percent; as the options of the table say.
 * Source  Paimon, CoreOptions.java (`compaction.*`, `num-sorted-run.*`, `lookup-compact.*`).
 */
export interface UniversalOptions {
  readonly sizeAmplificationPercent: number;
  readonly sizeRatioPercent: number;
  readonly runCountTrigger: number;
  readonly fullIntervalMs?: number;
  readonly totalBytesThreshold?: bigint;
  readonly incrementalBytesThreshold?: bigint;
  readonly offPeak?: OffPeak;
  readonly forceUpLevel0: boolean;
  readonly forceUpInterval?: number;
}

/** The time of a pick: milliseconds since the epoch, and the hour of the day where the writer is. */
export interface PickTime {
  readonly nowMs: number;
  readonly hour: number;
}

/** What a bucket's writer remembers from pick to pick. It begins as `{ skipped: 0 }`. */
export interface PickMemory {
  readonly lastFullMs?: number;
  /** Picks without result since level 0 was last forced up. */
  readonly skipped: number;
}

/** Files to be compacted. `fileRewrite`: each by itself. */
export interface CompactionUnit {
  readonly outputLevel: number;
  readonly files: readonly TreeFile[];
  readonly fileRewrite: boolean;
}

/** A pick, and the memory after it. */
export interface Picked {
  readonly unit: CompactionUnit | undefined;
  readonly memory: PickMemory;
}

/** What was picked: the unit, and whether it counts as a full compaction. */
interface Candidate {
  readonly unit: CompactionUnit;
  readonly full: boolean;
}

/**
 * Picks the runs to merge next, or nothing while the tree is healthy.
 *
 * Source  Paimon, mergetree/compact/UniversalCompaction.java, ForceUpLevel0Compaction.java.
 */
export function pickUniversal(
  levels: Levels,
  options: UniversalOptions,
  { memory, time }: { readonly memory: PickMemory; readonly time: PickTime },
): Picked {
  const picked = pickRuns(levels, options, memory, time);
  if (picked !== undefined) return remember(picked, memory, time);
  if (!options.forceUpLevel0) return { unit: undefined, memory };
  let after = memory;
  if (options.forceUpInterval !== undefined) {
    const skipped = memory.skipped + 1;
    if (skipped !== options.forceUpInterval) return { unit: undefined, memory: { ...memory, skipped } };
    after = { ...memory, skipped: 0 };
  }
  return remember(pickLevel0(levels, options, time), after, time);
}

function remember(picked: Candidate | undefined, memory: PickMemory, { nowMs }: PickTime): Picked {
  if (picked === undefined) return { unit: undefined, memory };
  return { unit: picked.unit, memory: picked.full ? { ...memory, lastFullMs: nowMs } : memory };
}

function pickRuns(
  levels: Levels,
  options: UniversalOptions,
  memory: PickMemory,
  time: PickTime,
): Candidate | undefined {
  const { runs } = levels;
  if (wantsFull(levels, options, memory, time)) return everything(levels);
  if (runs.length === 0) return undefined;
  const enough = runs.length >= options.runCountTrigger;
  if (enough && tooMuchAmplified(runs, options.sizeAmplificationPercent)) return everything(levels);
  const alike = enough ? pickAlike(levels, options, time, 1) : undefined;
  if (alike !== undefined) return alike;
  if (runs.length <= options.runCountTrigger) return undefined;
  return pickAlike(levels, options, time, runs.length - options.runCountTrigger + 1);
}

/** Source: Paimon, mergetree/compact/EarlyFullCompaction.java. */
function wantsFull(
  { runs, levelCount }: Levels,
  options: UniversalOptions,
  { lastFullMs }: PickMemory,
  { nowMs }: PickTime,
): boolean {
  if (runs.length === 1) return false;
  const { fullIntervalMs, totalBytesThreshold, incrementalBytesThreshold } = options;
  if (fullIntervalMs !== undefined) {
    if (lastFullMs === undefined || nowMs - lastFullMs > fullIntervalMs) return true;
  }
  if (totalBytesThreshold !== undefined && bytesOf(runs) < totalBytesThreshold) return true;
  if (incrementalBytesThreshold === undefined) return false;
  return bytesOf(runs.filter(({ level }) => level !== levelCount - 1)) > incrementalBytesThreshold;
}

/** How many bytes lie above the oldest run, in percent of it. In 64 bits that wrap, as in Java. */
function tooMuchAmplified(runs: readonly LevelRun[], percent: number): boolean {
  const oldest = (runs.at(-1) as LevelRun).bytes;
  const above = bytesOf(runs.slice(0, -1));
  return BigInt.asIntN(64, above * 100n) > BigInt.asIntN(64, BigInt(percent) * oldest);
}

/** The newest runs, and the next ones as long as they are not larger than all before together. */
function pickAlike(
  levels: Levels,
  options: UniversalOptions,
  time: PickTime,
  least: number,
): Candidate | undefined {
  const count = growAlike(levels.runs, options, time, least);
  return count > 1 ? unitOf(levels, count) : undefined;
}

function growAlike(
  runs: readonly LevelRun[],
  options: UniversalOptions,
  time: PickTime,
  least: number,
): number {
  const ratio = 100 + options.sizeRatioPercent + offPeakPercent(options.offPeak, time.hour);
  let count = least;
  let bytes = bytesOf(runs.slice(0, least));
  for (const next of runs.slice(least)) {
    if ((Number(bytes) * ratio) / 100 < Number(next.bytes)) break;
    bytes += next.bytes;
    count++;
  }
  return count;
}

/** Source: Paimon, mergetree/compact/OffPeakHours.java. */
function offPeakPercent(offPeak: OffPeak | undefined, hour: number): number {
  if (offPeak === undefined) return 0;
  const { startHour, endHour, ratioPercent } = offPeak;
  if (startHour === -1 || endHour === -1 || startHour === endHour) return 0;
  const within =
    startHour < endHour ? startHour <= hour && hour < endHour : hour < endHour || startHour <= hour;
  return within ? ratioPercent : 0;
}

function pickLevel0(levels: Levels, options: UniversalOptions, time: PickTime): Candidate | undefined {
  const count = levels.runs.filter(({ level }) => level === 0).length;
  return count === 0 ? undefined : unitOf(levels, growAlike(levels.runs, options, time, count));
}

/** The newest runs as a unit: to just above the next run, but never to level 0. */
function unitOf(levels: Levels, wanted: number): Candidate {
  const { runs } = levels;
  let count = wanted;
  let outputLevel = Math.max(0, ((runs[count] as LevelRun | undefined)?.level ?? 0) - 1);
  while (outputLevel === 0 && count < runs.length) outputLevel = (runs[count++] as LevelRun).level;
  if (count === runs.length) return everything(levels);
  assert(outputLevel > 0, 'compaction writes above level 0');
  const files = runs.slice(0, count).flatMap((run) => run.files);
  return { unit: { outputLevel, files, fileRewrite: false }, full: false };
}

function everything({ runs, levelCount }: Levels): Candidate {
  const files = runs.flatMap((run) => run.files);
  return { unit: { outputLevel: levelCount - 1, files, fileRewrite: false }, full: true };
}

/**
 * All files of a bucket to the deepest level; of a bucket with nothing above it those that must be rewritten,
 * each by itself.
 *
 * Source  Paimon, mergetree/compact/CompactStrategy.java (pickFullCompaction).
 */
export function pickFull(
  levels: Levels,
  mustRewrite: (file: TreeFile) => boolean,
): CompactionUnit | undefined {
  const [first, second] = levels.runs;
  if (first === undefined) return undefined;
  const outputLevel = levels.levelCount - 1;
  if (second !== undefined || first.level !== outputLevel) return everything(levels).unit;
  const files = first.files.filter(mustRewrite);
  return files.length === 0 ? undefined : { outputLevel, files, fileRewrite: true };
}

function bytesOf(runs: readonly LevelRun[]): bigint {
  return runs.reduce((sum, { bytes }) => sum + bytes, 0n);
}
