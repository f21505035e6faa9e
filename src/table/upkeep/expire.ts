// Expiring snapshots: their files go, except what a kept snapshot, tag, branch or changelog needs.
//
// Readers are safe and a crash leaves only orphans, because of the order: changelogs that outlive their
// snapshots are published first; then the snapshot files go, oldest first, and the EARLIEST hint follows;
// then the data files; then the metadata. Java removes the snapshot files last, so that a crash of it leaves
// snapshots without files; the end is the same.
import { checkAborted, LakeError, nowMs } from '../../base/index.ts';
import { printSnapshot, type Snapshot } from '../../format/index.ts';
import { branchDirectory } from '../directories.ts';
import { readOptionalText } from '../metadata-file.ts';
import type { Table } from '../table.ts';
import { DoomedFiles } from './doomed-files.ts';
import { cleanEmptyBuckets } from './empty-directories.ts';
import { Eraser, type UpkeepOptions, type UpkeepReport } from './eraser.ts';
import { expireChangelogs } from './expire-changelogs.ts';
import { expireRange, expireRules, type RetainOptions } from './expire-rules.ts';
import {
  cleansDirectories,
  type ExpireRun,
  keepUsedElsewhere,
  otherBranches,
  overlappingTags,
  taggedSnapshots,
} from './expire-run.ts';
import { FilePlaces } from './file-places.ts';
import { DoomedMetadata, keptNames, readOrNote } from './kept-manifests.ts';
import { trimmedSnapshot } from './tag-text.ts';

/** A round ends once it has so many files to remove: about 30 MB of paths. */
const ROUND_FILES_MAX = 100_000;
/** A round ends after so many snapshots: their JSON is held, a kilobyte each. */
const ROUND_SNAPSHOTS_MAX = 1000;

/** See `UpkeepOptions` and `RetainOptions`. */
export interface ExpireOptions extends UpkeepOptions, RetainOptions {
  /** Files after which a round of removing ends, 300 bytes each: fewer take less memory. Default 100,000. */
  readonly roundFilesMax?: number;
}

/** `snapshots`, `changelogs`: how many went, or would in a dry run. */
export interface ExpireReport extends UpkeepReport {
  readonly snapshots: number;
  readonly changelogs: number;
}

/**
 * Expires the oldest snapshots of a branch, and kept changelogs where they have a retention of their own.
 *
 * Limits  works in rounds: holds about 300 bytes for each of at most 100,000 files plus those one snapshot
 *         deleted, 120 bytes for every file of one tag, and the names of the manifests of one branch.
 * Errors  `ARGUMENT_INVALID` for numbers that contradict each other; `FILE_CORRUPT`, `FILE_MISSING` when
 *         other branches cannot be read, before anything of that round is removed; `CANCELLED`. Unreadable
 *         manifests of this branch leave files behind, with a note.
 *         A dry run does not count changelogs of snapshots that are still there.
 * Source  Paimon, table/ExpireSnapshotsImpl.java, ExpireChangelogImpl.java. Beyond Java, files that other
 *         branches use are kept.
 */
export async function expireSnapshots(table: Table, options: ExpireOptions = {}): Promise<ExpireReport> {
  const rules = expireRules(table.options.raw, options, nowMs());
  const eraser = new Eraser(table.store, options);
  const places = new FilePlaces(table, eraser);
  const { roundFilesMax = ROUND_FILES_MAX } = options;
  const run: ExpireRun = { table, eraser, places, rules, roundFilesMax, others: await otherBranches(table) };
  const ids = await pickSnapshots(run);
  let snapshots = 0;
  for (let i = 0; i < ids.length - 1; ) {
    const round = await planRound(run, ids.slice(i), await taggedSnapshots(table));
    eraser.progress(`expiring snapshots ${round.doomed[0]?.id} to ${round.doomed.at(-1)?.id}`);
    await executeRound(run, round);
    i = ids.indexOf(round.next.id);
    snapshots += round.doomed.length;
  }
  if (ids.length < 2) await writeMissingHint(run, ids[0]);
  const changelogs = rules.decoupled ? await expireChangelogs(run) : 0;
  return { ...eraser.report, snapshots, changelogs };
}

/** The ids that go, ascending, and after them the first that stays. */
async function pickSnapshots({ table, rules }: ExpireRun): Promise<readonly bigint[]> {
  const log = table.snapshots;
  const [earliest, latest] = [await log.earliestId(), await log.latestId()];
  if (earliest === undefined || latest === undefined) return [];
  const consumers = rules.consumersKeepSnapshots ? await log.consumers() : [];
  const consumer = consumers.reduce<bigint | undefined>(
    (least, { nextSnapshot }) => (least === undefined || nextSnapshot < least ? nextSnapshot : least),
    undefined,
  );
  const { from, to } = expireRange(rules.snapshots, { earliest, latest, consumer });
  const ids = (await log.ids()).filter((id) => id >= earliest && id <= latest);
  let end = to;
  for (const id of ids) {
    if (id < from || id >= to) continue;
    const snapshot = await log.tryRead(id);
    if (snapshot === undefined || snapshot.timeMillis < rules.snapshots.beforeMs) continue;
    end = id;
    break;
  }
  const first = ids.findIndex((id) => id >= end);
  return first < 0 ? [] : ids.slice(0, first + 1);
}

interface Round {
  readonly doomed: readonly Snapshot[];
  /** The first snapshot that stays. */
  readonly next: Snapshot;
  readonly tags: readonly Snapshot[];
  readonly files: DoomedFiles;
  readonly metadata: ReadonlySet<string>;
}

/** Finds what goes with the first of these snapshots, changing nothing. `ids`: the last one stays. */
async function planRound(run: ExpireRun, ids: readonly bigint[], tags: readonly Snapshot[]): Promise<Round> {
  const { table, eraser, places, rules } = run;
  const files = new DoomedFiles(table, eraser, places);
  const produces = table.options.changelogProducer !== 'none';
  const doomed: Snapshot[] = [];
  let next: Snapshot | undefined;
  for (const id of ids) {
    checkAborted(eraser.options.signal);
    const last = id === ids.at(-1);
    // One that vanished was expired by somebody else.
    const snapshot = last ? await table.snapshots.read(id) : await table.snapshots.tryRead(id);
    if (snapshot === undefined) continue;
    if (doomed.length > 0) {
      await files.addDeleted(snapshot, tags, { keepAppended: rules.decoupled && !produces });
    }
    const full = files.size >= run.roundFilesMax || doomed.length >= ROUND_SNAPSHOTS_MAX;
    if (last || (full && doomed.length > 0)) {
      next = snapshot;
      break;
    }
    doomed.push(snapshot);
  }
  if (next === undefined) throw new LakeError('BUG', 'a round of expiry has no end');
  return finishRound(run, { doomed, next, tags, files });
}

async function finishRound(run: ExpireRun, part: Omit<Round, 'metadata'>): Promise<Round> {
  const { table, eraser, places, rules } = run;
  const { doomed, next, tags, files } = part;
  if (!rules.decoupled) {
    for (const { changelogManifestList: list } of doomed)
      if (list !== undefined) await files.addChangelog(list);
  }
  const [first] = doomed;
  const keepers = [...overlappingTags(tags, first?.id ?? next.id, next.id), next];
  const kept = await readOrNote(eraser, () => keptNames(table, keepers));
  const metadata = new DoomedMetadata(table, eraser, places, kept ?? new Set());
  if (kept === undefined) {
    eraser.note('manifests were left: those of kept snapshots are not all readable');
  } else {
    const produces = table.options.changelogProducer !== 'none';
    const parts = { data: !rules.decoupled || produces, changelog: !rules.decoupled, indexes: true };
    for (const snapshot of doomed) await metadata.add(snapshot, parts);
  }
  await keepUsedElsewhere(run, files, metadata.paths);
  return { ...part, metadata: metadata.paths };
}

async function executeRound(run: ExpireRun, planned: Round): Promise<void> {
  const { table, eraser, rules } = run;
  const { doomed, next } = planned;
  const directory = branchDirectory(table.path, table.branch);
  if (rules.decoupled) await publishChangelogs(run, doomed, `${directory}/changelog`);
  for (const { id } of doomed) await eraser.remove(`${directory}/snapshot/snapshot-${id}`);
  await eraser.write(async () => {
    await table.store.writeHint(`${directory}/snapshot/EARLIEST`, `${next.id}`);
    // No snapshot may come back after a power failure once its files are gone.
    await table.store.syncNames(`${directory}/snapshot`);
  });
  const { files, metadata } = await withNewTags(run, planned);
  await eraser.removeAll(files.paths(), 'data files');
  if (cleansDirectories(table)) await cleanEmptyBuckets(table, eraser, files.buckets());
  await eraser.removeAll(metadata, 'manifests');
}

/**
 * A tag made while the round was planned keeps its files. Nobody can make one of these snapshots any more:
 * their files are gone.
 */
async function withNewTags(run: ExpireRun, planned: Round): Promise<Round> {
  const tags = await taggedSnapshots(run.table);
  const known = new Set(planned.tags.map(({ id }) => id));
  if (tags.every(({ id }) => known.has(id) || id >= planned.next.id)) return planned;
  const { table, eraser, places, rules } = run;
  const files = new DoomedFiles(table, eraser, places);
  const keepAppended = rules.decoupled && table.options.changelogProducer === 'none';
  for (const snapshot of [...planned.doomed.slice(1), planned.next])
    await files.addDeleted(snapshot, tags, { keepAppended });
  return finishRound(run, { doomed: planned.doomed, next: planned.next, tags, files });
}

async function publishChangelogs(
  { table, eraser }: ExpireRun,
  doomed: readonly Snapshot[],
  directory: string,
): Promise<void> {
  for (const snapshot of doomed) {
    const text = printSnapshot(trimmedSnapshot(snapshot));
    // One that is there already is of a run that was interrupted.
    await eraser.write(() =>
      table.store.publish(`${directory}/changelog-${snapshot.id}`, new TextEncoder().encode(text)),
    );
  }
  const last = doomed.at(-1);
  if (last !== undefined)
    await eraser.write(() => table.store.writeHint(`${directory}/LATEST`, `${last.id}`));
}

/**
 * When nothing expires, a hint is left for the next run if there is none, or it names a snapshot that went.
 */
async function writeMissingHint({ table, eraser }: ExpireRun, earliest: bigint | undefined): Promise<void> {
  const id = earliest ?? (await table.snapshots.earliestId());
  const directory = `${branchDirectory(table.path, table.branch)}/snapshot`;
  if (id === undefined) return;
  const hint = await readOptionalText(table.store, `${directory}/EARLIEST`);
  if (hint !== undefined && (await table.store.exists(`${directory}/snapshot-${hint.trim()}`))) return;
  await eraser.write(() => table.store.writeHint(`${directory}/EARLIEST`, `${id}`));
}
