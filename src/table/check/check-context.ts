// What the steps of one check share.
import type { Engine } from '../../engine/index.ts';
import type { Snapshot } from '../../format/index.ts';
import type { Table } from '../table.ts';
import type { Report } from './problem.ts';

/**
 * Files remembered as looked at; beyond it a file of several snapshots is looked at again. About 150 bytes
 * each.
 */
export const FILES_REMEMBERED_MAX = 2_000_000;

/** One check of one table. `table` is the branch being looked at; the sets are shared by all branches. */
export interface CheckContext {
  readonly table: Table;
  readonly report: Report;
  readonly schemaIds: ReadonlySet<number>;
  /** Paths whose existence and size were looked at. */
  readonly seenFiles: Set<string>;
  /** Paths whose rows were read. */
  readonly readFiles: Set<string>;
  /** Opens the engine for `data`; undefined when only metadata is checked. */
  readonly engine: (() => Promise<Engine>) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A snapshot with the file it stands in: a snapshot, a tag or a kept changelog. */
export interface PlacedSnapshot {
  readonly file: string;
  readonly snapshot: Snapshot;
}

/** Adds a path to a bounded set; false when it was there. */
export function firstTime(seen: Set<string>, path: string): boolean {
  if (seen.has(path)) return false;
  if (seen.size < FILES_REMEMBERED_MAX) seen.add(path);
  return true;
}
