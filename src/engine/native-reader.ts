// Batches over the native bridge: chunks fetched by the C interface, read by address, destroyed at once.
import { assert } from '../base/index.ts';
import type { Vector } from '../codec/index.ts';
import type { ColumnReader } from './column-reader.ts';
import type { Shape } from './duck-type.ts';
import type { Statement } from './duckdb.ts';
import {
  type Address,
  type NativeLibrary,
  type NativeResult,
  newResult,
  rawStatement,
  resultByValue,
} from './duckdb-native.ts';
import { nativeColumn } from './native-column.ts';
import type { NativeColumn } from './native-types.ts';

/** What the self-test found out and the reader relies on. */
export interface NativeBridge {
  readonly library: NativeLibrary;
  /** Type tag of prepared statements. */
  readonly statementTag: string;
}

/** Reads a result by address. */
export class NativeReader implements ColumnReader {
  readonly #bridge: NativeBridge;
  readonly #statement: Statement;
  readonly #columns: readonly NativeColumn[];
  readonly #result = newResult();
  readonly #chunkCell = new BigUint64Array(16);
  #byValue: NativeResult | undefined;
  #chunk: Address = 0;
  #busy = false;
  rowCount = 0;

  constructor(bridge: NativeBridge, statement: Statement, shapes: readonly Shape[]) {
    this.#bridge = bridge;
    this.#statement = statement;
    this.#columns = shapes.map((shape) => nativeColumn(bridge.library, shape));
  }

  get byteCount(): number {
    let sum = 0;
    for (const column of this.#columns) sum += column.bytes;
    return sum;
  }

  async execute(): Promise<void> {
    const { library, statementTag } = this.#bridge;
    const statement = rawStatement(this.#statement, statementTag);
    const failed = await this.#call<number>((done) =>
      library.executeStreaming.async(statement, this.#result, done),
    );
    if (failed !== 0) throw new Error(library.resultError(this.#result) ?? 'The statement failed.');
    this.#byValue = resultByValue(this.#result);
  }

  async next(): Promise<number> {
    const { library } = this.#bridge;
    const result = this.#byValue as NativeResult;
    this.#chunk = await this.#call<Address>((done) => library.fetchChunk.async(result, done));
    if (this.#chunk === 0) {
      // The end and a failure look the same; only the message tells them apart.
      const message = library.resultError(this.#result);
      if (message) throw new Error(message);
      return 0;
    }
    const rows = library.chunkSize(this.#chunk);
    if (rows === 0) this.#dropChunk();
    return rows;
  }

  #call<T>(start: (done: (error: unknown, value: T) => void) => void): Promise<T> {
    assert(!this.#busy, 'two calls at once on one result');
    this.#busy = true;
    return new Promise<T>((resolve, reject) => {
      start((error, value) => {
        this.#busy = false;
        if (error) reject(error);
        else resolve(value);
      });
    });
  }

  textBytes(rows: number): number {
    let sum = 0;
    for (const [k, column] of this.#columns.entries()) {
      sum += column.textBytes(this.#bridge.library.chunkVector(this.#chunk, k), 0, rows);
    }
    return sum;
  }

  append(from: number, rows: number, last: boolean): void {
    const { library } = this.#bridge;
    for (const [k, column] of this.#columns.entries()) {
      column.append(library.chunkVector(this.#chunk, k), from, rows);
    }
    this.rowCount += rows;
    if (last) this.#dropChunk();
  }

  take(): readonly Vector[] {
    this.rowCount = 0;
    return this.#columns.map((column) => column.take());
  }

  #dropChunk(): void {
    if (this.#chunk === 0) return;
    this.#chunkCell[0] = BigInt(this.#chunk);
    this.#chunk = 0;
    this.#bridge.library.destroyChunk(this.#chunkCell as never);
  }

  close(): void {
    if (this.#busy) return;
    this.#dropChunk();
    this.#bridge.library.destroyResult(this.#result);
  }
}
