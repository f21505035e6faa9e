// Files for what does not fit in memory: written once, read back by the process that wrote them, and gone
// with it.
import { type FileHandle, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { corrupt, uuid } from '../base/index.ts';
import { fileError } from './failures.ts';

/** Parts handed to the system in one call: it takes 1,024 at most. */
const PARTS_PER_CALL = 1024;

/**
 * A scratch file. Close it by scope.
 *
 * Shape   it has no name while it is open (where the system allows that), so that nothing is left behind
 *         however the process ends.
 */
export class ScratchFile implements AsyncDisposable {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #named: boolean;
  #end = 0;

  private constructor(path: string, handle: FileHandle, named: boolean) {
    this.path = path;
    this.#handle = handle;
    this.#named = named;
  }

  /** Errors: DISK_EXHAUSTED, FILE_DENIED, FILE_MISSING when there is no such directory. */
  static async create(directory: string): Promise<ScratchFile> {
    const path = join(directory, `scratch-${uuid()}`);
    try {
      const handle = await open(path, 'wx+', 0o600);
      // Windows removes no file that is open.
      const named = process.platform === 'win32';
      if (!named) await unlink(path);
      return new ScratchFile(path, handle, named);
    } catch (error) {
      throw fileError(path, error);
    }
  }

  /** Bytes written so far. */
  get byteLength(): number {
    return this.#end;
  }

  /**
   * Puts bytes at the end; gives where they begin. One call at a time.
   *
   * Errors  DISK_EXHAUSTED; the file cannot be used any more then.
   */
  async append(parts: readonly Uint8Array[]): Promise<number> {
    const start = this.#end;
    try {
      for (let at = 0; at < parts.length; at += PARTS_PER_CALL) {
        await this.#write(parts.slice(at, at + PARTS_PER_CALL));
      }
    } catch (error) {
      throw fileError(this.path, error);
    }
    return start;
  }

  /** The system may take less than it is given. */
  async #write(parts: readonly Uint8Array[]): Promise<void> {
    let rest = parts;
    while (rest.length > 0) {
      const { bytesWritten } = await this.#handle.writev(rest, this.#end);
      this.#end += bytesWritten;
      rest = without(rest, bytesWritten);
    }
  }

  /** Fills `bytes` with what was written from `offset` on. Errors: FILE_CORRUPT when it is not there. */
  async read(offset: number, bytes: Uint8Array): Promise<void> {
    const { length } = bytes;
    try {
      for (let at = 0; at < length; ) {
        const { bytesRead } = await this.#handle.read(bytes, at, length - at, offset + at);
        if (bytesRead === 0) throw corrupt(this.path, offset + at, 'the scratch file ends too early');
        at += bytesRead;
      }
    } catch (error) {
      throw fileError(this.path, error);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#handle.close();
      if (this.#named) await unlink(this.path);
    } catch (error) {
      throw fileError(this.path, error);
    }
  }
}

/** The parts that are left when so many bytes are taken. */
function without(parts: readonly Uint8Array[], taken: number): readonly Uint8Array[] {
  let left = taken;
  for (const [i, part] of parts.entries()) {
    if (left < part.length) return [part.subarray(left), ...parts.slice(i + 1)];
    left -= part.length;
  }
  return [];
}
