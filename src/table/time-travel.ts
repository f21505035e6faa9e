// Which snapshot a batch read sees: the newest one, or the one the `scan.*` options ask for.
import { LakeError } from '../base/index.ts';
import type { Snapshot } from '../format/index.ts';
import type { SnapshotLog } from './snapshots.ts';
import { integer, oneOf } from './table-options.ts';

type Options = Readonly<Record<string, string>>;

/** The options that name a snapshot; at most one may be set. */
const TRAVEL_KEYS = [
  'scan.snapshot-id',
  'scan.tag-name',
  'scan.watermark',
  'scan.timestamp',
  'scan.timestamp-millis',
] as const;

/** True when the options name a snapshot, so that the schema is that snapshot's. */
export function travels(options: Options): boolean {
  return ['scan.version', ...TRAVEL_KEYS].some((key) => options[key] !== undefined);
}

const STARTUP_MODES = [
  'default',
  'latest-full',
  'full',
  'latest',
  'compacted-full',
  'from-timestamp',
  'from-file-creation-time',
  'from-creation-timestamp',
  'from-snapshot',
  'from-snapshot-full',
  'incremental',
] as const;
export type StartupMode = Exclude<(typeof STARTUP_MODES)[number], 'default' | 'full'>;

/**
 * `scan.mode`, or what the other `scan.*` options make of its default. Source: Paimon,
 * CoreOptions.startupMode.
 */
export function startupMode(options: Options): StartupMode {
  const mode = oneOf(options, 'scan.mode', STARTUP_MODES, 'default');
  if (mode === 'full') return 'latest-full';
  if (mode !== 'default') return mode;
  const has = (...keys: readonly string[]): boolean => keys.some((key) => options[key] !== undefined);
  if (has('scan.timestamp-millis', 'scan.timestamp')) return 'from-timestamp';
  if (has('scan.snapshot-id', 'scan.tag-name', 'scan.watermark', 'scan.version')) return 'from-snapshot';
  if (has('scan.file-creation-time-millis')) return 'from-file-creation-time';
  if (has('scan.creation-time-millis')) return 'from-creation-timestamp';
  if (has('incremental-between', 'incremental-between-timestamp', 'incremental-to-auto-tag'))
    return 'incremental';
  return 'latest-full';
}

/**
 * The snapshot the options name, undefined when they name none.
 *
 * Errors  `SNAPSHOT_MISSING`, `TAG_MISSING` when it does not exist; `ARGUMENT_INVALID` when more than one
 *         option is set.
 * Source  Paimon, table/source/snapshot/TimeTravelUtil.java. Beyond it, an expired snapshot that a tag keeps
 *         is found by its id.
 */
export async function travelledSnapshot(log: SnapshotLog, options: Options): Promise<Snapshot | undefined> {
  const adapted = await adaptVersion(log, options);
  const set = TRAVEL_KEYS.filter((key) => adapted[key] !== undefined);
  const [key] = set;
  if (key === undefined) return undefined;
  if (set.length > 1) {
    throw new LakeError('ARGUMENT_INVALID', `Only one of these may be set: ${set.join(', ')}.`, {
      options: set,
    });
  }
  const text = adapted[key] ?? '';
  switch (key) {
    case 'scan.snapshot-id':
      return snapshotOrTagged(log, parseLong(key, text));
    case 'scan.tag-name':
      return log.tag(text);
    case 'scan.watermark':
      return atWatermark(log, parseLong(key, text));
    case 'scan.timestamp':
      return atTime(log, parseTimestampMs(text));
    case 'scan.timestamp-millis':
      return atTime(log, parseLong(key, text));
  }
}

/**
 * What a batch read sees: a snapshot (undefined for a table never written), and which of its files by their
 * creation.
 */
export interface BatchStart {
  readonly snapshot: Snapshot | undefined;
  /** Only files created at or after this time; milliseconds since the epoch. */
  readonly createdFromMs?: bigint;
}

/**
 * The snapshot a batch read of the table sees. `mode` must not be `incremental`.
 *
 * Source  Paimon, table/source/AbstractDataTableScan.java (createStartingScanner with isStreaming false).
 */
export async function batchStart(log: SnapshotLog, options: Options): Promise<BatchStart> {
  const mode = startupMode(options);
  switch (mode) {
    case 'latest':
    case 'latest-full':
      return { snapshot: await log.latest() };
    case 'compacted-full':
      return { snapshot: await log.pickOrLatest(compactedBy(options)) };
    case 'from-timestamp':
    case 'from-snapshot':
    case 'from-snapshot-full': {
      const snapshot = await travelledSnapshot(log, options);
      if (snapshot === undefined) throw missingOption(mode, TRAVEL_KEYS.join(', '));
      return { snapshot };
    }
    case 'from-file-creation-time':
      return {
        snapshot: await log.latest(),
        createdFromMs: required(options, 'scan.file-creation-time-millis', mode),
      };
    case 'from-creation-timestamp':
      return fromCreation(log, required(options, 'scan.creation-time-millis', mode));
    case 'incremental':
      throw new LakeError('BUG', 'An incremental read has no single snapshot.');
  }
}

const TIMESTAMP =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[ T](\d\d?):(\d\d?)(?::(\d\d?)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d:?\d\d)?$/;

/**
 * Text of a moment in milliseconds since the epoch.
 *
 * Shape   `yyyy-mm-dd[ hh:mm[:ss[.fraction]]]` in the process's own time zone as Java takes it; with `Z` or
 *         `+hh:mm` at the end in that zone; or digits alone: milliseconds.
 */
export function parseTimestampMs(text: string): bigint {
  const trimmed = text.trim();
  if (/^\d{5,19}$/.test(trimmed)) return BigInt(trimmed);
  const match = TIMESTAMP.exec(trimmed);
  if (match === null) throw badTime(text);
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const millis = Number((match[7] ?? '').padEnd(3, '0').slice(0, 3));
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59)
    throw badTime(text);
  const utc = Date.UTC(year, month - 1, day, hour, minute, second, millis);
  if (new Date(utc).getUTCDate() !== day) throw badTime(text);
  const zone = match[8];
  if (zone === undefined)
    return BigInt(new Date(year, month - 1, day, hour, minute, second, millis).getTime());
  if (zone === 'Z') return BigInt(utc);
  const offsetMinutes = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  return BigInt(utc - (zone.startsWith('-') ? -1 : 1) * offsetMinutes * 60000);
}

/** A wall-clock time stored as if it were UTC, as an instant of the process's own time zone. */
export function wallClockToInstantMs(wallMs: bigint): bigint {
  const utc = new Date(Number(wallMs));
  const local = new Date(
    utc.getUTCFullYear(),
    utc.getUTCMonth(),
    utc.getUTCDate(),
    utc.getUTCHours(),
    utc.getUTCMinutes(),
    utc.getUTCSeconds(),
    utc.getUTCMilliseconds(),
  );
  return BigInt(local.getTime());
}

/** `scan.version` replaced by the option it stands for: a tag, `watermark-<n>` or a snapshot id. */
async function adaptVersion(log: SnapshotLog, options: Options): Promise<Options> {
  const { 'scan.version': version, ...rest } = options;
  if (version === undefined) return options;
  if ((await log.tryTag(version)) !== undefined) return { ...rest, 'scan.tag-name': version };
  if (/^watermark--?\d+$/.test(version)) {
    return { ...rest, 'scan.watermark': version.slice('watermark-'.length) };
  }
  if (/^\d+$/.test(version)) return { ...rest, 'scan.snapshot-id': version };
  throw new LakeError('TAG_MISSING', `No tag, snapshot or watermark is called '${version}'.`, { version });
}

async function snapshotOrTagged(log: SnapshotLog, id: bigint): Promise<Snapshot> {
  return (await log.tryRead(id)) ?? (await log.keptByTag(id)) ?? log.read(id);
}

async function atTime(log: SnapshotLog, timeMillis: bigint): Promise<Snapshot> {
  const snapshot = await log.atOrBefore(timeMillis);
  if (snapshot !== undefined) return snapshot;
  const earliest = (await log.earliest())?.timeMillis;
  const there = earliest === undefined ? 'there is none at all' : `the earliest is of ${earliest}`;
  throw new LakeError('SNAPSHOT_MISSING', `No snapshot is as old as ${timeMillis}; ${there}.`, {
    timeMillis,
    earliest,
  });
}

async function atWatermark(log: SnapshotLog, watermark: bigint): Promise<Snapshot> {
  const snapshot = await log.atWatermark(watermark);
  if (snapshot !== undefined) return snapshot;
  throw new LakeError('SNAPSHOT_MISSING', `No snapshot has a watermark of ${watermark} or later.`, {
    watermark,
  });
}

/**
 * The snapshot after the last one older than `createdMs`; without one, the newest snapshot's files created
 * since.
 */
async function fromCreation(log: SnapshotLog, createdMs: bigint): Promise<BatchStart> {
  const earliest = await log.earliest();
  const before =
    earliest === undefined || earliest.timeMillis >= createdMs
      ? undefined
      : await log.atOrBefore(createdMs - 1n);
  const next = before === undefined ? undefined : await log.tryRead(before.id + 1n);
  return next === undefined ? { snapshot: await log.latest(), createdFromMs: createdMs } : { snapshot: next };
}

function compactedBy(options: Options): (snapshot: Snapshot) => boolean {
  const producer = (options['changelog-producer'] ?? 'none').toLowerCase();
  if (producer !== 'full-compaction' && options['full-compaction.delta-commits'] === undefined) {
    return (snapshot) => snapshot.commitKind === 'COMPACT';
  }
  const every = BigInt(Math.max(1, integer(options, 'full-compaction.delta-commits', 1)));
  return ({ commitKind, commitIdentifier }) =>
    commitKind === 'COMPACT' && (commitIdentifier % every === 0n || commitIdentifier === 2n ** 63n - 1n);
}

function required(options: Options, key: string, mode: string): bigint {
  const text = options[key];
  if (text === undefined) throw missingOption(mode, key);
  return parseLong(key, text);
}

/** A whole number of 64 bits. Errors: `ARGUMENT_INVALID` naming the option. */
export function parseLong(key: string, text: string): bigint {
  if (/^[+-]?\d{1,19}$/.test(text.trim())) return BigInt(text.trim());
  throw new LakeError('ARGUMENT_INVALID', `Option '${key}' = '${text}' is not a whole number.`, {
    option: key,
  });
}

function missingOption(mode: string, keys: string): LakeError {
  return new LakeError('ARGUMENT_INVALID', `scan.mode '${mode}' needs one of: ${keys}.`, { mode });
}

function badTime(text: string): LakeError {
  return new LakeError('ARGUMENT_INVALID', `'${text}' is no timestamp such as 2026-01-31 12:00:00.`, {
    text,
  });
}
