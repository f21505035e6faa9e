// Failures every store words the same way.
import { isAbsolute } from 'node:path';
import { corrupt, LakeError } from '../base/index.ts';

/** Throws `ARGUMENT_INVALID` unless the path is absolute and free of NUL bytes. */
export function checkPath(path: string): void {
  if (isAbsolute(path) && !path.includes('\0')) return;
  throw new LakeError('ARGUMENT_INVALID', `Path ${JSON.stringify(path)} is not absolute.`, { path });
}

export function missing(path: string, cause?: unknown): LakeError {
  return new LakeError('FILE_MISSING', `${path}: no such file.`, { file: path }, cause);
}

export function notAFile(path: string, cause?: unknown): LakeError {
  return new LakeError('FILE_MISSING', `${path} is not a file.`, { file: path }, cause);
}

export function tooLarge(path: string, size: number, bytesMax: number): LakeError {
  const message = `${path} has ${size} bytes, the limit for this kind of file is ${bytesMax}.`;
  return new LakeError('LIMIT_EXCEEDED', message, { file: path, size, bytesMax });
}

/** Throws `FILE_CORRUPT` unless the range lies inside a file of `size` bytes. */
export function checkRange(path: string, size: number, offset: number, length: number): void {
  const sound = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (sound && offset + length <= size) return;
  throw corrupt(path, offset, `${length} bytes are needed here, the file has ${size} in all`);
}

/** A file or directory that could not be made durable. */
export function syncFailed(path: string, cause: unknown): LakeError {
  const code = String((cause as { code?: unknown }).code ?? cause);
  if (code === 'ENOENT') return missing(path, cause);
  return new LakeError('SYNC_FAILED', `${path} could not be made durable: ${code}.`, { file: path }, cause);
}

/** A `LakeError` for what the file system threw. */
export function fileError(path: string, error: unknown): LakeError {
  if (error instanceof LakeError) return error;
  const code = (error as { code?: unknown }).code;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
    // No file can be at such a path: too long a name, or links in a circle.
    case 'ENAMETOOLONG':
    case 'ELOOP':
      return missing(path, error);
    case 'EISDIR':
      return notAFile(path, error);
    case 'EACCES':
    case 'EPERM':
      return new LakeError('FILE_DENIED', `${path}: permission denied.`, { file: path }, error);
    case 'EROFS':
      return new LakeError('FILE_DENIED', `${path}: the file system is read-only.`, { file: path }, error);
    case 'ENOSPC':
    case 'EDQUOT':
      return new LakeError('DISK_EXHAUSTED', `${path}: no space left.`, { file: path }, error);
    case 'EFBIG': {
      const text = `${path}: files of this process may not be that large (ulimit -f).`;
      return new LakeError('LIMIT_EXCEEDED', text, { file: path }, error);
    }
    default:
      return new LakeError('STORE_UNAVAILABLE', `${path}: ${String(code ?? error)}.`, { file: path }, error);
  }
}
