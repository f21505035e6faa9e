// The one error class of Spillway, and the one table of its codes.
// Callers match on `kind` or `code`, never on text. Every code says what to do about it.

/** What a caller can do about an error: change the input, retry, wait, restore, or report a bug. */
export type ErrorKind =
  | 'invalid'
  | 'conflict'
  | 'exhausted'
  | 'unavailable'
  | 'corrupt'
  | 'unsupported'
  | 'denied'
  | 'closed'
  | 'bug';

/** Every error code with its kind and the action to take. `docs/errors.md` lists the same table. */
export const CODES = {
  ARGUMENT_INVALID: { kind: 'invalid', action: 'Change the argument the message names.' },
  FILTER_INVALID: {
    kind: 'invalid',
    action: 'Correct the filter; the message says where it stops being valid.',
  },
  SQL_INVALID: { kind: 'invalid', action: 'Correct the statement; the message quotes the engine.' },
  VALUE_OUT_OF_RANGE: { kind: 'invalid', action: 'Use a type that holds the value the message names.' },
  VALUE_CAST_FAILED: {
    kind: 'invalid',
    action: 'The stored value cannot be read as the new column type; fix the data or the type.',
  },
  WAREHOUSE_MISSING: {
    kind: 'invalid',
    action: 'Give the directory that holds the `<database>.db` folders.',
  },
  DATABASE_MISSING: {
    kind: 'invalid',
    action: 'List the databases with `spillway sql "SHOW DATABASES"` and correct the name.',
  },
  TABLE_MISSING: { kind: 'invalid', action: 'List the tables of the database and correct the name.' },
  DATABASE_EXISTS: { kind: 'invalid', action: 'Use the database that is there, or another name.' },
  DATABASE_NOT_EMPTY: {
    kind: 'invalid',
    action: 'Drop its tables first, or say that they go with it (`--cascade`).',
  },
  TABLE_EXISTS: { kind: 'invalid', action: 'Use the table that is there, or another name.' },
  COLUMN_MISSING: { kind: 'invalid', action: 'Use a column of the schema; the message lists them.' },
  SNAPSHOT_MISSING: {
    kind: 'invalid',
    action: 'Use a snapshot that still exists; see the `$snapshots` system table.',
  },
  TAG_MISSING: { kind: 'invalid', action: 'Use an existing tag; see the `$tags` system table.' },
  TAG_EXISTS: { kind: 'invalid', action: 'Use another name, or delete the tag first.' },
  BRANCH_EXISTS: { kind: 'invalid', action: 'Use another name, or delete the branch first.' },
  BRANCH_MISSING: { kind: 'invalid', action: 'Use an existing branch; see the `$branches` system table.' },
  SCHEMA_INVALID: {
    kind: 'invalid',
    action: 'Java refuses this schema too; correct the option or column the message names.',
  },
  MERGE_REFUSED: {
    kind: 'invalid',
    action: 'The merge engine cannot take this record; set the option the message names.',
  },
  READ_EXPIRED: {
    kind: 'conflict',
    action: 'The snapshot was expired while it was read; read again from a newer one.',
  },
  COMMIT_CONFLICT: { kind: 'conflict', action: 'Read the latest snapshot again, then retry.' },
  COMMIT_UNKNOWN: {
    kind: 'unavailable',
    action: 'Look for a snapshot of the same commit user and identifier before committing again.',
  },
  VALUE_INVALID: {
    kind: 'invalid',
    action: 'Correct the row and column the message names; nothing was written.',
  },
  BUDGET_EXHAUSTED: {
    kind: 'exhausted',
    action: 'Wait `retryAfterMs`, ask for less at once, or give more memory.',
  },
  MEMORY_EXHAUSTED: {
    kind: 'exhausted',
    action: 'Give the query more memory, or read fewer columns at once.',
  },
  DISK_EXHAUSTED: {
    kind: 'exhausted',
    action: 'Free space at the place the message names, or use another temporary directory.',
  },
  LIMIT_EXCEEDED: {
    kind: 'exhausted',
    action: 'The named limit protects the process; raise it if the input is trusted.',
  },
  ENGINE_UNAVAILABLE: { kind: 'unavailable', action: 'Retry; the engine is restarting.' },
  ENGINE_HUNG: { kind: 'unavailable', action: 'Retry; a query that made no progress was stopped.' },
  STORE_UNAVAILABLE: { kind: 'unavailable', action: 'Check that the files are reachable, then retry.' },
  SYNC_FAILED: {
    kind: 'unavailable',
    action: 'Nothing was published after it; check the disk, then do the whole work again.',
  },
  FILE_MISSING: {
    kind: 'corrupt',
    action: 'Restore the file, or roll back to a snapshot that does not need it.',
  },
  FILE_CORRUPT: { kind: 'corrupt', action: 'Restore the named file from a copy, or roll back.' },
  PATH_OUTSIDE_TABLE: {
    kind: 'corrupt',
    action: 'Metadata names a file outside the table; allow it by `data-file.external-paths` if it is meant.',
  },
  FEATURE_UNSUPPORTED: {
    kind: 'unsupported',
    action: 'The table uses the named feature, which this version does not read.',
  },
  SQL_DENIED: { kind: 'denied', action: 'Queries may read tables only; remove what the message names.' },
  FILE_DENIED: {
    kind: 'denied',
    action: 'Give the process permission to read, or to write, the named file or directory.',
  },
  CANCELLED: { kind: 'closed', action: 'The caller stopped the work.' },
  CLOSED: { kind: 'closed', action: 'Open it again.' },
  BUG: { kind: 'bug', action: 'Report it with the message and the stack.' },
} as const satisfies Record<string, { readonly kind: ErrorKind; readonly action: string }>;

/** A key of `CODES`. */
export type ErrorCode = keyof typeof CODES;

/** Facts about an error, for machines: names, numbers, file and offset. Never secrets. */
export type ErrorDetails = Readonly<Record<string, unknown>>;

/**
 * The only error Spillway throws on purpose.
 *
 * Shape   `code` names the case, `kind` says what the caller can do, `action` says it as a sentence,
 *         `details` carries the names and numbers, `cause` the error underneath.
 */
export class LakeError extends Error {
  readonly code: ErrorCode;
  readonly kind: ErrorKind;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'LakeError';
    this.code = code;
    this.kind = CODES[code].kind;
    this.details = details;
  }

  /** The sentence that tells the caller what to do. */
  get action(): string {
    return CODES[this.code].action;
  }
}

/** A `corrupt` error that names the file and the byte where it stopped making sense. */
export function corrupt(file: string, offset: number | undefined, what: string, cause?: unknown): LakeError {
  const at = offset === undefined ? '' : ` at byte ${offset}`;
  return new LakeError('FILE_CORRUPT', `${file}${at}: ${what}`, { file, offset }, cause);
}

/** An `unsupported` error that names the option or feature. */
export function unsupported(feature: string, message: string): LakeError {
  return new LakeError('FEATURE_UNSUPPORTED', message, { feature });
}

/** Fails with `BUG` when one of our own invariants does not hold. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new LakeError('BUG', message);
}

/** The same error if it is a `LakeError`, else a `BUG` that carries it as cause. */
export function asLakeError(error: unknown): LakeError {
  if (error instanceof LakeError) return error;
  if (error instanceof Error && error.name === 'AbortError') {
    return new LakeError('CANCELLED', 'The work was cancelled.', {}, error);
  }
  const message = error instanceof Error ? error.message : String(error);
  return new LakeError('BUG', message, {}, error);
}

/** Throws `CANCELLED` when the signal has fired. */
export function checkAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LakeError('CANCELLED', 'The work was cancelled.', {}, signal.reason);
}
