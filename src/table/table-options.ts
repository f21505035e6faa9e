// A table's options with their types and defaults, and the refusal of features this version does not read.
import { LakeError, unsupported } from '../base/index.ts';

export type MergeEngineName = 'deduplicate' | 'partial-update' | 'aggregation' | 'first-row';
export type ChangelogProducer = 'none' | 'input' | 'full-compaction' | 'lookup';
export type BucketFunction = 'default' | 'mod' | 'hive';

/**
 * The options reading needs.
 *
 * Shape   `raw` holds all options as text, dynamic ones included; the rest are parsed from it.
 * Units   `splitTargetBytes`, `openFileCostBytes` bytes.
 * Source  Paimon, CoreOptions.java (1.4.2), with its defaults.
 */
export interface TableOptions {
  readonly raw: Readonly<Record<string, string>>;
  readonly bucket: number;
  readonly bucketKey: readonly string[];
  readonly bucketFunction: BucketFunction;
  readonly mergeEngine: MergeEngineName;
  readonly changelogProducer: ChangelogProducer;
  readonly deletionVectors: boolean;
  readonly sequenceFields: readonly string[];
  readonly numLevels: number;
  readonly splitTargetBytes: number;
  readonly openFileCostBytes: number;
  readonly fallbackBranch?: string;
  readonly streamingReadOverwrite: boolean;
  readonly changelogDecoupled: boolean;
  readonly rowTracking: boolean;
  readonly indexInDataDirectory: boolean;
  readonly consumerId?: string;
}

/** Options whose value decides whether this version can read the table at all: option, values it can read. */
const READABLE: readonly (readonly [option: string, readable: readonly string[], why: string])[] = [
  ['type', ['table', 'materialized-table'], 'is another kind of table'],
  ['data-evolution.enabled', ['false'], 'spreads the columns of a row over several files'],
  ['chain-table.enabled', ['false'], 'composes the table from several branches'],
  ['query-auth.enabled', ['false'], 'needs the catalog that grants reading'],
  ['pk-clustering-override', ['false'], 'sorts files by other columns than the primary key'],
  ['deletion-vectors.merge-on-read', ['false'], 'merges level 0 over deletion vectors'],
  ['sequence.snapshot-ordering', ['false'], 'orders rows by the snapshot that added them'],
  ['scan.primary-branch', [''], 'reads another branch first'],
  ['primary-key.nullable', ['false'], 'allows nulls in the primary key'],
  ['merge-engine', ['deduplicate', 'partial-update', 'aggregation', 'first-row'], 'is another merge engine'],
  ['changelog-producer', ['none', 'input', 'full-compaction', 'lookup'], 'is another changelog producer'],
  ['bucket-function.type', ['default', 'mod', 'hive'], 'puts rows into buckets another way'],
  ['sequence.field.sort-order', ['ascending', 'descending'], 'orders rows another way'],
  ['manifest.format', ['avro'], 'is another format of manifests'],
  // Formats Java has; whether this version reads a file is decided by the file's own name.
  ['file.format', ['orc', 'parquet', 'avro', 'csv', 'json', 'text', 'lance', 'blob'], 'is no known format'],
];

/**
 * Parses the options of one table.
 *
 * Errors  `SCHEMA_INVALID` for a value Java would not parse either; `FEATURE_UNSUPPORTED` naming the option
 *         for a feature that would be read wrongly.
 */
export function parseTableOptions(
  raw: Readonly<Record<string, string>>,
  hasPrimaryKey: boolean,
): TableOptions {
  for (const [option, readable, why] of READABLE) {
    const value = raw[option];
    if (value !== undefined && !readable.includes(value.trim().toLowerCase())) {
      throw unsupported(option, `Option '${option}' = '${value}' ${why}, which this version does not read.`);
    }
  }
  const trigger = integer(raw, 'num-sorted-run.compaction-trigger', 5);
  const fallback = (raw['scan.fallback-branch'] ?? '').trim();
  const consumer = (raw['consumer-id'] ?? '').trim();
  return {
    raw,
    bucket: integer(raw, 'bucket', -1),
    bucketKey: list(raw, 'bucket-key'),
    bucketFunction: oneOf(raw, 'bucket-function.type', ['default', 'mod', 'hive'], 'default'),
    mergeEngine: oneOf(
      raw,
      'merge-engine',
      ['deduplicate', 'partial-update', 'aggregation', 'first-row'],
      'deduplicate',
    ),
    changelogProducer: oneOf(
      raw,
      'changelog-producer',
      ['none', 'input', 'full-compaction', 'lookup'],
      'none',
    ),
    deletionVectors: flag(raw, 'deletion-vectors.enabled', false),
    sequenceFields: list(raw, 'sequence.field'),
    numLevels: integer(raw, 'num-levels', trigger + 1),
    splitTargetBytes: memorySize(raw, 'source.split.target-size', 128 * 1024 * 1024),
    openFileCostBytes: memorySize(raw, 'source.split.open-file-cost', 4 * 1024 * 1024),
    ...(fallback === '' ? {} : { fallbackBranch: fallback }),
    streamingReadOverwrite: flag(
      raw,
      hasPrimaryKey ? 'streaming-read-overwrite' : 'streaming-read-append-overwrite',
      false,
    ),
    changelogDecoupled: changelogDecoupled(raw),
    rowTracking: flag(raw, 'row-tracking.enabled', false),
    indexInDataDirectory: flag(raw, 'index-file-in-data-file-dir', false),
    ...(consumer === '' ? {} : { consumerId: consumer }),
  };
}

/** An integer option. */
export function integer(raw: Readonly<Record<string, string>>, key: string, fallback: number): number {
  const text = raw[key];
  if (text === undefined) return fallback;
  if (!/^[+-]?\d{1,10}$/.test(text.trim())) throw badValue(key, text, 'a whole number');
  return Number(text);
}

/** A boolean option, as Java reads it. */
export function flag(raw: Readonly<Record<string, string>>, key: string, fallback: boolean): boolean {
  const text = raw[key];
  if (text === undefined) return fallback;
  const lower = text.trim().toLowerCase();
  if (lower === 'true') return true;
  if (lower === 'false') return false;
  throw badValue(key, text, 'true or false');
}

/** An option that is one of a few words, compared without regard to case. */
export function oneOf<T extends string>(
  raw: Readonly<Record<string, string>>,
  key: string,
  words: readonly T[],
  fallback: T,
): T {
  const text = raw[key];
  if (text === undefined) return fallback;
  const word = words.find((w) => w === text.trim().toLowerCase());
  if (word === undefined) throw badValue(key, text, `one of ${words.join(', ')}`);
  return word;
}

/** A comma-separated option, its words trimmed. */
export function list(raw: Readonly<Record<string, string>>, key: string): readonly string[] {
  const text = (raw[key] ?? '').trim();
  return text === '' ? [] : text.split(',').map((word) => word.trim());
}

const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  bytes: 1,
  k: 2 ** 10,
  kb: 2 ** 10,
  kibibytes: 2 ** 10,
  m: 2 ** 20,
  mb: 2 ** 20,
  mebibytes: 2 ** 20,
  g: 2 ** 30,
  gb: 2 ** 30,
  gibibytes: 2 ** 30,
  t: 2 ** 40,
  tb: 2 ** 40,
  tebibytes: 2 ** 40,
};

/** A size option (`128 mb`) in bytes. */
export function memorySize(raw: Readonly<Record<string, string>>, key: string, fallback: number): number {
  const text = raw[key];
  if (text === undefined) return fallback;
  const match = /^(\d{1,15})\s*([a-z]*)$/.exec(text.trim().toLowerCase());
  const unit = match === null ? undefined : SIZE_UNITS[match[2] ?? ''];
  if (match === null || unit === undefined) throw badValue(key, text, 'a size such as 128 mb');
  return Number(match[1]) * unit;
}

const TIME_UNITS: readonly (readonly [ms: number, names: readonly string[]])[] = [
  [86400000, ['d', 'day', 'days']],
  [3600000, ['h', 'hour', 'hours']],
  [60000, ['m', 'min', 'minute', 'minutes']],
  [1000, ['s', 'sec', 'secs', 'second', 'seconds']],
  [1, ['ms', 'milli', 'millis', 'millisecond', 'milliseconds', '']],
  [1e-3, ['µs', 'micro', 'micros', 'microsecond', 'microseconds']],
  [1e-6, ['ns', 'nano', 'nanos', 'nanosecond', 'nanoseconds']],
];

/** A duration option (`1 h`) in milliseconds. */
export function durationMs(
  raw: Readonly<Record<string, string>>,
  key: string,
  fallback: number | undefined,
): number | undefined {
  const text = raw[key];
  if (text === undefined) return fallback;
  const match = /^(\d{1,18})\s*([a-zµ]*)$/.exec(text.trim().toLowerCase());
  const unit = match === null ? undefined : TIME_UNITS.find(([, names]) => names.includes(match[2] ?? ''));
  if (match === null || unit === undefined) throw badValue(key, text, 'a duration such as 1 h');
  return Number(match[1]) * unit[0];
}

/**
 * True when the changelog of expired snapshots is kept longer than the snapshots: some changelog retention
 * exceeds the snapshot one.
 */
function changelogDecoupled(raw: Readonly<Record<string, string>>): boolean {
  const min = integer(raw, 'snapshot.num-retained.min', 10);
  const max = integer(raw, 'snapshot.num-retained.max', 2147483647);
  const time = durationMs(raw, 'snapshot.time-retained', 3600000) ?? 3600000;
  return (
    integer(raw, 'changelog.num-retained.max', max) > max ||
    (durationMs(raw, 'changelog.time-retained', time) ?? time) > time ||
    integer(raw, 'changelog.num-retained.min', min) > min
  );
}

function badValue(key: string, text: string, expected: string): LakeError {
  return new LakeError('SCHEMA_INVALID', `Option '${key}' = '${text}' is not ${expected}.`, {
    option: key,
    value: text,
  });
}
