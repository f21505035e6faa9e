// The sub-commands by name. Each file is loaded when it is asked for, so that `--help` and small commands
// start without the engine.
import type { Command } from './io.ts';

/** A sub-command before it is loaded. */
export interface CommandEntry {
  readonly name: string;
  /** One line for the list of `spillway --help`. */
  readonly summary: string;
  load(): Promise<Command>;
}

/** In the order a newcomer would try them. */
export const COMMANDS: readonly CommandEntry[] = [
  { name: 'demo', summary: 'a tour of the bundled example warehouse', load: () => import('./demo.ts') },
  {
    name: 'sql',
    summary: 'query tables, insert rows, make tables of queries',
    load: () => import('./sql.ts'),
  },
  { name: 'scan', summary: 'print the rows of one table', load: () => import('./scan.ts') },
  { name: 'changes', summary: "follow a table's changelog", load: () => import('./changes.ts') },
  {
    name: 'system',
    summary: 'print a system table: snapshots, files, options, ...',
    load: () => import('./system.ts'),
  },
  { name: 'write', summary: 'write rows of a file into a table', load: () => import('./write.ts') },
  {
    name: 'compact',
    summary: 'merge files of a table into fewer ones',
    load: () => import('./compact.ts'),
  },
  {
    name: 'create',
    summary: 'make a database, or a table out of a schema in JSON',
    load: () => import('./create.ts'),
  },
  {
    name: 'alter',
    summary: "change a table's columns, comments and options",
    load: () => import('./alter.ts'),
  },
  { name: 'drop', summary: 'remove a table or a database', load: () => import('./drop.ts') },
  { name: 'truncate', summary: 'remove all rows of a table', load: () => import('./truncate.ts') },
  {
    name: 'drop-partition',
    summary: 'remove partitions of a table',
    load: () => import('./drop-partition.ts'),
  },
  { name: 'tag', summary: 'keep a snapshot under a name, or let it go', load: () => import('./tag.ts') },
  {
    name: 'branch',
    summary: 'make, delete and fast-forward branches',
    load: () => import('./branch.ts'),
  },
  {
    name: 'rollback',
    summary: 'go back to a snapshot or tag and forget what is newer',
    load: () => import('./rollback.ts'),
  },
  {
    name: 'expire',
    summary: 'remove old snapshots and the files only they need',
    load: () => import('./expire.ts'),
  },
  { name: 'clean', summary: 'remove files that nothing refers to', load: () => import('./clean.ts') },
  { name: 'check', summary: "verify a table's files and invariants", load: () => import('./check.ts') },
];
