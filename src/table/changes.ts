// The changes of a table as they were committed: a stream of batches that follows new snapshots.
import { checkAborted, LakeError, sleep } from '../base/index.ts';
import type { Batch } from '../codec/index.ts';
import type { Snapshot } from '../format/index.ts';
import { type DeltaRequest, overwriteSplits, scanDelta, streamSplits } from './plan/plan-delta.ts';
import { planSnapshot } from './plan/plan-snapshot.ts';
import { ReportBuilder } from './plan/report.ts';
import type { Split } from './plan/split.ts';
import type { ReadContext } from './read/read-context.ts';
import { type RowsRequest, readSplit } from './read/read-split.ts';
import { earliestKept, type StreamFrom, type StreamStart, streamStart, tryReadKept } from './stream-start.ts';
import type { Table } from './table.ts';

/** How long a stream waits before it looks for a new snapshot again, unless told otherwise. */
const POLL_MS_DEFAULT = 1000;

/** What splits are read with. */
export type ReadGrant = Pick<ReadContext, 'engine' | 'room' | 'pages'>;

/** Reads splits by `read`, with what they need. */
export type GrantReads = (
  splits: readonly Split[],
  read: (grant: ReadGrant) => AsyncIterable<Change>,
) => AsyncIterable<Change>;

/**
 * What to stream. `once`: end when everything committed so far was given, instead of waiting for more.
 * `granted`: calls what reads the splits of a snapshot.
 *
 * Units   `pollMs` milliseconds between looks for a new snapshot, default 1000.
 */
export interface ChangesRequest extends Omit<RowsRequest, 'kind'> {
  readonly granted: GrantReads;
  readonly from?: StreamFrom;
  readonly once?: boolean;
  readonly pollMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Rows of one bucket that came with one snapshot.
 *
 * Shape   `batch` has the wanted columns and `_VALUE_KIND` TINYINT at the end: 0 +I, 1 -U, 2 +U, 3 -D.
 *         `partition`: serialized BinaryRow.
 */
export interface Change {
  readonly snapshotId: bigint;
  readonly partition: Uint8Array;
  readonly bucket: number;
  readonly batch: Batch;
}

/**
 * Streams the changes of a table.
 *
 * Shape   snapshots in order; inside one, bucket by bucket, rows in the order of their files. Tables without
 *         a changelog give the rows of APPEND snapshots with their kinds, others their changelog. Overwrites
 *         are skipped unless `streaming-read-overwrite` is set. The first full read gives what it reads as
 *         +I: with lookup only compacted rows, with full-compaction only fully compacted ones.
 * Limits  one snapshot's plan and one batch at a time; the reader's pace is the stream's.
 * Errors  `READ_EXPIRED` when the next snapshot has expired and its changelog was not kept; those of
 *         reading; `CANCELLED`.
 * Source  Paimon, table/source/DataTableStreamScan.java, DeltaFollowUpScanner.java,
 *         ChangelogFollowUpScanner.java. Unlike Java, kept changelogs are used whether or not the options of
 *         today say that any are kept.
 */
export async function* readChanges(
  table: Table,
  request: ChangesRequest,
): AsyncGenerator<Change, void, undefined> {
  const start = await awaitStart(table, request);
  if (start === undefined) return;
  const bound = boundedWatermark(table);
  if (start.full !== undefined) {
    yield* readSplits(table, await fullSplits(table, start, request), request);
    if (isBeyond(start.full, bound)) return;
  }
  for (let next = start.next; ; next++) {
    const snapshot = await awaitSnapshot(table, next, request);
    if (snapshot === undefined || isBeyond(snapshot, bound)) return;
    yield* readSplits(table, await changeSplits(table, snapshot, request), request);
  }
}

async function* readSplits(
  table: Table,
  splits: readonly Split[],
  request: ChangesRequest,
): AsyncGenerator<Change, void, undefined> {
  const { signal, columns, filter, batchRows } = request;
  const rows: RowsRequest = {
    kind: true,
    ...(columns === undefined ? {} : { columns }),
    ...(filter === undefined ? {} : { filter }),
    ...(batchRows === undefined ? {} : { batchRows }),
  };
  yield* request.granted(splits, async function* (grant) {
    const context: ReadContext = { table, ...grant, ...(signal === undefined ? {} : { signal }) };
    for (const split of splits) {
      const { snapshotId, partition, bucket } = split;
      for await (const batch of readSplit(context, split, rows))
        yield { snapshotId, partition, bucket, batch };
    }
  });
}

/** The first full read of a stream. */
async function fullSplits(
  table: Table,
  start: StreamStart,
  request: ChangesRequest,
): Promise<readonly Split[]> {
  const level = fullReadLevel(table);
  const { filter, signal } = request;
  const plan = await planSnapshot(table, start.full, {
    streaming: true,
    ...(filter === undefined ? {} : { filter }),
    ...(level === undefined ? {} : { level }),
    ...(start.createdFromMs === undefined ? {} : { createdFromMs: start.createdFromMs }),
    ...(signal === undefined ? {} : { signal }),
  });
  return plan.splits;
}

/** Rows whose changelog is still to come must not be given by the full read. */
function fullReadLevel(table: Table): ((level: number) => boolean) | undefined {
  const { changelogProducer, numLevels } = table.options;
  if (changelogProducer === 'lookup') return (level) => level > 0;
  if (changelogProducer === 'full-compaction') return (level) => level === numLevels - 1;
  return undefined;
}

/** What one snapshot brings to a stream. */
async function changeSplits(
  table: Table,
  snapshot: Snapshot,
  request: ChangesRequest,
): Promise<readonly Split[]> {
  const { filter, signal } = request;
  const scan = (mode: DeltaRequest['mode']): ReturnType<typeof scanDelta> =>
    scanDelta(table, snapshot, {
      mode,
      streaming: true,
      report: new ReportBuilder(),
      ...(filter === undefined ? {} : { filter }),
      ...(signal === undefined ? {} : { signal }),
    });
  const { options, schema } = table;
  if (snapshot.commitKind === 'OVERWRITE' && options.streamingReadOverwrite) {
    const scanned = await scan('delta');
    if (schema.primaryKeys.length > 0) return overwriteSplits(scanned, snapshot.id);
    return streamSplits(table, scanned, snapshot.id);
  }
  if (options.changelogProducer === 'none') {
    return snapshot.commitKind === 'APPEND' ? streamSplits(table, await scan('delta'), snapshot.id) : [];
  }
  if (snapshot.changelogManifestList === undefined) return [];
  return streamSplits(table, await scan('changelog'), snapshot.id);
}

/** The start of the stream, waited for; undefined when there is none and the stream is not to wait. */
async function awaitStart(table: Table, request: ChangesRequest): Promise<StreamStart | undefined> {
  const hadSnapshots = (await table.snapshots.latestId()) !== undefined;
  for (;;) {
    checkAborted(request.signal);
    const start = await streamStart(table, request.from, hadSnapshots);
    if (start !== undefined || request.once === true) return start;
    await sleep(request.pollMs ?? POLL_MS_DEFAULT, request.signal);
  }
}

/**
 * The snapshot of that id, or the changelog kept of it, waited for; undefined when it is not there yet and
 * the stream is not to wait.
 */
async function awaitSnapshot(
  table: Table,
  id: bigint,
  request: ChangesRequest,
): Promise<Snapshot | undefined> {
  for (;;) {
    checkAborted(request.signal);
    const snapshot = await tryReadKept(table.snapshots, id);
    if (snapshot !== undefined) return snapshot;
    await checkStillComing(table, id);
    if (request.once === true) return undefined;
    await sleep(request.pollMs ?? POLL_MS_DEFAULT, request.signal);
  }
}

/**
 * Fails when the snapshot of that id will never come. Source: Paimon, utils/NextSnapshotFetcher.java
 * (rangeCheck).
 */
async function checkStillComing(table: Table, id: bigint): Promise<void> {
  const log = table.snapshots;
  const [earliest, latest] = [await earliestKept(log), await log.latestId()];
  if (earliest !== undefined && id < earliest) {
    throw new LakeError('READ_EXPIRED', `Snapshot ${id} has expired before its changes were read.`, {
      snapshot: id,
      earliest,
    });
  }
  if ((latest === undefined && id > 1n) || (latest !== undefined && id > latest + 1n)) {
    const message = `Snapshot ${id} is next, but the newest is ${latest ?? 'none'}: the table was made anew.`;
    throw new LakeError('READ_EXPIRED', message, { snapshot: id, latest });
  }
}

function boundedWatermark(table: Table): bigint | undefined {
  const text = table.options.raw['scan.bounded.watermark'];
  if (text === undefined) return undefined;
  if (/^-?\d{1,19}$/.test(text.trim())) return BigInt(text.trim());
  throw new LakeError(
    'ARGUMENT_INVALID',
    `Option 'scan.bounded.watermark' = '${text}' is not a whole number.`,
  );
}

function isBeyond(snapshot: Snapshot, watermark: bigint | undefined): boolean {
  return watermark !== undefined && snapshot.watermark !== undefined && snapshot.watermark > watermark;
}
