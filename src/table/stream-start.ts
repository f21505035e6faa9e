// Where a stream of changes begins: with a full read of a snapshot, or with the changes of one.
import { LakeError } from '../base/index.ts';
import type { Snapshot } from '../format/index.ts';
import type { SnapshotLog } from './snapshots.ts';
import type { Table } from './table.ts';
import { flag } from './table-options.ts';
import { batchStart, parseLong, parseTimestampMs, startupMode } from './time-travel.ts';

/**
 * Where to begin.
 *
 * Shape   `full`: all rows of the newest snapshot, then what follows · `earliest`: the oldest changes still
 *         kept · `latest`: only what is committed from now on · a snapshot id: its changes and what follows
 *         · a time: changes committed from then on · a consumer: where it stopped, or what the options say
 *         for one that never read.
 * Units   `timestampMs` milliseconds since the epoch.
 */
export type StreamFrom =
  | 'full'
  | 'earliest'
  | 'latest'
  | bigint
  | { readonly timestampMs: bigint }
  | { readonly consumer: string };

/**
 * The first step of a stream; undefined while there is nothing to begin with. `full`: read it whole, then
 * go on after it.
 */
export interface StreamStart {
  readonly full?: Snapshot;
  readonly createdFromMs?: bigint;
  readonly next: bigint;
}

/**
 * Finds the start. Asked again, by a stream that waits, until there is one.
 *
 * Shape   `from` undefined: what the table's options say. `hadSnapshots`: there were snapshots when the
 *         stream was opened.
 * Errors  `ARGUMENT_INVALID` for a start that only batch reads have.
 * Source  Paimon, table/source/AbstractDataTableScan.java (createStartingScanner with isStreaming true) and
 *         the scanners it makes.
 */
export async function streamStart(
  table: Table,
  from: StreamFrom | undefined,
  hadSnapshots: boolean,
): Promise<StreamStart | undefined> {
  const log = table.snapshots;
  if (from === undefined) return byOptions(table, hadSnapshots);
  if (from === 'full') return wholeOf(await log.latest());
  if (from === 'earliest') return fromId(log, 1n);
  if (from === 'latest') return fromLatest(log, hadSnapshots);
  if (typeof from === 'bigint') return fromId(log, from);
  if ('timestampMs' in from) return fromTime(log, from.timestampMs);
  const consumer = await log.consumer(from.consumer);
  return consumer === undefined ? byOptions(table, hadSnapshots) : fromId(log, consumer.nextSnapshot);
}

async function byOptions(table: Table, hadSnapshots: boolean): Promise<StreamStart | undefined> {
  const { snapshots: log, options } = table;
  const { raw, consumerId } = options;
  if (consumerId !== undefined && !flag(raw, 'consumer.ignore-progress', false)) {
    const consumer = await log.consumer(consumerId);
    if (consumer !== undefined) return fromId(log, consumer.nextSnapshot);
  }
  const mode = startupMode(raw);
  const id = raw['scan.snapshot-id'];
  switch (mode) {
    case 'latest':
      return fromLatest(log, hadSnapshots);
    case 'latest-full':
    case 'compacted-full':
    case 'from-file-creation-time': {
      const { snapshot, createdFromMs } = await batchStart(log, raw);
      return wholeOf(snapshot, createdFromMs);
    }
    case 'from-timestamp': {
      const millis = raw['scan.timestamp-millis'];
      if (millis !== undefined) return fromTime(log, parseLong('scan.timestamp-millis', millis));
      const text = raw['scan.timestamp'];
      if (text !== undefined) return fromTime(log, parseTimestampMs(text));
      break;
    }
    case 'from-snapshot':
      if (id !== undefined && /^\d{1,19}$/.test(id)) return fromId(log, BigInt(id));
      break;
    case 'from-snapshot-full':
      if (id !== undefined && /^\d{1,19}$/.test(id)) return fullFrom(log, BigInt(id));
      break;
    case 'from-creation-timestamp': {
      const start = await batchStart(log, raw);
      if (start.createdFromMs !== undefined) return wholeOf(start.snapshot, start.createdFromMs);
      return start.snapshot === undefined ? undefined : fromId(log, start.snapshot.id);
    }
    case 'incremental':
      break;
  }
  const message = `scan.mode '${mode}' with these options is for batch reads; a stream starts elsewhere.`;
  throw new LakeError('ARGUMENT_INVALID', message, { mode });
}

function wholeOf(snapshot: Snapshot | undefined, createdFromMs?: bigint): StreamStart | undefined {
  if (snapshot === undefined) return undefined;
  return {
    full: snapshot,
    next: snapshot.id + 1n,
    ...(createdFromMs === undefined ? {} : { createdFromMs }),
  };
}

async function fullFrom(log: SnapshotLog, id: bigint): Promise<StreamStart | undefined> {
  const earliest = await log.earliestId();
  if (earliest === undefined) return undefined;
  return wholeOf(await log.read(id > earliest ? id : earliest));
}

/** From a snapshot's changes on, or from the oldest kept ones when it has expired. */
async function fromId(log: SnapshotLog, id: bigint): Promise<StreamStart | undefined> {
  const earliest = await earliestKept(log);
  if (earliest === undefined) return undefined;
  return { next: id > earliest ? id : earliest };
}

async function fromLatest(log: SnapshotLog, hadSnapshots: boolean): Promise<StreamStart | undefined> {
  const latest = await log.latestId();
  if (latest === undefined) return undefined;
  return { next: hadSnapshots ? latest + 1n : 1n };
}

/**
 * From the first snapshot that is not older than the time. Source: Paimon,
 * TimeTravelUtil.earlierThanTimeMills.
 */
async function fromTime(log: SnapshotLog, timeMs: bigint): Promise<StreamStart | undefined> {
  const latest = await log.latestId();
  const first = await earliestKept(log);
  if (latest === undefined || first === undefined) return undefined;
  let low = first;
  let high = latest + 1n;
  while (low < high) {
    const middle = (low + high) / 2n;
    const snapshot = await readKept(log, middle);
    if (snapshot.timeMillis < timeMs) low = middle + 1n;
    else high = middle;
  }
  return { next: low };
}

/** The oldest snapshot, or the oldest changelog kept beyond its snapshot. */
export async function earliestKept(log: SnapshotLog): Promise<bigint | undefined> {
  const [changelog, snapshot] = [await log.earliestChangelogId(), await log.earliestId()];
  if (changelog === undefined || (snapshot !== undefined && snapshot < changelog)) return snapshot;
  return changelog;
}

/** A snapshot, or the changelog kept of it; undefined when there is neither. */
export async function tryReadKept(log: SnapshotLog, id: bigint): Promise<Snapshot | undefined> {
  return (await log.tryRead(id)) ?? (await log.tryChangelog(id));
}

async function readKept(log: SnapshotLog, id: bigint): Promise<Snapshot> {
  return (await tryReadKept(log, id)) ?? log.read(id);
}
