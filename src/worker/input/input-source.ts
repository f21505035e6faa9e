// Where an input comes from: a file, or bytes that somebody else reads.
import { createReadStream } from 'node:fs';
import { LakeError } from '../../base/index.ts';

/** A path, or bytes as they come. */
export type InputSource = string | AsyncIterable<Uint8Array>;

/**
 * The bytes of a source, in parts.
 *
 * Errors  ARGUMENT_INVALID when there is no such file; FILE_DENIED, STORE_UNAVAILABLE naming it; CANCELLED.
 */
export async function* bytesOf(
  source: InputSource,
  { name, signal }: { readonly name: string; readonly signal: AbortSignal | undefined },
): AsyncGenerator<Uint8Array, void, undefined> {
  const options = signal === undefined ? {} : { signal };
  const parts = typeof source === 'string' ? createReadStream(source, options) : source;
  try {
    for await (const part of parts as AsyncIterable<Uint8Array>) {
      if (signal?.aborted === true) throw new LakeError('CANCELLED', 'The work was cancelled.');
      yield part;
    }
  } catch (error) {
    throw inputError(name, error);
  }
}

/** The same bytes, and the first of them ahead: at least `count`, unless there are less. */
export async function peek(
  parts: AsyncIterable<Uint8Array>,
  count: number,
): Promise<{ readonly first: Uint8Array; readonly bytes: AsyncGenerator<Uint8Array, void, undefined> }> {
  const source = parts[Symbol.asyncIterator]();
  let first: Uint8Array = new Uint8Array(0);
  while (first.length < count) {
    const { done, value } = await source.next();
    if (done === true) break;
    first = first.length === 0 ? value : Buffer.concat([first, value]);
  }
  async function* all(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      if (first.length > 0) yield first;
      for (let step = await source.next(); step.done !== true; step = await source.next()) yield step.value;
    } finally {
      await source.return?.();
    }
  }
  return { first, bytes: all() };
}

function inputError(name: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof LakeError) return error;
  const { code } = error as { readonly code?: unknown };
  if (error.name === 'AbortError') return new LakeError('CANCELLED', 'The work was cancelled.', {}, error);
  if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR')
    return new LakeError('ARGUMENT_INVALID', `${name}: there is no such file.`, { file: name }, error);
  if (code === 'EACCES' || code === 'EPERM')
    return new LakeError('FILE_DENIED', `${name} cannot be read.`, { file: name }, error);
  if (typeof code !== 'string') return error;
  return new LakeError('STORE_UNAVAILABLE', `${name}: ${error.message}`, { file: name }, error);
}
