// Where the files of a table lie, and the refusal of files outside it.
import { posix } from 'node:path';
import { LakeError, unsupported } from '../base/index.ts';
import type { DataFileMeta } from '../format/index.ts';
import { list } from './table-options.ts';

/** The directory of a branch's metadata: the table's own for the main branch. */
export function branchDirectory(tablePath: string, branch: string | undefined): string {
  return branch === undefined ? tablePath : `${tablePath}/branch/branch-${branch}`;
}

/** A manifest list, manifest or index manifest; branches share the main table's. */
export function manifestPath(tablePath: string, fileName: string): string {
  return `${tablePath}/manifest/${fileName}`;
}

/** The number at the end of `<prefix><digits>`, undefined for any other name. */
export function numberedName(name: string, prefix: string): bigint | undefined {
  if (!name.startsWith(prefix)) return undefined;
  const digits = name.slice(prefix.length);
  return /^\d{1,19}$/.test(digits) ? BigInt(digits) : undefined;
}

/**
 * The path of a data file.
 *
 * Shape   `bucketPath` the directory of the split's bucket. A file may lie elsewhere only below one of
 *         `data-file.external-paths`.
 * Errors  `PATH_OUTSIDE_TABLE`; `FEATURE_UNSUPPORTED` for a place that is not this machine's file system.
 */
export function dataFilePath(
  file: Pick<DataFileMeta, 'fileName' | 'externalPath'>,
  bucketPath: string,
  options: Readonly<Record<string, string>>,
): string {
  checkFileName(file.fileName);
  if (file.externalPath === undefined) return `${bucketPath}/${file.fileName}`;
  return externalFilePath(file.externalPath, options);
}

/** A path that metadata names in full. See `dataFilePath`. */
export function externalFilePath(external: string, options: Readonly<Record<string, string>>): string {
  const path = posix.normalize(localPath(external));
  const allowed = list(options, 'data-file.external-paths').map((root) => posix.normalize(localPath(root)));
  if (allowed.some((root) => path.startsWith(root.endsWith('/') ? root : `${root}/`))) return path;
  throw outside(external);
}

/** Refuses base names that are a path. */
export function checkFileName(name: string): void {
  if (name === '' || name === '.' || name === '..' || /[/\\\0]/.test(name)) throw outside(name);
}

/** A path without its `file:` scheme. Errors: `FEATURE_UNSUPPORTED` for any other scheme. */
export function localPath(text: string): string {
  const match = /^([a-zA-Z][a-zA-Z0-9+.-]*):(?:\/\/[^/]*)?(\/.*)$/.exec(text);
  if (match === null) return text;
  if (match[1]?.toLowerCase() === 'file') return match[2] as string;
  throw unsupported('data-file.external-paths', `Files at ${match[1]}: are not reachable from this version.`);
}

function outside(name: string): LakeError {
  return new LakeError(
    'PATH_OUTSIDE_TABLE',
    `Metadata names the file "${name}", which is outside the table.`,
    {
      file: name,
    },
  );
}
