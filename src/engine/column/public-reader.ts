// Batches over DuckDB's public API: JavaScript values collected until a batch is full, then turned into
// vectors at once.
import type { Vector } from '../../codec/index.ts';
import { type Statement, ValueStream } from '../duckdb.ts';
import type { ColumnReader } from './column-reader.ts';
import type { Shape } from './duck-type.ts';
import { vectorOfValues } from './value-vector.ts';

/** Reads a result through JavaScript values. */
export class PublicReader implements ColumnReader {
  readonly #shapes: readonly Shape[];
  readonly #statement: Statement;
  #stream: ValueStream | undefined;
  #chunk: readonly (readonly unknown[])[] = [];
  #columns: unknown[][];
  rowCount = 0;
  byteCount = 0;

  constructor(statement: Statement, shapes: readonly Shape[]) {
    this.#statement = statement;
    this.#shapes = shapes;
    this.#columns = shapes.map(() => []);
  }

  pending: Promise<void> | undefined;

  async execute(): Promise<void> {
    this.#stream = await this.#track(ValueStream.execute(this.#statement));
  }

  async #track<T>(call: Promise<T>): Promise<T> {
    this.pending = call.then(ignore, ignore);
    try {
      return await call;
    } finally {
      this.pending = undefined;
    }
  }

  async next(): Promise<number> {
    const stream = this.#stream;
    this.#chunk = (stream && (await this.#track(stream.next()))) ?? [];
    return this.#chunk[0]?.length ?? 0;
  }

  textBytes(): number {
    let bytes = 0;
    for (const values of this.#chunk) for (const value of values) bytes += sizeOf(value);
    return bytes;
  }

  append(from: number, rows: number, last: boolean): void {
    for (const [k, values] of this.#chunk.entries()) {
      const column = this.#columns[k] as unknown[];
      for (let i = from; i < from + rows; i++) {
        column.push(values[i]);
        this.byteCount += sizeOf(values[i]);
      }
    }
    this.rowCount += rows;
    if (last) this.#chunk = [];
  }

  take(): readonly Vector[] {
    const vectors = this.#shapes.map((shape, k) => vectorOfValues(shape, this.#columns[k] as unknown[]));
    this.#columns = this.#shapes.map(() => []);
    this.rowCount = 0;
    this.byteCount = 0;
    return vectors;
  }

  close(): void {
    // The public API frees a result when it is collected; nothing else can be said to it.
    this.#stream = undefined;
    this.#chunk = [];
  }
}

function ignore(): void {}

/** About how many bytes a value takes in a vector. */
function sizeOf(value: unknown): number {
  if (typeof value === 'string') return value.length + 4;
  if (typeof value !== 'object' || value === null) return 8;
  const v = value as { bytes?: Uint8Array; items?: readonly unknown[]; entries?: object };
  if (v.bytes !== undefined) return v.bytes.length + 4;
  const inner: readonly unknown[] | undefined =
    v.items ?? (v.entries === undefined ? undefined : Object.values(v.entries));
  if (inner !== undefined) return inner.reduce((sum: number, x) => sum + sizeOf(x), 8);
  if ('key' in v && 'value' in v) return sizeOf(v.key) + sizeOf(v.value);
  return 16;
}
