// One snapshot from its lists down to the places of its files.
import { type ManifestEntry, parseTableStatistics, type Snapshot } from '../../format/index.ts';
import { checkFileName, manifestPath } from '../directories.ts';
import { readText } from '../metadata-file.ts';
import { checkBuckets } from './check-buckets.ts';
import type { CheckContext, PlacedSnapshot } from './check-context.ts';
import { checkPlaces } from './check-files.ts';
import { checkIndexes } from './check-indexes.ts';
import { checkManifest, checkManifestList } from './check-manifests.ts';
import { EntryLedger, netRows } from './entry-ledger.ts';

/** Checks a snapshot or tag and returns its live files; undefined when some of them could not be read. */
export async function checkSnapshot(
  context: CheckContext,
  { file, snapshot }: PlacedSnapshot,
): Promise<readonly ManifestEntry[] | undefined> {
  const { report } = context;
  const ledger = new EntryLedger(report);
  const onEntries = (entries: readonly ManifestEntry[], manifest: string): void => {
    for (const entry of entries) ledger.add(entry, manifest);
  };
  const { baseManifestList, baseManifestListSize, deltaManifestList, deltaManifestListSize } = snapshot;
  const base = await walkList(context, baseManifestList, baseManifestListSize, onEntries);
  const delta = await walkList(context, deltaManifestList, deltaManifestListSize, onEntries);
  const complete = base !== undefined && delta !== undefined;
  const live = complete ? ledger.live() : [];
  if (complete) {
    const total = live.reduce((sum, entry) => sum + entry.file.rowCount, 0n);
    compareCount(context, file, 'totalRecordCount', snapshot.totalRecordCount, total);
    compareCount(context, file, 'deltaRecordCount', snapshot.deltaRecordCount, delta);
    await checkBuckets(context, { file, snapshot }, live);
    await checkPlaces(context, live);
    await checkIndexes(context, snapshot, live);
  }
  await checkChangelogOf(context, { file, snapshot });
  await checkStatistics(context, snapshot.statistics);
  return complete ? live : undefined;
}

/** Checks a changelog kept beyond its snapshot: the files of the snapshot itself are gone by right. */
export async function checkChangelogOf(
  context: CheckContext,
  { file, snapshot }: PlacedSnapshot,
): Promise<void> {
  const { changelogManifestList: name, changelogManifestListSize: size, changelogRecordCount } = snapshot;
  if (name === undefined || (await cameBackWithout(context, file, snapshot, name))) return;
  let rows = 0n;
  const lists: (readonly ManifestEntry[])[] = [];
  const net = await walkList(context, name, size, (entries, manifest) => {
    const deleted = entries.find((entry) => entry.kind === 'DELETE');
    if (deleted !== undefined) {
      context.report.error('entries', manifest, `changelog file ${deleted.file.fileName} is deleted in it`);
    }
    rows += netRows(entries);
    lists.push(entries);
  });
  if (net !== undefined) compareCount(context, file, 'changelogRecordCount', changelogRecordCount, rows);
  for (const entries of lists) await checkPlaces(context, entries);
}

/** True for a snapshot that expired and came back from its tag by a rollback: its changelog did not. */
async function cameBackWithout(
  { table, report }: CheckContext,
  file: string,
  { id }: Snapshot,
  list: string,
): Promise<boolean> {
  if (await table.store.exists(manifestPath(table.path, list))) return false;
  if (id !== (await table.snapshots.earliestId())) return false;
  if ((await table.snapshots.keptByTag(id)) === undefined) return false;
  const what = 'its changelog is gone: it expired, and a rollback brought it back from its tag';
  report.warn('changelog', file, what, 'Start streaming reads with a full scan, or after this snapshot.');
  return true;
}

/**
 * Reads a list and its manifests; returns rows added less rows deleted, undefined when something was
 * unreadable.
 */
async function walkList(
  context: CheckContext,
  name: string,
  size: bigint | undefined,
  onEntries: (entries: readonly ManifestEntry[], manifest: string) => void,
): Promise<bigint | undefined> {
  const metas = await checkManifestList(context, name, size);
  if (metas === undefined) return undefined;
  let rows: bigint | undefined = 0n;
  for (const meta of metas) {
    const entries = await checkManifest(context, meta);
    if (entries === undefined) rows = undefined;
    else {
      onEntries(entries, manifestPath(context.table.path, meta.fileName));
      if (rows !== undefined) rows += netRows(entries);
    }
  }
  return rows;
}

function compareCount(
  { report }: CheckContext,
  file: string,
  member: string,
  said: bigint | undefined,
  found: bigint,
): void {
  if (said !== undefined && said !== found) {
    report.error('records', file, `${member} is ${said}, its manifests add up to ${found}`);
  }
}

async function checkStatistics({ table, report }: CheckContext, name: string | undefined): Promise<void> {
  if (name === undefined) return;
  const path = `${table.path}/statistics/${name}`;
  await report.attempt('statistics', path, async () => {
    checkFileName(name);
    parseTableStatistics(await readText(table.store, path), path);
  });
}
