// The metadata files that kept snapshots need, and those that only expired ones need.
import { LakeError } from '../../base/index.ts';
import { decodeIndexManifest, decodeManifestList, type Snapshot } from '../../format/index.ts';
import { manifestPath } from '../directories.ts';
import { readManifestFile } from '../plan/scan-entries.ts';
import type { Table } from '../table.ts';
import type { Eraser } from './eraser.ts';
import type { FilePlaces } from './file-places.ts';

/**
 * Base names of everything some snapshots need but data files: lists, manifests, index manifests, index files
 * and statistics.
 *
 * Shape   `lenient`: lists that are gone are passed over, as for kept changelogs.
 * Limits  about 100 bytes a manifest.
 * Errors  `FILE_MISSING`, `FILE_CORRUPT`.
 * Source  Paimon, operation/FileDeletionBase.java, ChangelogDeletion.java (manifestSkippingSet).
 */
export async function keptNames(
  table: Table,
  snapshots: readonly Snapshot[],
  { lenient = false }: { readonly lenient?: boolean } = {},
): Promise<Set<string>> {
  const kept = new Set<string>();
  for (const snapshot of snapshots) {
    for (const name of [snapshot.baseManifestList, snapshot.deltaManifestList]) {
      const file = await readOr(lenient, () => readManifestFile(table, name));
      if (file === undefined) continue;
      kept.add(name);
      for (const meta of decodeManifestList(file.bytes, file.path)) kept.add(meta.fileName);
    }
    const { indexManifest, statistics } = snapshot;
    if (statistics !== undefined) kept.add(statistics);
    const file =
      indexManifest === undefined
        ? undefined
        : await readOr(lenient, () => readManifestFile(table, indexManifest));
    if (file === undefined || indexManifest === undefined) continue;
    kept.add(indexManifest);
    for (const entry of decodeIndexManifest(file.bytes, file.path)) kept.add(entry.fileName);
  }
  return kept;
}

/** Which metadata of an expired snapshot goes with it. */
export interface MetadataParts {
  readonly data: boolean;
  readonly changelog: boolean;
  readonly indexes: boolean;
}

/** Collects the metadata files of expired snapshots that nothing kept needs. */
export class DoomedMetadata {
  readonly paths = new Set<string>();
  readonly #table: Table;
  readonly #eraser: Eraser;
  readonly #places: FilePlaces;
  readonly #kept: ReadonlySet<string>;
  readonly #read = new Set<string>();

  constructor(table: Table, eraser: Eraser, places: FilePlaces, kept: ReadonlySet<string>) {
    this.#table = table;
    this.#eraser = eraser;
    this.#places = places;
    this.#kept = kept;
  }

  /**
   * Adds what only this snapshot needs. What cannot be read is noted and left.
   *
   * Source  Paimon, operation/FileDeletionBase.java (cleanUnusedManifests).
   */
  async add(snapshot: Snapshot, parts: MetadataParts): Promise<void> {
    if (parts.data) {
      await this.#addList(snapshot.baseManifestList);
      await this.#addList(snapshot.deltaManifestList);
    }
    if (parts.changelog && snapshot.changelogManifestList !== undefined)
      await this.#addList(snapshot.changelogManifestList);
    if (!parts.indexes) return;
    if (snapshot.indexManifest !== undefined) await this.#addIndexes(snapshot.indexManifest);
    const { statistics } = snapshot;
    if (statistics === undefined || this.#kept.has(statistics)) return;
    this.paths.add(`${this.#table.path}/statistics/${statistics}`);
  }

  async #addList(name: string): Promise<void> {
    if (this.#seen(name)) return;
    const file = await readOrNote(this.#eraser, () => readManifestFile(this.#table, name));
    for (const meta of file === undefined ? [] : decodeManifestList(file.bytes, file.path)) {
      if (!this.#kept.has(meta.fileName)) this.paths.add(manifestPath(this.#table.path, meta.fileName));
    }
    if (!this.#kept.has(name)) this.paths.add(manifestPath(this.#table.path, name));
  }

  async #addIndexes(name: string): Promise<void> {
    if (this.#seen(name)) return;
    const file = await readOrNote(this.#eraser, () => readManifestFile(this.#table, name));
    for (const entry of file === undefined ? [] : decodeIndexManifest(file.bytes, file.path)) {
      const path = this.#kept.has(entry.fileName) ? undefined : this.#places.index(entry);
      if (path !== undefined) this.paths.add(path);
    }
    if (!this.#kept.has(name)) this.paths.add(manifestPath(this.#table.path, name));
  }

  #seen(name: string): boolean {
    if (this.#read.has(name)) return true;
    this.#read.add(name);
    return false;
  }
}

/** What a step reads; undefined when the file is gone, and, with a note, when it is unreadable. */
export async function readOrNote<T>(eraser: Eraser, step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof LakeError) || !['corrupt', 'denied', 'unsupported'].includes(error.kind))
      throw error;
    if (error.code !== 'FILE_MISSING') eraser.note(`files were left: ${error.message}`);
    return undefined;
  }
}

async function readOr<T>(lenient: boolean, step: () => Promise<T>): Promise<T | undefined> {
  try {
    return await step();
  } catch (error) {
    if (lenient && error instanceof LakeError && error.code === 'FILE_MISSING') return undefined;
    throw error;
  }
}
