// Batches kept in memory until there are enough to sort: small ones put together, and their memory counted as
// it is held.
import { HELD_BATCH_BYTES_MIN } from '../../base/index.ts';
import { type Batch, batchBytes, concatBatches, take, type Vector } from '../../codec/index.ts';

/** Bytes sorting takes a row: its places, its order and its words, and the order's spare. */
const SORT_BYTES_PER_ROW = 24;
/** A batch may keep that many times the bytes of its rows alive before it is copied. */
const KEPT_ALIVE_MAX = 2;
/** Rows of a batch that are worth looking up among others. */
const HELD_ROWS_MIN = 4096;

/**
 * Batches of one shape.
 *
 * Limits  the caller's: `byteLength` says when.
 */
export class HeldRows {
  #batches: Batch[] = [];
  /** Small batches, put together when there are enough. */
  #small: Batch[] = [];
  #smallRows = 0;
  #smallBytes = 0;
  /** Memory of batches, each counted once however many vectors lie in it. */
  #buffers = new Set<ArrayBufferLike>();
  #bytes = 0;
  #rows = 0;

  /** Bytes held, with what sorting them takes. */
  get byteLength(): number {
    return this.#bytes + this.#rows * SORT_BYTES_PER_ROW;
  }

  get rowCount(): number {
    return this.#rows;
  }

  /** Keeps a batch; its memory must not change any more. */
  add(batch: Batch): void {
    if (batch.rowCount === 0) return;
    const bytes = batchBytes(batch);
    this.#rows += batch.rowCount;
    if (batch.rowCount >= HELD_ROWS_MIN || bytes >= HELD_BATCH_BYTES_MIN) {
      this.#putSmallTogether();
      this.#keep(batch, bytes);
      return;
    }
    this.#small.push(bytes * KEPT_ALIVE_MAX < memoryOf(batch).bytes ? copyOf(batch) : batch);
    this.#smallRows += batch.rowCount;
    this.#smallBytes += bytes;
    this.#bytes += bytes;
    if (this.#smallRows >= HELD_ROWS_MIN || this.#smallBytes >= HELD_BATCH_BYTES_MIN)
      this.#putSmallTogether();
  }

  /** All batches, in the order they came. */
  batches(): readonly Batch[] {
    this.#putSmallTogether();
    return this.#batches;
  }

  clear(): void {
    this.#batches = [];
    this.#small = [];
    this.#smallRows = 0;
    this.#smallBytes = 0;
    this.#buffers = new Set();
    this.#bytes = 0;
    this.#rows = 0;
  }

  #putSmallTogether(): void {
    if (this.#small.length === 0) return;
    const batch = this.#small.length === 1 ? (this.#small[0] as Batch) : concatBatches(this.#small);
    this.#bytes -= this.#smallBytes;
    this.#small = [];
    this.#smallRows = 0;
    this.#smallBytes = 0;
    this.#keep(batch, batchBytes(batch));
  }

  #keep(batch: Batch, bytes: number): void {
    const memory = memoryOf(batch, this.#buffers);
    const kept = memory.bytes <= bytes * KEPT_ALIVE_MAX ? batch : copyOf(batch);
    if (kept === batch) for (const buffer of memory.buffers) this.#buffers.add(buffer);
    this.#bytes += kept === batch ? memory.bytes : bytes;
    this.#batches.push(kept);
  }
}

interface Memory {
  readonly buffers: ReadonlySet<ArrayBufferLike>;
  readonly bytes: number;
}

/** The memory a batch keeps alive, without what is `known`. */
function memoryOf(batch: Batch, known: ReadonlySet<ArrayBufferLike> = new Set()): Memory {
  const buffers = new Set<ArrayBufferLike>();
  for (const column of batch.columns) collect(column, buffers);
  let bytes = 0;
  for (const buffer of buffers) if (!known.has(buffer)) bytes += buffer.byteLength;
  return { buffers, bytes };
}

function collect(vector: Vector, buffers: Set<ArrayBufferLike>): void {
  if (vector.validity !== null) buffers.add(vector.validity.buffer);
  switch (vector.layout) {
    case 'bytes':
      buffers.add(vector.offsets.buffer);
      buffers.add(vector.values.buffer);
      break;
    case 'list':
      buffers.add(vector.offsets.buffer);
      collect(vector.child, buffers);
      break;
    case 'struct':
      for (const child of vector.children) collect(child, buffers);
      break;
    default:
      buffers.add(vector.values.buffer);
  }
}

function copyOf(batch: Batch): Batch {
  const rows = Int32Array.from({ length: batch.rowCount }, (_, i) => i);
  return { ...batch, columns: batch.columns.map((column) => take(column, rows)) };
}
