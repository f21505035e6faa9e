// A running result that is read into columns: what the native and the public bridge have in common.
import type { Vector } from '../../codec/index.ts';

/**
 * One running statement and the batch being filled from it.
 *
 * Shape   `execute` once; then `next` (rows of the chunk that came, 0 at the end) and `append` in turn: it
 *         puts `rows` rows of that chunk from row `from` on into the batch, `last` when the chunk is used up.
 *         `textBytes`: about how many bytes of text the chunk holds, asked before `append`. `take` closes the
 *         batch. `rowCount` and `byteCount` are of the batch being filled.
 * Limits  one call at a time. After `close` no other call.
 */
export interface ColumnReader {
  readonly rowCount: number;
  readonly byteCount: number;
  execute(): Promise<void>;
  next(): Promise<number>;
  textBytes(rows: number): number;
  append(from: number, rows: number, last: boolean): void;
  take(): readonly Vector[];
  /** The call that is still out, if any: `close` may only be called after it. Never rejects. */
  readonly pending: Promise<void> | undefined;
  close(): void;
}
