// Where the files of a table lie below its directory.

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
