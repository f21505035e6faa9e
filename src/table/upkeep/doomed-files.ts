// The data files that nothing needs once some snapshots are gone.
import { decodeManifest, decodeManifestList, type ManifestEntry, type Snapshot } from '../../format/index.ts';
import { readManifestFile } from '../plan/scan-entries.ts';
import type { Table } from '../table.ts';
import type { Eraser } from './eraser.ts';
import type { FilePlaces } from './file-places.ts';
import { readOrNote } from './kept-manifests.ts';
import { type FileSet, liveFiles } from './live-files.ts';

/** `FileEntry.fileSource` of files that a writer added, not a compaction. */
const SOURCE_APPEND = 0;

/** A data file that is to go: where it is, and its bucket's directory. */
interface Doomed {
  readonly paths: readonly string[];
  readonly bucket: string;
}

/**
 * Collects data files of expired snapshots.
 *
 * Limits  about 300 bytes a file, and the set of one tag's files (120 bytes each).
 * Source  Paimon, operation/FileDeletionBase.java, SnapshotDeletion.java, ChangelogDeletion.java.
 */
export class DoomedFiles {
  readonly #table: Table;
  readonly #eraser: Eraser;
  readonly #places: FilePlaces;
  readonly #files = new Map<string, Doomed>();
  #tag: { readonly id: bigint; readonly files: FileSet | undefined } | undefined;

  constructor(table: Table, eraser: Eraser, places: FilePlaces) {
    this.#table = table;
    this.#eraser = eraser;
    this.#places = places;
  }

  get size(): number {
    return this.#files.size;
  }

  /** Every path that is to go. */
  *paths(): Generator<string> {
    for (const { paths } of this.#files.values()) yield* paths;
  }

  /** The directories of buckets that lose files. */
  buckets(): ReadonlySet<string> {
    return new Set([...this.#files.values()].map(({ bucket }) => bucket));
  }

  /** Keeps only paths `wanted` says yes to. */
  filter(wanted: (path: string) => boolean): void {
    for (const [key, doomed] of this.#files) {
      const paths = doomed.paths.filter(wanted);
      if (paths.length === 0) this.#files.delete(key);
      else this.#files.set(key, { ...doomed, paths });
    }
  }

  /**
   * Adds the files a snapshot deleted, except those the newest tag before it holds.
   *
   * Shape   `tags`: one snapshot a tag, ascending. `keepAppended`: leave files that writers added: they are
   *         changelog. A file that one snapshot deletes and adds, for it moves to another level, stays.
   */
  async addDeleted(
    snapshot: Snapshot,
    tags: readonly Snapshot[],
    { keepAppended }: { readonly keepAppended: boolean },
  ): Promise<void> {
    const held = await this.#heldByTag(snapshot.id, tags);
    if (held === 'unknown') return;
    const found = await this.#readDeleted(snapshot);
    for (const [path, entry] of found ?? []) {
      if (held?.has(entry)) continue;
      if (keepAppended && (entry.file.fileSource ?? SOURCE_APPEND) === SOURCE_APPEND) continue;
      this.#add(path, entry, this.#places.extras(entry));
    }
  }

  /** Adds the files a changelog manifest list adds. What cannot be read is noted and left. */
  async addChangelog(list: string): Promise<void> {
    const onEntry = (entry: ManifestEntry): void => {
      const path = entry.kind === 'ADD' ? this.#places.data(entry) : undefined;
      if (path !== undefined) this.#add(path, entry, []);
    };
    const metas = await this.#readList(list);
    for (const { fileName } of metas ?? []) {
      const file = await readOrNote(this.#eraser, () => readManifestFile(this.#table, fileName));
      if (file !== undefined) decodeManifest(file.bytes, file.path, { stats: false, onEntry });
    }
  }

  /** Undefined when some manifest cannot be read: then nothing of it may go. */
  async #readDeleted(snapshot: Snapshot): Promise<Map<string, ManifestEntry> | undefined> {
    const deleted = new Map<string, ManifestEntry>();
    const added = new Map<string, number>();
    const onEntry = (entry: ManifestEntry): void => {
      const path = this.#places.data(entry);
      if (path === undefined) return;
      if (entry.kind === 'ADD') {
        added.set(path, entry.file.level);
        deleted.delete(path);
      } else if ((added.get(path) ?? entry.file.level) === entry.file.level) {
        // An ADD on another level before this DELETE is the same file moved: it lives.
        deleted.set(path, entry);
      }
    };
    const metas = await this.#readList(snapshot.deltaManifestList);
    for (const { fileName } of metas ?? []) {
      const file = await readOrNote(this.#eraser, () => readManifestFile(this.#table, fileName));
      if (file === undefined) return undefined;
      decodeManifest(file.bytes, file.path, { stats: false, onEntry });
    }
    return deleted;
  }

  async #readList(list: string): Promise<ReturnType<typeof decodeManifestList> | undefined> {
    return readOrNote(this.#eraser, async () => {
      const { bytes, path } = await readManifestFile(this.#table, list);
      return decodeManifestList(bytes, path);
    });
  }

  /** The files of the newest tag before a snapshot; `unknown` when they cannot be read. */
  async #heldByTag(id: bigint, tags: readonly Snapshot[]): Promise<FileSet | undefined | 'unknown'> {
    const tag = tags.findLast((snapshot) => snapshot.id < id);
    if (tag === undefined) return undefined;
    if (this.#tag?.id !== tag.id) {
      const { signal } = this.#eraser.options;
      let files: FileSet | undefined;
      try {
        files = await liveFiles(this.#table, [tag], signal);
      } catch (error) {
        await readOrNote(this.#eraser, () => Promise.reject(error));
        this.#eraser.note(
          `files of tagged snapshot ${tag.id} are not known, so none deleted after it are removed`,
        );
      }
      this.#tag = { id: tag.id, files };
    }
    return this.#tag.files ?? 'unknown';
  }

  #add(path: string, entry: ManifestEntry, extras: readonly string[]): void {
    const bucket = this.#places.bucket(entry.partition, entry.bucket);
    this.#files.set(path, { paths: [path, ...extras], bucket });
  }
}
