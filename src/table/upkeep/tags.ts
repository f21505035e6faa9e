// Tags: made from a snapshot, deleted with the files only they kept, expired by their time.
import { basename } from 'node:path';
import { LakeError, nowMs, unsupported } from '../../base/index.ts';
import type { Snapshot, Tag } from '../../format/index.ts';
import { branchDirectory } from '../directories.ts';
import { autoTagTest } from '../plan/auto-tag.ts';
import type { Table } from '../table.ts';
import { durationMs, flag } from '../table-options.ts';
import { cleanEmptyBuckets } from './empty-directories.ts';
import { Eraser, type UpkeepOptions, type UpkeepReport } from './eraser.ts';
import { cleansDirectories, otherBranches, taggedSnapshots } from './expire-run.ts';
import { FilePlaces } from './file-places.ts';
import { DoomedMetadata, keptNames, readOrNote } from './kept-manifests.ts';
import { forEachLive, liveFiles } from './live-files.ts';
import { printTag, wallClockMs } from './tag-text.ts';
import { dropUsedNames } from './used-names.ts';

/** Files of a deleted tag removed in one go; their paths are held, about 300 bytes each. */
const CHUNK_FILES = 50_000;
/** Bytes of a tag's name: with its prefix it must be a file name everywhere. */
const NAME_BYTES_MAX = 240;

/**
 * Which snapshot a tag is made of, and for how long.
 *
 * Shape   `snapshot`: default the newest; one that a tag keeps although it expired will do. `retainMs`: the
 *         tag may be expired after so many milliseconds; default `tag.default-time-retained`, else never.
 */
export interface CreateTag {
  readonly snapshot?: bigint;
  readonly retainMs?: number;
}

/**
 * Makes a tag.
 *
 * Errors  `TAG_EXISTS`; `SNAPSHOT_MISSING`; `ARGUMENT_INVALID` for a bad name or where the snapshot has an
 *         automatic tag already; `FEATURE_UNSUPPORTED` for tables that want something done at every tag.
 * Source  Paimon, utils/TagManager.java (createTag).
 */
export async function createTag(table: Table, name: string, create: CreateTag = {}): Promise<void> {
  checkTagName(name);
  checkCallbacks(table);
  if ((await table.snapshots.tryTag(name)) !== undefined) throw tagExists(name);
  const snapshot = await snapshotFor(table, create.snapshot);
  await checkAutoTag(table, name, snapshot);
  const retain = create.retainMs ?? durationMs(table.options.raw, 'tag.default-time-retained', undefined);
  if (retain !== undefined && (!Number.isFinite(retain) || retain < 0)) {
    throw new LakeError('ARGUMENT_INVALID', `A tag cannot be retained for ${retain} ms.`);
  }
  const text = printTag(
    snapshot,
    retain === undefined ? undefined : { createdMs: nowMs(), retainedMs: Math.floor(retain) },
  );
  const path = tagPath(table, name);
  if (!(await table.store.publish(path, new TextEncoder().encode(text)))) throw tagExists(name);
  // Expiry removes a snapshot before it looks for new tags, so one of the two sees the other.
  if (await table.snapshots.exists(snapshot.id)) return;
  const holders = (await table.snapshots.tags()).filter(({ tag }) => tag.id === snapshot.id);
  if (holders.length > 1) return;
  await table.store.remove(path);
  const message = `Snapshot ${snapshot.id} expired while it was tagged.`;
  throw new LakeError('SNAPSHOT_MISSING', message, { snapshot: snapshot.id });
}

/**
 * Deletes a tag, and the files only it kept when its snapshot has expired.
 *
 * Limits  holds 120 bytes for every file of the two snapshots beside it and 300 for each of 50,000 of its
 *         own.
 * Errors  `TAG_MISSING`; `FEATURE_UNSUPPORTED` as `createTag`. When files cannot be compared they are left,
 *         with a note.
 * Source  Paimon, utils/TagManager.java (deleteTag, doClean), operation/TagDeletion.java. Beyond Java, files
 *         that other branches or kept changelogs use are kept.
 */
export async function deleteTag(
  table: Table,
  name: string,
  options: UpkeepOptions = {},
): Promise<UpkeepReport> {
  checkCallbacks(table);
  const tag = await table.snapshots.tag(name);
  const eraser = new Eraser(table.store, options);
  await deleteOne(table, name, tag, eraser);
  return eraser.report;
}

/**
 * Deletes the tags whose time is over, and those made before `olderThanMs` (milliseconds since the epoch).
 *
 * Shape   `tags`: the names of those deleted. A tag without a time of its own counts by its file's.
 * Errors  as `deleteTag`.
 * Source  Paimon, tag/TagTimeExpire.java.
 */
export async function expireTags(
  table: Table,
  options: UpkeepOptions & { readonly olderThanMs?: number } = {},
): Promise<UpkeepReport & { readonly tags: readonly string[] }> {
  checkCallbacks(table);
  const eraser = new Eraser(table.store, options);
  const { olderThanMs } = options;
  const tags: string[] = [];
  for (const { name, tag } of await table.snapshots.tags()) {
    const retained = tag.tagTimeRetained === undefined ? undefined : Number(tag.tagTimeRetained) * 1000;
    const timed = tag.tagCreateTime !== undefined && retained !== undefined;
    if (!timed && olderThanMs === undefined) continue;
    const created = timed ? wallClockMs(tag.tagCreateTime) : await modifiedMs(table, name);
    if (created === undefined) continue;
    const over = retained !== undefined && nowMs() > created + retained;
    if (!over && !(olderThanMs !== undefined && olderThanMs > created)) continue;
    await deleteOne(table, name, tag, eraser);
    tags.push(name);
  }
  return { ...eraser.report, tags };
}

/** The file of a tag. */
export function tagPath(table: Table, name: string): string {
  return `${branchDirectory(table.path, table.branch)}/tag/tag-${name}`;
}

async function modifiedMs(table: Table, name: string): Promise<number | undefined> {
  return (await table.store.stat(tagPath(table, name)))?.modifiedMs;
}

function checkTagName(name: string): void {
  const sound = name.trim() !== '' && !/[/\0]/.test(name) && Buffer.byteLength(name) <= NAME_BYTES_MAX;
  if (!sound) throw new LakeError('ARGUMENT_INVALID', `${JSON.stringify(name)} cannot be the name of a tag.`);
}

function tagExists(name: string): LakeError {
  return new LakeError('TAG_EXISTS', `Tag '${name}' exists already.`, { tag: name });
}

/** Java does more at a tag for tables with these options; doing less would surprise whoever set them. */
function checkCallbacks(table: Table): void {
  const { raw } = table.options;
  const wants = (option: string): never => {
    throw unsupported(
      option,
      `Option '${option}' wants something done at every tag, which this version does not.`,
    );
  };
  if ((raw['tag.callbacks'] ?? '').trim() !== '') wants('tag.callbacks');
  if (flag(raw, 'tag.create-success-file', false)) wants('tag.create-success-file');
  const iceberg = (raw['metadata.iceberg.storage'] ?? 'disabled').trim().toLowerCase();
  if (iceberg !== 'disabled') wants('metadata.iceberg.storage');
}

async function snapshotFor(table: Table, id: bigint | undefined): Promise<Snapshot> {
  const log = table.snapshots;
  if (id !== undefined) return (await log.tryRead(id)) ?? (await log.keptByTag(id)) ?? log.read(id);
  const latest = await log.latest();
  if (latest !== undefined) return latest;
  throw new LakeError('SNAPSHOT_MISSING', 'The table has no snapshot to tag.');
}

async function checkAutoTag(table: Table, name: string, { id }: Snapshot): Promise<void> {
  const { raw } = table.options;
  const mode = (raw['tag.automatic-creation'] ?? 'none').trim().toLowerCase();
  if (mode !== 'process-time' && mode !== 'watermark') return;
  const time = autoTagTest(raw);
  if (time(name) === undefined) return;
  const other = (await table.snapshots.tags()).find(
    ({ name, tag }) => tag.id === id && time(name) !== undefined,
  );
  if (other === undefined) return;
  throw new LakeError('ARGUMENT_INVALID', `Snapshot ${id} has the automatic tag '${other.name}' already.`);
}

async function deleteOne(table: Table, name: string, tag: Tag, eraser: Eraser): Promise<void> {
  eraser.progress(`deleting tag ${name}`);
  const path = tagPath(table, name);
  if (await table.snapshots.exists(tag.id)) return eraser.remove(path);
  const named = await table.snapshots.tags();
  const tags = await taggedSnapshots(table);
  const neighbours = await besides(table, tags, tag);
  await eraser.remove(path);
  if (named.some((other) => other.name !== name && other.tag.id === tag.id)) return;
  await cleanTag(table, tag, neighbours, eraser);
}

/** The tag before, and the nearest after: a tag or the earliest snapshot. */
async function besides(table: Table, tags: readonly Snapshot[], { id }: Tag): Promise<readonly Snapshot[]> {
  const left = tags.findLast((tag) => tag.id < id);
  const rightTag = tags.find((tag) => tag.id > id);
  const earliest = await table.snapshots.earliest();
  const right =
    rightTag !== undefined && (earliest === undefined || rightTag.id <= earliest.id) ? rightTag : earliest;
  return [left, right].filter((snapshot) => snapshot !== undefined);
}

async function cleanTag(
  table: Table,
  tag: Tag,
  neighbours: readonly Snapshot[],
  eraser: Eraser,
): Promise<void> {
  const { signal } = eraser.options;
  const places = new FilePlaces(table, eraser);
  const held = await readOrNote(eraser, () => liveFiles(table, neighbours, signal));
  const buckets = new Set<string>();
  let chunk = new Set<string>();
  const flush = async (): Promise<void> => {
    await removeUnused(table, chunk, eraser, 'data files');
    chunk = new Set();
  };
  if (held === undefined)
    eraser.note(`files of tag ${tag.id} were left: its neighbours are not all readable`);
  else {
    await readOrNote(eraser, () =>
      forEachLive(
        table,
        tag,
        async (entry) => {
          const path = held.has(entry) ? undefined : places.data(entry);
          if (path === undefined) return;
          for (const file of [path, ...places.extras(entry)]) chunk.add(file);
          buckets.add(places.bucket(entry.partition, entry.bucket));
          if (chunk.size >= CHUNK_FILES) await flush();
        },
        signal,
      ),
    );
    await flush();
    if (cleansDirectories(table)) await cleanEmptyBuckets(table, eraser, buckets);
  }
  const kept = await readOrNote(eraser, () => keptNames(table, neighbours));
  if (kept === undefined)
    return eraser.note('manifests were left: those of kept snapshots are not all readable');
  const metadata = new DoomedMetadata(table, eraser, places, kept);
  await metadata.add(tag, { data: true, changelog: false, indexes: true });
  await removeUnused(table, metadata.paths, eraser, 'manifests');
}

/** Removes what no other branch and no kept changelog of this one uses. */
async function removeUnused(
  table: Table,
  paths: ReadonlySet<string>,
  eraser: Eraser,
  what: string,
): Promise<void> {
  const { signal } = eraser.options;
  const others = await otherBranches(table);
  const changelogs = (await table.snapshots.changelogIds()).length > 0;
  const free = new Set([...paths].map((path) => basename(path)));
  const progress = { signal, onProgress: (line: string) => eraser.progress(line) };
  await dropUsedNames(table, others, free, progress);
  if (changelogs) await dropUsedNames(table, [table.branch], free, { ...progress, only: 'changelogs' });
  await eraser.removeAll(
    [...paths].filter((path) => free.has(basename(path))),
    what,
  );
}
