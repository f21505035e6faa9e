// Where a table's files can lie, and what is there: the directories that removing orphans looks into.
import { posix } from 'node:path';
import { checkAborted } from '../../base/index.ts';
import { dataDirectory } from '../../format/index.ts';
import { localPath } from '../directories.ts';
import type { Table } from '../table.ts';
import { list } from '../table-options.ts';

/** A file that may be an orphan. */
export interface Candidate {
  readonly path: string;
  readonly size: number;
}

/**
 * The directories that hold manifests, indexes, statistics and data: of the last the buckets, and partitions
 * that have none.
 *
 * Shape   absolute paths, in the order they are found; partitions are directories with `=` in their name, as
 *         deep as the table has partition keys.
 * Errors  `FEATURE_UNSUPPORTED` for external paths that are not on this machine.
 * Source  Paimon, operation/OrphanFilesClean.java (listPaimonFileDirs).
 */
export async function* fileDirectories(table: Table, signal?: AbortSignal): AsyncGenerator<string> {
  for (const folder of ['manifest', 'index', 'statistics']) yield `${table.path}/${folder}`;
  const { raw } = table.options;
  const data = [table.path, dataDirectory(raw)].filter((part) => part !== '').join('/');
  const roots = [
    data,
    ...list(raw, 'data-file.external-paths').map((root) => posix.normalize(localPath(root))),
  ];
  for (const root of roots) {
    yield* buckets(table, root.replace(/\/+$/, ''), table.schema.partitionKeys.length, signal);
  }
}

async function* buckets(
  table: Table,
  directory: string,
  depth: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<string> {
  for await (const { name, kind } of table.store.list(directory)) {
    checkAborted(signal);
    if (kind !== 'directory') continue;
    const path = `${directory}/${name}`;
    if (depth === 0) {
      if (name.startsWith('bucket-')) yield path;
      continue;
    }
    if (!name.includes('=')) continue;
    let found = false;
    for await (const below of buckets(table, path, depth - 1, signal)) {
      found = true;
      yield below;
    }
    if (!found) yield path;
  }
}

/** Files of a directory last changed before a moment. `wanted` is asked first, for looking costs a call. */
export async function* oldFiles(
  table: Table,
  directory: string,
  beforeMs: number,
  wanted: (name: string) => boolean,
): AsyncGenerator<Candidate> {
  for await (const { name, kind } of table.store.list(directory)) {
    if (kind !== 'file' || !wanted(name)) continue;
    const path = `${directory}/${name}`;
    const found = await table.store.stat(path);
    if (found?.kind === 'file' && found.modifiedMs < beforeMs) yield { path, size: found.size };
  }
}

/** True when a directory is there, holds nothing and was last changed before a moment. */
export async function isOldAndEmpty(table: Table, directory: string, beforeMs: number): Promise<boolean> {
  for await (const _ of table.store.list(directory)) return false;
  const found = await table.store.stat(directory);
  return found?.kind === 'directory' && found.modifiedMs < beforeMs;
}
