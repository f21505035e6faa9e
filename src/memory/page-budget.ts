// Bytes that pages of files take while they are decoded, over all reads that share them.
import { LakeError } from '../base/index.ts';

/** Counts bytes against a maximum. What is counted is given back by whoever counted it. */
export class PageBudget {
  readonly capacityBytes: number;
  #used = 0;

  constructor(capacityBytes: number) {
    this.capacityBytes = capacityBytes;
  }

  get usedBytes(): number {
    return this.#used;
  }

  /**
   * Counts bytes that have to be held.
   *
   * Errors  MEMORY_EXHAUSTED when they do not fit; nothing is counted then.
   */
  take(bytes: number, file: string): void {
    const all = this.#used + bytes;
    if (all > this.capacityBytes) {
      const text = `${file}: pages of ${all} bytes have to be held at once, of ${this.capacityBytes}.`;
      throw new LakeError('MEMORY_EXHAUSTED', text, { file, capacityBytes: this.capacityBytes });
    }
    this.#used = all;
  }

  /** True when so many bytes more can be held, with half of all left to what has to be. */
  hasRoom(bytes: number): boolean {
    return this.#used + bytes <= this.capacityBytes / 2;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}
