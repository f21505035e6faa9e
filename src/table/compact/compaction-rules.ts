// When a table is compacted, by its options; and which tables this version does not compact.
import { LakeError, unsupported } from '../../base/index.ts';
import type { Snapshot } from '../../format/index.ts';
import type { UniversalOptions } from '../../tree/index.ts';
import type { Table } from '../table.ts';
import { durationMs, flag, integer, memorySize } from '../table-options.ts';

const MIB = 1024 * 1024;

/**
 * When and how the files of a table are compacted.
 *
 * Shape   `levelCount` counts level 0.
 * Units   bytes: `targetBytes` of a file that is written, `smallBytes` below which a file is worth merging.
 * Source  Paimon, CoreOptions.java (compactionFileSize and `compaction.*`).
 */
export interface CompactionRules {
  readonly universal: UniversalOptions;
  readonly levelCount: number;
  readonly targetBytes: bigint;
  readonly smallBytes: bigint;
  readonly rewriteAll: boolean;
  readonly minFileCount: number;
  readonly openFileCostBytes: bigint;
}

/** Options that Java compacts by other rules where they are set, and not to false: option, what it does. */
const OTHER_RULES: readonly (readonly [option: string, why: string])[] = [
  ['force-lookup', 'compacts with lookups'],
  ['clustering.incremental', 'clusters files'],
  ['record-level.expire-time', 'removes old rows in compactions'],
];

/**
 * The options of a table, or why this version does not compact it.
 *
 * Errors  FEATURE_UNSUPPORTED naming the option; SCHEMA_INVALID for a value Java refuses too.
 */
export function compactionRules(table: Table): CompactionRules {
  const { raw } = table.options;
  for (const [option, why] of OTHER_RULES) {
    if ((raw[option] ?? 'false').trim().toLowerCase() === 'false') continue;
    const text = `Option '${option}' = '${raw[option]}' ${why}, which this version does not do.`;
    throw unsupported(option, `${text} With 'write-only' = 'true' the table is written without compaction.`);
  }
  if (table.options.numLevels < 2)
    throw new LakeError('SCHEMA_INVALID', `Option 'num-levels' = ${table.options.numLevels}: two at least.`);
  const keyed = table.schema.primaryKeys.length > 0;
  const target = BigInt(memorySize(raw, 'target-file-size', (keyed ? 128 : 256) * MIB));
  return {
    universal: universalOptions(raw),
    levelCount: table.options.numLevels,
    targetBytes: target,
    smallBytes: (target / 10n) * 7n,
    rewriteAll: flag(raw, 'compaction.force-rewrite-all-files', false),
    minFileCount: integer(raw, 'compaction.min.file-num', 5),
    openFileCostBytes: BigInt(table.options.openFileCostBytes),
  };
}

function universalOptions(raw: Readonly<Record<string, string>>): UniversalOptions {
  const interval = durationMs(raw, 'compaction.optimization-interval', undefined);
  const total = raw['compaction.total-size-threshold'];
  const incremental = raw['compaction.incremental-size-threshold'];
  return {
    sizeAmplificationPercent: integer(raw, 'compaction.max-size-amplification-percent', 200),
    sizeRatioPercent: integer(raw, 'compaction.size-ratio', 1),
    runCountTrigger: integer(raw, 'num-sorted-run.compaction-trigger', 5),
    ...(interval === undefined ? {} : { fullIntervalMs: Math.floor(interval) }),
    ...(total === undefined
      ? {}
      : { totalBytesThreshold: BigInt(memorySize(raw, 'compaction.total-size-threshold', 0)) }),
    ...(incremental === undefined
      ? {}
      : { incrementalBytesThreshold: BigInt(memorySize(raw, 'compaction.incremental-size-threshold', 0)) }),
    offPeak: {
      startHour: integer(raw, 'compaction.offpeak.start.hour', -1),
      endHour: integer(raw, 'compaction.offpeak.end.hour', -1),
      ratioPercent: integer(raw, 'compaction.offpeak-ratio', 0),
    },
    forceUpLevel0: flag(raw, 'compaction.force-up-level-0', false),
  };
}

/** Files that deletion vectors or other index files speak of are not rewritten without them. */
export function refuseIndexFiles(latest: Snapshot): void {
  if (latest.indexManifest === undefined) return;
  throw unsupported('index files', 'Tables with index files are not compacted by this version.');
}

/**
 * Rows of first-row tables are read unmerged above level 0: what moves there must not be on deeper levels.
 */
export function refuseLookups(table: Table): void {
  if (table.schema.primaryKeys.length === 0 || table.options.mergeEngine !== 'first-row') return;
  const text = "Merge engine 'first-row' looks keys up when only some files are compacted: compact it fully.";
  throw unsupported('merge-engine', text);
}
