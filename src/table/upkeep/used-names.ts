// Which of some files are in use: everything that snapshots, tags and kept changelogs of branches refer to.
import { checkAborted, LakeError } from '../../base/index.ts';
import {
  decodeIndexManifest,
  decodeManifest,
  decodeManifestList,
  type ManifestFileMeta,
  type Snapshot,
} from '../../format/index.ts';
import { readManifestFile } from '../plan/scan-entries.ts';
import { SnapshotLog } from '../snapshots.ts';
import type { Table } from '../table.ts';

/** A snapshot, tag or changelog, and whether it is still there. */
interface Holder {
  readonly name: string;
  readonly snapshot: Snapshot;
  /** Undefined when files of it may be gone by right, as those of a kept changelog. */
  readonly stillThere?: () => Promise<boolean>;
}

/** `only: 'changelogs'`: what snapshots and tags refer to does not count. */
export interface DropOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: (line: string) => void;
  readonly only?: 'changelogs';
}

/**
 * Takes away from `names` every base name that something in these branches refers to. A file that is deleted
 * by a later manifest counts as used as long as a manifest in use names it.
 *
 * Shape   `branches`: undefined is main. Names are enough: they hold a UUID.
 * Limits  holds `names` and the names of the manifests of one branch; one manifest's bytes at a time.
 * Errors  `FILE_MISSING`, `FILE_CORRUPT` and what the store fails with: then nothing is known about any name.
 *         Files of a snapshot that expires meanwhile may be missing.
 * Source  Paimon, operation/OrphanFilesClean.java (collectWithoutDataFile), LocalOrphanFilesClean.java.
 *         Stricter than Java: a missing manifest of a snapshot that is still there is an error.
 */
export async function dropUsedNames(
  table: Table,
  branches: readonly (string | undefined)[],
  names: Set<string>,
  options: DropOptions = {},
): Promise<void> {
  const read = new Set<string>();
  for (const branch of branches) {
    if (names.size === 0) return;
    const manifests = new Map<string, { readonly meta: ManifestFileMeta; readonly holder: Holder }>();
    for await (const holder of holders(table, branch, options.only)) {
      checkAborted(options.signal);
      options.onProgress?.(`looking at ${holder.name} of branch ${branch ?? 'main'}`);
      const { statistics } = holder.snapshot;
      if (statistics !== undefined) names.delete(statistics);
      await dropIndexes(table, holder, names);
      for (const meta of await manifestsOf(table, holder, names)) {
        names.delete(meta.fileName);
        // The newest holder counts: it is the last to go.
        if (!read.has(meta.fileName)) manifests.set(meta.fileName, { meta, holder });
      }
    }
    for (const { meta, holder } of manifests.values()) {
      checkAborted(options.signal);
      const file = await present(holder, () => readManifestFile(table, meta.fileName, meta.fileSize));
      if (file === undefined) continue;
      read.add(meta.fileName);
      decodeManifest(file.bytes, file.path, {
        stats: false,
        onEntry: (entry) => {
          names.delete(entry.file.fileName);
          for (const extra of entry.file.extraFiles) names.delete(extra);
        },
      });
    }
  }
}

/** Changelogs, tags and snapshots, in this order, each ascending: what is kept longest comes last. */
async function* holders(
  table: Table,
  branch: string | undefined,
  only: DropOptions['only'],
): AsyncGenerator<Holder> {
  const log = new SnapshotLog(table.store, table.path, branch);
  for (const id of await log.changelogIds()) {
    const snapshot = await log.tryChangelog(id);
    if (snapshot !== undefined) yield { name: `changelog ${id}`, snapshot };
  }
  if (only === 'changelogs') return;
  for (const { name, tag } of await log.tags()) {
    const stillThere = async (): Promise<boolean> => (await log.tryTag(name)) !== undefined;
    yield { name: `tag ${name}`, snapshot: tag, stillThere };
  }
  for (const id of await log.ids()) {
    const snapshot = await log.tryRead(id);
    if (snapshot === undefined) continue;
    yield { name: `snapshot ${id}`, snapshot, stillThere: () => log.exists(id) };
  }
}

async function manifestsOf(
  table: Table,
  holder: Holder,
  names: Set<string>,
): Promise<readonly ManifestFileMeta[]> {
  const { snapshot } = holder;
  const own = [
    [snapshot.deltaManifestList, snapshot.deltaManifestListSize],
    [snapshot.baseManifestList, snapshot.baseManifestListSize],
  ] as const;
  const metas: ManifestFileMeta[] = [];
  for (const [name, size] of own) {
    names.delete(name);
    const file = await present(holder, () => readManifestFile(table, name, size));
    if (file !== undefined) metas.push(...decodeManifestList(file.bytes, file.path));
  }
  const { changelogManifestList: changelog, changelogManifestListSize: size } = snapshot;
  if (changelog === undefined) return metas;
  names.delete(changelog);
  // A tag outlives the changelog of its snapshot, so this list may be gone by right.
  const lenient = { name: holder.name, snapshot };
  const file = await present(lenient, () => readManifestFile(table, changelog, size));
  if (file !== undefined) metas.push(...decodeManifestList(file.bytes, file.path));
  return metas;
}

async function dropIndexes(table: Table, holder: Holder, names: Set<string>): Promise<void> {
  const { indexManifest } = holder.snapshot;
  if (indexManifest === undefined) return;
  names.delete(indexManifest);
  const file = await present(holder, () => readManifestFile(table, indexManifest));
  if (file === undefined) return;
  for (const entry of decodeIndexManifest(file.bytes, file.path)) names.delete(entry.fileName);
}

/** What a step reads, undefined when the file is missing because its holder went meanwhile. */
async function present<T>({ stillThere }: Holder, step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof LakeError) || error.code !== 'FILE_MISSING') throw error;
    if (stillThere !== undefined && (await stillThere())) throw error;
    return undefined;
  }
}
