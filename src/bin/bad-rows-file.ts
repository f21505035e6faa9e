// The file that takes rows which their columns cannot hold: a line of JSON for each.
import { type FileHandle, open, rm } from 'node:fs/promises';
import { type BadRow, LakeError } from '../index.ts';

/** Characters that wait to be written together. */
const CHUNK_CHARS = 64 * 1024;

/**
 * Takes bad rows.
 *
 * Shape   members `file`, `row` (from 1), `column`, `type`, `reason`, and `text`, the row as it stood there;
 *         those that are not known are missing.
 * Limits  holds `CHUNK_CHARS` and one row.
 */
export class BadRowsFile implements AsyncDisposable {
  readonly #path: string;
  readonly #handle: FileHandle;
  #text = '';
  #kept = false;

  private constructor(path: string, handle: FileHandle) {
    this.#path = path;
    this.#handle = handle;
  }

  /**
   * Makes the file. Errors: ARGUMENT_INVALID when there is one of that name, or its directory is not there.
   */
  static async create(path: string): Promise<BadRowsFile> {
    try {
      return new BadRowsFile(path, await open(path, 'wx'));
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = code === 'EEXIST' ? 'it exists; remove it or give another name' : message;
      throw new LakeError('ARGUMENT_INVALID', `--bad-rows ${path}: ${why}.`, { file: path }, error);
    }
  }

  async take({ file, row, column, type, reason, text }: BadRow): Promise<void> {
    this.#text += `${JSON.stringify({ file, row, column, type, reason, text })}\n`;
    if (this.#text.length >= CHUNK_CHARS) await this.#flush();
  }

  /** Makes what was taken durable. */
  async sync(): Promise<void> {
    await this.#flush();
    await this.#handle.sync();
  }

  /** Whether the file stays when it is closed. */
  keep(kept: boolean): void {
    this.#kept = kept;
  }

  /** Closes it; a file that is not to be kept goes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
    if (!this.#kept) await rm(this.#path, { force: true });
  }

  async #flush(): Promise<void> {
    const text = this.#text;
    this.#text = '';
    if (text !== '') await this.#handle.writeFile(text);
  }
}
