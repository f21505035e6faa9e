// DuckDB's error texts as LakeErrors. DuckDB gives no codes over its C interface, only texts that open with
// the kind of the error: this file is the one place that matches on them.
import { LakeError } from '../base/index.ts';

/**
 * What was being done when DuckDB failed: reading stored files, or running a statement someone wrote. `paths`
 * of a statement: the files it reads; a failure that names one of them is about that file.
 */
export type Activity =
  | { readonly kind: 'files'; readonly paths: readonly string[] }
  | { readonly kind: 'statement'; readonly paths?: readonly string[] };

const KIND = /(?:^|: )([A-Za-z][A-Za-z ]*?) Error: /;

/**
 * The kind word DuckDB's message opens with, in lower case: `io`, `out of memory`, `binder`; empty when there
 * is none.
 */
export function duckErrorKind(message: string): string {
  // A statement that failed before its first row is reported with the real error on the next line.
  const inner = message.split('closed pending query result\n', 2)[1] ?? message;
  return (KIND.exec(inner)?.[1] ?? '').toLowerCase();
}

const CODEC = /Unsupported compression codec "([^"]*)"/;

/** True when a file was refused for Parquet's deprecated codec LZ4, which only `readParquet` reads. */
export function isLz4Refusal(error: unknown): boolean {
  return error instanceof LakeError && error.details.feature === codecFeature('LZ4');
}

/**
 * True when a file was refused for bytes in a STRING column that are no UTF-8, which only `readParquet`
 * reads.
 */
export function isTextRefusal(error: unknown): boolean {
  if (!(error instanceof LakeError && error.code === 'FILE_CORRUPT' && error.cause instanceof Error))
    return false;
  return error.cause.message.includes('Invalid string encoding found in Parquet file');
}

/** What `details.feature` says of a Parquet codec DuckDB does not know. */
function codecFeature(codec: string): string {
  return `parquet compression ${codec}`;
}

/** True when the instance cannot answer anything any more. */
export function isFatal(message: string): boolean {
  return duckErrorKind(message) === 'fatal' || message.includes('database has been invalidated');
}

/** True when the statement does not fit the columns of the files. */
function isBindingError(message: string): boolean {
  const kind = duckErrorKind(message);
  if (kind === 'binder' || kind === 'catalog') return true;
  return (
    kind === 'invalid input' && /schema mismatch|failed to read file .* does not (match|have)/i.test(message)
  );
}

/** What an appender says instead of naming the kind. */
const ALLOCATION = /(could not|failed to) allocate (a )?(block|data) of size/i;

/**
 * DuckDB's failure as the error a caller can act on.
 *
 * Shape   a `LakeError` comes back as it is. When files were read, anything that is not about memory, disk,
 *         access or cancelling is `corrupt` and names the file the message names (or the only one that was
 *         read).
 */
export function engineError(error: unknown, activity: Activity): LakeError {
  if (error instanceof LakeError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const kind = duckErrorKind(message);
  if (isFatal(message)) {
    return new LakeError('ENGINE_UNAVAILABLE', `The engine stopped: ${message}`, {}, error);
  }
  if (kind === 'interrupt') return new LakeError('CANCELLED', 'The work was cancelled.', {}, error);
  if (/no space left on device|max_temp_directory_size|disk quota exceeded/i.test(message)) {
    return new LakeError('DISK_EXHAUSTED', `The temporary directory is full: ${message}`, {}, error);
  }
  if (kind === 'out of memory' || ALLOCATION.test(message) || message.includes('std::bad_alloc')) {
    return new LakeError('MEMORY_EXHAUSTED', `The engine ran out of memory: ${message}`, {}, error);
  }
  const codec = CODEC.exec(message)?.[1];
  if (codec !== undefined) return codecError(codec, message, activity, error);
  if (activity.kind === 'files') return fileError(message, kind, activity.paths, error);
  const named = activity.paths?.filter((path) => message.includes(path)) ?? [];
  return named.length > 0 ? fileError(message, kind, named, error) : statementError(message, kind, error);
}

function codecError(codec: string, message: string, activity: Activity, cause: unknown): LakeError {
  const file = activity.kind === 'files' ? fileNamed(message, activity.paths) : undefined;
  const text = file === undefined ? message : `${file}: Parquet pages compressed with ${codec}.`;
  return new LakeError('FEATURE_UNSUPPORTED', text, { feature: codecFeature(codec), file }, cause);
}

function fileError(message: string, kind: string, paths: readonly string[], cause: unknown): LakeError {
  const file = fileNamed(message, paths);
  if (isBindingError(message)) {
    return new LakeError('COLUMN_MISSING', `${file}: ${message}`, { file }, cause);
  }
  if (/no files found that match|no such file or directory/i.test(message)) {
    return new LakeError('FILE_MISSING', `${file}: the file does not exist.`, { file }, cause);
  }
  if (kind === 'permission' || /permission denied/i.test(message)) {
    return new LakeError('FILE_DENIED', `${file}: ${message}`, { file }, cause);
  }
  if (kind === 'not implemented') {
    return new LakeError('FEATURE_UNSUPPORTED', `${file}: ${message}`, { feature: 'parquet', file }, cause);
  }
  return new LakeError('FILE_CORRUPT', `${file}: ${message}`, { file, offset: undefined }, cause);
}

/** The path a message is about: the longest one it quotes, or the only one. */
export function fileNamed(message: string, paths: readonly string[]): string {
  if (paths.length === 1) return paths[0] as string;
  const named = paths.filter((p) => message.includes(p)).sort((a, b) => b.length - a.length);
  return named[0] ?? paths.join(', ').slice(0, 400);
}

function statementError(message: string, kind: string, cause: unknown): LakeError {
  if (kind === 'permission') return new LakeError('SQL_DENIED', message, {}, cause);
  if (kind === 'internal') return new LakeError('BUG', message, {}, cause);
  if (kind === 'io') return new LakeError('STORE_UNAVAILABLE', message, {}, cause);
  if (kind === '') return new LakeError('BUG', message, {}, cause);
  return new LakeError('SQL_INVALID', message, {}, cause);
}
