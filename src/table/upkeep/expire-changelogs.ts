// Expiring changelogs that were kept beyond their snapshots.
import type { Snapshot } from '../../format/index.ts';
import { branchDirectory } from '../directories.ts';
import { DoomedFiles } from './doomed-files.ts';
import { cleanEmptyBuckets } from './empty-directories.ts';
import { expireRange } from './expire-rules.ts';
import {
  cleansDirectories,
  type ExpireRun,
  keepUsedElsewhere,
  overlappingTags,
  taggedSnapshots,
} from './expire-run.ts';
import { DoomedMetadata, keptNames, readOrNote } from './kept-manifests.ts';

/**
 * Expires changelogs and says how many. The newest one always stays, as in Java.
 *
 * Limits  one changelog's files at a time.
 * Source  Paimon, table/ExpireChangelogImpl.java.
 */
export async function expireChangelogs(run: ExpireRun): Promise<number> {
  const { table, eraser } = run;
  const ids = await pickChangelogs(run);
  const end = ids.at(-1);
  const last = end === undefined ? undefined : await table.snapshots.tryChangelog(end);
  const [first] = ids;
  if (last === undefined || first === undefined) return 0;
  const directory = `${branchDirectory(table.path, table.branch)}/changelog`;
  const writeHint = (): Promise<void> =>
    eraser.write(() => table.store.writeHint(`${directory}/EARLIEST`, `${last.id}`));
  if (ids.length < 2) {
    await writeHint();
    return 0;
  }
  const tags = await taggedSnapshots(table);
  const earliest = await table.snapshots.earliest();
  const keepers = [
    ...overlappingTags(tags, first, last.id),
    last,
    ...(earliest === undefined ? [] : [earliest]),
  ];
  const kept = await readOrNote(eraser, () => keptNames(table, keepers, { lenient: true }));
  let gone = 0;
  for (const id of ids.slice(0, -1)) {
    const changelog = await table.snapshots.tryChangelog(id);
    if (changelog === undefined) continue;
    eraser.progress(`expiring changelog ${id}`);
    const planned = await plan(run, changelog, tags, kept);
    await eraser.remove(`${directory}/changelog-${id}`);
    await eraser.removeAll(planned.files.paths(), 'changelog files');
    if (cleansDirectories(table)) await cleanEmptyBuckets(table, eraser, planned.files.buckets());
    await eraser.removeAll(planned.metadata, 'manifests of changelogs');
    gone++;
  }
  await writeHint();
  return gone;
}

/** The ids that go, ascending, and after them the first that stays. */
async function pickChangelogs({ table, rules }: ExpireRun): Promise<readonly bigint[]> {
  const log = table.snapshots;
  const all = await log.changelogIds();
  const [latest, earliest, newest] = [await log.latestId(), await log.earliestChangelogId(), all.at(-1)];
  if (latest === undefined || earliest === undefined || newest === undefined) return [];
  const consumer = (await log.consumers()).reduce<bigint | undefined>(
    (least, { nextSnapshot }) => (least === undefined || nextSnapshot < least ? nextSnapshot : least),
    undefined,
  );
  const range = expireRange(rules.changelogs, { earliest, latest, consumer });
  let end = newest;
  if (range.to < newest) end = range.to;
  const ids = all.filter((id) => id >= earliest);
  for (const id of ids) {
    if (id < range.from || id > end) continue;
    const changelog = await log.tryChangelog(id);
    if (changelog === undefined || changelog.timeMillis < rules.changelogs.beforeMs) continue;
    end = id;
    break;
  }
  const first = ids.findIndex((id) => id >= end);
  return first < 0 ? [] : ids.slice(0, first + 1);
}

async function plan(
  run: ExpireRun,
  changelog: Snapshot,
  tags: readonly Snapshot[],
  kept: ReadonlySet<string> | undefined,
): Promise<{ readonly files: DoomedFiles; readonly metadata: ReadonlySet<string> }> {
  const { table, eraser, places } = run;
  const files = new DoomedFiles(table, eraser, places);
  const { changelogManifestList: list } = changelog;
  if (list !== undefined) await files.addChangelog(list);
  else await files.addDeleted(changelog, tags, { keepAppended: false });
  const metadata = new DoomedMetadata(table, eraser, places, kept ?? new Set());
  if (kept !== undefined) {
    await metadata.add(changelog, { data: list === undefined, changelog: true, indexes: false });
  }
  await keepUsedElsewhere(run, files, metadata.paths);
  return { files, metadata: metadata.paths };
}
