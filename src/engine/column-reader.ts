// A running result that is read into columns: what the native and the public bridge have in common.
import type { Vector } from '../codec/index.ts';

/**
 * One running statement and the batch being filled from it.
 *
 * Shape   `execute` once; then `next` (rows of the chunk that came, 0 at the end) and `append` (puts that chunk into the batch) in turn;
 *         `take` closes the batch. `rowCount` and `byteCount` are of the batch being filled.
 * Limits  one outstanding call. After `close` no other call.
 */
export interface ColumnReader {
  readonly rowCount: number;
  readonly byteCount: number;
  execute(): Promise<void>;
  next(): Promise<number>;
  append(): void;
  take(): readonly Vector[];
  close(): void;
}
