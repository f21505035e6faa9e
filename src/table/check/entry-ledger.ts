// The entries of one snapshot added up: which files live, and whether every ADD and DELETE fits the others.
import { FileKeys, type ManifestEntry } from '../../format/index.ts';
import type { Report } from './problem.ts';

/**
 * Takes the entries of a snapshot's base and delta.
 *
 * Limits  holds every file that is added or deleted: about 1 kB each, as planning does for the live ones.
 * Source  Paimon, manifest/FileEntry.java (mergeEntries), operation/commit/ConflictDetection.java.
 */
export class EntryLedger {
  readonly #report: Report;
  readonly #keys = new FileKeys();
  readonly #added = new Map<string, ManifestEntry>();
  readonly #deleted = new Map<string, string>();

  constructor(report: Report) {
    this.#report = report;
  }

  /** `manifest` is the file the entry stands in. */
  add(entry: ManifestEntry, manifest: string): void {
    const key = this.#keys.keyOf(entry);
    const { fileName } = entry.file;
    if (entry.kind === 'ADD') {
      if (this.#added.has(key)) this.#report.error('entries', manifest, `file ${fileName} is added twice`);
      else this.#added.set(key, entry);
    } else if (this.#deleted.has(key)) {
      this.#report.error('entries', manifest, `file ${fileName} is deleted twice`);
    } else this.#deleted.set(key, manifest);
  }

  /** The live files, once all entries are in. Deletes that fit no add are told. */
  live(): readonly ManifestEntry[] {
    for (const [key, manifest] of this.#deleted) {
      if (this.#added.delete(key)) continue;
      // The key begins with the length of the name, then bucket and level, then the name.
      const [length = '0', bucket = '', level = ''] = key.split(' ', 3);
      const start = length.length + bucket.length + level.length + 3;
      const name = key.slice(start, start + Number(length));
      this.#report.error('entries', manifest, `file ${name} is deleted without having been added`);
    }
    return [...this.#added.values()];
  }
}

/** Rows added less rows deleted. */
export function netRows(entries: readonly ManifestEntry[]): bigint {
  return entries.reduce(
    (sum, { kind, file }) => (kind === 'ADD' ? sum + file.rowCount : sum - file.rowCount),
    0n,
  );
}
