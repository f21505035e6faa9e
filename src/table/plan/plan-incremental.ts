// Reads of what changed between two snapshots, tags or times.
import { checkAborted, LakeError } from '../../base/index.ts';
import {
  FileKeys,
  joinAnd,
  type ManifestEntry,
  type Predicate,
  type Snapshot,
  splitAnd,
} from '../../format/index.ts';
import type { Table } from '../table.ts';
import { flag, oneOf } from '../table-options.ts';
import { parseTimestampMs } from '../time-travel.ts';
import { autoTagTest } from './auto-tag.ts';
import { bucketDirectory } from './bucket-files.ts';
import { splitConditions } from './conditions.ts';
import { deletionFiles, type FindDeletion } from './deletion-files.ts';
import { incrementalSplits, scanDelta } from './plan-delta.ts';
import { finishReport, liveBuckets, splitFile } from './plan-snapshot.ts';
import { type PlanReport, ReportBuilder } from './report.ts';
import type { Scanned } from './scan-entries.ts';
import type { DiffSplit, Split, SplitFile } from './split.ts';

/** What is compared, and how. */
type Range =
  | { readonly kind: 'empty' }
  | { readonly kind: 'delta' | 'changelog'; readonly after: bigint; readonly upTo: bigint }
  | { readonly kind: 'diff'; readonly from: Snapshot; readonly to: Snapshot };

interface Incremental {
  readonly snapshot: Snapshot | undefined;
  readonly splits: readonly Split[];
  readonly report: PlanReport;
}

/**
 * Plans what the `incremental-*` options ask for.
 *
 * Shape   snapshot ids and times: the first excluded, the last included. Between two tags, or in mode
 *         `diff`, two states are compared; else the rows added by APPEND snapshots (`delta`) or the
 *         changelog are read (`changelog`), by default whichever the table has.
 * Errors  `ARGUMENT_INVALID`, `SNAPSHOT_MISSING` for a range that is not there.
 * Source  Paimon, table/source/AbstractDataTableScan.java (createIncrementalStartingScanner),
 *         IncrementalDeltaStartingScanner.java, IncrementalDiffStartingScanner.java.
 */
export async function planIncremental(
  table: Table,
  request: { readonly filter?: Predicate; readonly signal?: AbortSignal },
): Promise<Incremental> {
  const range = await resolveRange(table);
  const report = new ReportBuilder();
  if (range.kind === 'empty') {
    return { snapshot: undefined, splits: [], report: finishReport(table, undefined, report, []) };
  }
  if (range.kind === 'diff') {
    const splits = await diffSplits(table, range.from, range.to, request, report);
    report.notes.push(`difference of snapshots ${range.from.id} and ${range.to.id}`);
    return { snapshot: range.to, splits, report: finishReport(table, range.to, report, splits) };
  }
  const added: ManifestEntry[] = [];
  let last: Snapshot | undefined;
  for (let id = range.after + 1n; id <= range.upTo; id++) {
    checkAborted(request.signal);
    last = await table.snapshots.read(id);
    if (range.kind === 'delta' ? last.commitKind !== 'APPEND' : last.commitKind === 'OVERWRITE') continue;
    const scanned = await scanDelta(table, last, { mode: range.kind, streaming: false, report, ...request });
    checkOnlyAdds(scanned, id);
    for (const entry of scanned.added) added.push(entry);
  }
  const splits = incrementalSplits(table, { added, unmarked: new Set(), deleted: [] }, range.upTo);
  report.notes.push(`${range.kind} of snapshots ${range.after + 1n} to ${range.upTo}`);
  return { snapshot: last, splits, report: finishReport(table, last, report, splits) };
}

async function resolveRange(table: Table): Promise<Range> {
  const { raw } = table.options;
  const between = raw['incremental-between'];
  if (between !== undefined) return betweenNames(table, pairOf('incremental-between', between));
  const times = raw['incremental-between-timestamp'];
  if (times !== undefined) {
    const [from, to] = pairOf('incremental-between-timestamp', times);
    return betweenTimes(table, parseTimestampMs(from), parseTimestampMs(to));
  }
  const autoTag = raw['incremental-to-auto-tag'];
  if (autoTag !== undefined) return toAutoTag(table, autoTag);
  throw new LakeError(
    'ARGUMENT_INVALID',
    "scan.mode 'incremental' needs 'incremental-between' or a sibling of it.",
  );
}

async function betweenNames(table: Table, [from, to]: readonly [string, string]): Promise<Range> {
  const log = table.snapshots;
  const [fromTag, toTag] = [await log.tryTag(from), await log.tryTag(to)];
  if (fromTag !== undefined && toTag !== undefined) {
    if (flag(table.options.raw, 'incremental-between-tag-to-snapshot', false)) {
      return deltaRange(table, fromTag.id, toTag.id);
    }
    if (toTag.id < fromTag.id) throw backwards(from, to);
    return toTag.id === fromTag.id ? { kind: 'empty' } : { kind: 'diff', from: fromTag, to: toTag };
  }
  if (!/^\d{1,19}$/.test(from) || !/^\d{1,19}$/.test(to)) {
    const message = `'${from}' and '${to}' are neither two tags nor two snapshot ids.`;
    throw new LakeError('ARGUMENT_INVALID', message, { from, to });
  }
  const [fromId, toId] = [BigInt(from), BigInt(to)];
  if (toId < fromId) throw backwards(from, to);
  if (toId === fromId || (await log.earliestId()) === undefined) return { kind: 'empty' };
  if (modeOf(table) === 'diff')
    return { kind: 'diff', from: await log.read(fromId), to: await log.read(toId) };
  return deltaRange(table, fromId, toId);
}

async function deltaRange(table: Table, after: bigint, upTo: bigint): Promise<Range> {
  const [earliest, latest] = [await table.snapshots.earliestId(), await table.snapshots.latestId()];
  if (earliest === undefined || latest === undefined || after < earliest - 1n || upTo > latest) {
    const message = `Snapshots ${after} to ${upTo} are not all there; there are ${earliest} to ${latest}.`;
    throw new LakeError('SNAPSHOT_MISSING', message, { after, upTo, earliest, latest });
  }
  return { kind: addsOrChangelog(table), after, upTo };
}

async function betweenTimes(table: Table, from: bigint, to: bigint): Promise<Range> {
  const log = table.snapshots;
  const [earliest, latest] = [await log.earliest(), await log.latest()];
  if (to < from) throw backwards(String(from), String(to));
  if (earliest === undefined || latest === undefined) return { kind: 'empty' };
  if (from === to || from > latest.timeMillis || to < earliest.timeMillis) return { kind: 'empty' };
  const [start, end] = [await log.atOrBefore(from), (await log.atOrBefore(to)) ?? latest];
  if (modeOf(table) === 'diff') return { kind: 'diff', from: start ?? earliest, to: end };
  return { kind: addsOrChangelog(table), after: start?.id ?? earliest.id - 1n, upTo: end.id };
}

/** From the automatic tag before this one. */
async function toAutoTag(table: Table, name: string): Promise<Range> {
  const timeOf = autoTagTest(table.options.raw);
  const end = timeOf(name);
  if (end === undefined) {
    throw new LakeError('ARGUMENT_INVALID', `'${name}' is not the name of an automatic tag.`, { tag: name });
  }
  const to = await table.snapshots.tryTag(name);
  if (to === undefined) return { kind: 'empty' };
  let best: { readonly time: string; readonly tag: Snapshot } | undefined;
  for (const { name: other, tag } of await table.snapshots.tags()) {
    const time = timeOf(other);
    if (time !== undefined && time < end && (best === undefined || time > best.time)) best = { time, tag };
  }
  return best === undefined ? { kind: 'empty' } : { kind: 'diff', from: best.tag, to };
}

/**
 * The files that differ between two states, by bucket. Files in both are left out, as Java does, whatever
 * was deleted from them since.
 */
async function diffSplits(
  table: Table,
  from: Snapshot,
  to: Snapshot,
  request: { readonly filter?: Predicate; readonly signal?: AbortSignal },
  report: ReportBuilder,
): Promise<readonly Split[]> {
  await checkSameBuckets(table, from, to);
  // Value statistics could hide one of the two states of a row; partitions and keys hide both or none.
  const { partition, key } = splitConditions(table.schema, request.filter);
  const filter = joinAnd([...splitAnd(partition), ...splitAnd(key)]);
  const asked = {
    ...(filter === undefined ? {} : { filter }),
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };
  const after = await liveBuckets(table, to, asked, report);
  const before = await liveBuckets(table, from, asked, report);
  const directory = bucketDirectory(table);
  const [findBefore, findAfter] = [
    await deletionFiles(table, from, directory),
    await deletionFiles(table, to, directory),
  ];
  const buckets = new Map<string, DiffSplit>();
  const keys = new FileKeys();
  const collect = (side: 'before' | 'after', found: typeof after, find: FindDeletion): void => {
    for (const { partition: row, bucket, totalBuckets, files } of found) {
      const id = `${bucket} ${Buffer.from(row).toString('latin1')}`;
      const split = buckets.get(id) ?? emptyDiff(to.id, row, bucket, totalBuckets);
      const all = files.map((file) => splitFile(file, find(row, bucket, file.fileName)));
      buckets.set(id, { ...split, [side]: all });
    }
  };
  collect('after', after, findAfter);
  collect('before', before, findBefore);
  return [...buckets.values()]
    .map((split) => withoutCommon(split, keys))
    .filter((s) => s.before.length + s.after.length > 0);
}

function emptyDiff(
  snapshotId: bigint,
  partition: Uint8Array,
  bucket: number,
  totalBuckets: number,
): DiffSplit {
  return { kind: 'diff', way: 'diff', snapshotId, partition, bucket, totalBuckets, before: [], after: [] };
}

function withoutCommon(split: DiffSplit, keys: FileKeys): DiffSplit {
  const keyOf = ({ file }: SplitFile): string => {
    const { partition, bucket, totalBuckets } = split;
    const entry: ManifestEntry = { kind: 'ADD', partition, bucket, totalBuckets, file };
    return keys.keyOf(entry);
  };
  const before = new Set(split.before.map(keyOf));
  const after = new Set(split.after.map(keyOf));
  return {
    ...split,
    before: split.before.filter((file) => !after.has(keyOf(file))),
    after: split.after.filter((file) => !before.has(keyOf(file))),
  };
}

async function checkSameBuckets(table: Table, from: Snapshot, to: Snapshot): Promise<void> {
  if (from.schemaId === to.schemaId) return;
  const [a, b] = [await table.schemas.byId(from.schemaId), await table.schemas.byId(to.schemaId)];
  const [before, after] = [a.options.bucket ?? '-1', b.options.bucket ?? '-1'];
  if (before === after) return;
  const message = `Snapshots ${from.id} and ${to.id} differ in their buckets, ${before} and ${after}.`;
  throw new LakeError('ARGUMENT_INVALID', message, { from: from.id, to: to.id });
}

function checkOnlyAdds(scanned: Scanned, id: bigint): void {
  if (scanned.deleted.length === 0) return;
  throw new LakeError(
    'ARGUMENT_INVALID',
    `Snapshot ${id} deletes files, so it cannot be read as additions.`,
    { id },
  );
}

function modeOf(table: Table): 'auto' | 'delta' | 'changelog' | 'diff' {
  const words = ['auto', 'delta', 'changelog', 'diff'] as const;
  return oneOf(table.options.raw, 'incremental-between-scan-mode', words, 'auto');
}

function addsOrChangelog(table: Table): 'delta' | 'changelog' {
  const mode = modeOf(table);
  if (mode === 'delta' || mode === 'changelog') return mode;
  return table.options.changelogProducer === 'none' ? 'delta' : 'changelog';
}

function pairOf(option: string, text: string): readonly [string, string] {
  const [from, to, ...more] = text.split(',').map((part) => part.trim());
  if (from !== undefined && to !== undefined && from !== '' && to !== '' && more.length === 0)
    return [from, to];
  throw new LakeError(
    'ARGUMENT_INVALID',
    `Option '${option}' = '${text}' is not two names with a comma between.`,
    {
      option,
    },
  );
}

function backwards(from: string, to: string): LakeError {
  return new LakeError('ARGUMENT_INVALID', `'${to}' is older than '${from}'.`, { from, to });
}
