// Sorted rows put aside in a file, and read back batch by batch.
import type { Field } from '../../base/index.ts';
import { type Batch, decodeFrame, encodeFrame } from '../../codec/index.ts';
import { ScratchFile } from '../../store/index.ts';
import { BATCHES_KEPT, type SortedRun } from '../../tree/index.ts';

interface FramePlace {
  readonly offset: number;
  readonly byteLength: number;
}

/** A sorted run in a file of its own. Close it by scope: the file is gone then. */
export class SpilledRun implements AsyncDisposable {
  readonly #fields: readonly Field[];
  readonly #file: ScratchFile;
  readonly #frames: readonly FramePlace[];
  /** Bytes of the largest of its batches. */
  readonly frameBytesMax: number;

  private constructor(fields: readonly Field[], file: ScratchFile, frames: readonly FramePlace[]) {
    this.#fields = fields;
    this.#file = file;
    this.#frames = frames;
    this.frameBytesMax = frames.reduce((most, { byteLength }) => Math.max(most, byteLength), 0);
  }

  /**
   * Writes batches of `fields`, none of them empty.
   *
   * Limits  two batches at once: one is made while the one before is written.
   * Errors  DISK_EXHAUSTED, and no file is left.
   */
  static async write(
    directory: string,
    fields: readonly Field[],
    batches: Iterable<Batch> | AsyncIterable<Batch>,
  ): Promise<SpilledRun> {
    const file = await ScratchFile.create(directory);
    const frames: FramePlace[] = [];
    let writing: Promise<unknown> = Promise.resolve();
    try {
      for await (const batch of batches) {
        const { parts, byteLength } = encodeFrame(batch);
        await writing;
        frames.push({ offset: file.byteLength, byteLength });
        writing = file.append(parts);
        // Raised where it is awaited; until then it must not count as unhandled.
        writing.catch(() => undefined);
      }
      await writing;
    } catch (error) {
      await writing.catch(() => undefined);
      await file[Symbol.asyncDispose]();
      throw error;
    }
    return new SpilledRun(fields, file, frames);
  }

  get byteLength(): number {
    return this.#file.byteLength;
  }

  /** The run from its beginning. */
  open(): SortedRun {
    const rooms: Uint8Array[] = [];
    let next = 0;
    return {
      next: async () => {
        const frame = this.#frames[next];
        if (frame === undefined) return undefined;
        const { offset, byteLength } = frame;
        // The same memory again and again: it would be garbage as fast as it is read.
        const at = next++ % BATCHES_KEPT;
        const room = rooms[at] ?? new Uint8Array(this.frameBytesMax);
        rooms[at] = room;
        const bytes = room.subarray(0, byteLength);
        await this.#file.read(offset, bytes);
        return decodeFrame(bytes, this.#fields, { file: this.#file.path, offset });
      },
    };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file[Symbol.asyncDispose]();
  }
}
