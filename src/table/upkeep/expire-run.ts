// What the rounds of expiry share: who else keeps files, and which tags and branches those are.
import { basename } from 'node:path';
import type { Snapshot } from '../../format/index.ts';
import type { Table } from '../table.ts';
import { flag } from '../table-options.ts';
import type { DoomedFiles } from './doomed-files.ts';
import type { Eraser } from './eraser.ts';
import type { ExpireRules } from './expire-rules.ts';
import type { FilePlaces } from './file-places.ts';
import { dropUsedNames } from './used-names.ts';

/** What the rounds of one run share. */
export interface ExpireRun {
  readonly table: Table;
  readonly eraser: Eraser;
  readonly places: FilePlaces;
  readonly rules: ExpireRules;
  readonly roundFilesMax: number;
  /** Branches other than the one that is worked on; undefined is main. */
  readonly others: readonly (string | undefined)[];
}

/** The branches of a table but the one that is opened. */
export async function otherBranches(table: Table): Promise<readonly (string | undefined)[]> {
  const all = [undefined, ...(await table.snapshots.branches())];
  return all.filter((branch) => branch !== table.branch);
}

/** Snapshots that tags of the branch hold, one for each id, ascending. */
export async function taggedSnapshots(table: Table): Promise<readonly Snapshot[]> {
  const byId = new Map((await table.snapshots.tags()).map(({ tag }) => [tag.id, tag] as const));
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Takes out of what is to go all that other branches use. */
export async function keepUsedElsewhere(
  { table, eraser, others }: Pick<ExpireRun, 'table' | 'eraser' | 'others'>,
  files: DoomedFiles,
  metadata: Set<string>,
): Promise<void> {
  if (others.length === 0) return;
  const free = new Set([...files.paths(), ...metadata].map((path) => basename(path)));
  const { signal } = eraser.options;
  await dropUsedNames(table, others, free, { signal, onProgress: (line) => eraser.progress(line) });
  files.filter((path) => free.has(basename(path)));
  for (const path of metadata) if (!free.has(basename(path))) metadata.delete(path);
}

/** Tags whose metadata may be shared with snapshots of a range. Source: `findSkippingTags`. */
export function overlappingTags(
  tags: readonly Snapshot[],
  begin: bigint,
  endExclusive: bigint,
): readonly Snapshot[] {
  const right = tags.findLastIndex(({ id }) => id < endExclusive);
  const left = tags.findLastIndex(({ id }) => id <= begin);
  return tags.slice(Math.max(left, 0), right + 1);
}

/** Whether directories that become empty are removed. */
export function cleansDirectories(table: Table): boolean {
  const { raw } = table.options;
  const old = flag(raw, 'snapshot.expire.clean-empty-directories', false);
  return flag(raw, 'snapshot.clean-empty-directories', old);
}
