// Upkeep that is stopped: what is done before, the line that is stopped, and what is done again afterwards.

/**
 * A line that is stopped, after others that prepare for it. `again`: what is done afterwards, by default the
 * line itself. `gaps`: a state in between may lack snapshots.
 */
export interface StoppedCase {
  readonly table: string;
  readonly options?: Readonly<Record<string, string>>;
  readonly before: readonly string[];
  readonly line: string;
  readonly again?: readonly string[];
  readonly gaps?: boolean;
}

const DECOUPLED = { 'changelog.num-retained.min': '4', 'changelog.num-retained.max': '9' };

export const STOPPED_CASES: Readonly<Record<string, StoppedCase>> = {
  'create tag': { table: 'pk_bucket4', before: [], line: 'tag a 2' },
  'delete tag': {
    table: 'pk_bucket1_levels',
    before: ['tag a 3', 'tag b 9', 'expire 1 2 100 1_ms'],
    line: 'delete-tag a',
  },
  'create branch': {
    table: 'pk_bucket4',
    before: ['tag a 2'],
    line: 'branch b a',
    again: ['delete-branch b', 'branch b a'],
  },
  'delete branch': { table: 'pk_bucket4', before: ['tag a 2', 'branch b a'], line: 'delete-branch b' },
  'fast-forward': {
    table: 'schema_pk',
    before: ['tag a 2', 'branch b a', 'tag c 4'],
    line: 'fast-forward b',
  },
  'fast-forward where main has nothing older': {
    table: 'pk_bucket4',
    before: ['tag a 1', 'branch b a'],
    line: 'fast-forward b',
  },
  rollback: { table: 'dv_pk', before: ['tag a 2', 'tag b 9'], line: 'rollback 4' },
  'rollback to an expired snapshot': {
    table: 'dv_pk',
    before: ['tag a 2', 'tag b 9', 'expire 1 2 100 1_ms'],
    line: 'rollback-tag a',
    gaps: true,
  },
  'rollback with changelogs': {
    table: 'cl_input',
    options: DECOUPLED,
    before: ['tag a 3', 'expire 1 3 100 1_ms'],
    line: 'rollback-tag a',
    gaps: true,
  },
  expire: {
    table: 'pk_bucket1_levels',
    before: ['tag a 3', 'tag b 9', 'consumer c 19'],
    line: 'expire 1 2 100 1_ms',
  },
  'expire with deletion vectors': { table: 'dv_pk', before: ['tag a 4'], line: 'expire 1 2 100 1_ms' },
  'expire beside a branch': {
    table: 'dv_pk',
    before: ['tag a 4', 'branch b a', 'delete-tag a'],
    line: 'expire 1 2 100 1_ms',
  },
  'expire into changelogs': {
    table: 'cl_input',
    options: DECOUPLED,
    before: [],
    line: 'expire 1 3 100 1_ms',
  },
  'expire changelogs that are added files': {
    table: 'cl_none',
    options: DECOUPLED,
    before: ['tag a 2'],
    line: 'expire 1 2 100 1_ms',
  },
  'expire and clean directories': {
    table: 'overwrite',
    options: { 'snapshot.clean-empty-directories': 'true' },
    before: [],
    line: 'expire 1 1 100 1_ms',
  },
  clean: { table: 'dv_pk', before: ['tag a 4', 'rollback 5'], line: 'clean 1' },
};

/** Where files may stay that a manifest or changelog in use still names. */
export const NAMED = /\/(bucket-\d+|manifest)\//;

/** A line for `perform`: the table in front, tabs for blanks. */
export function scriptLine(table: string, words: string): string {
  return `golden.${table}\t${words.replaceAll(' ', '\t').replaceAll('_ms', ' ms')}`;
}
