// Batches over the native bridge: chunks fetched by the C interface, read by address, destroyed at once.
import { assert } from '../../base/index.ts';
import type { Vector } from '../../codec/index.ts';
import type { Statement } from '../duckdb.ts';
import {
  type Address,
  type NativeLibrary,
  type NativeResult,
  newResult,
  rawStatement,
  resultByValue,
} from '../duckdb-native.ts';
import type { ColumnReader } from './column-reader.ts';
import type { Shape } from './duck-type.ts';
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
  #pending: Promise<void> | undefined;
  #ahead: Promise<Address> | undefined;
  rowCount = 0;

  constructor(bridge: NativeBridge, statement: Statement, shapes: readonly Shape[], reuse = false) {
    this.#bridge = bridge;
    this.#statement = statement;
    this.#columns = shapes.map((shape) => nativeColumn(bridge.library, shape, reuse));
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

  /** The chunk after the one being read is fetched meanwhile, so that DuckDB decodes while we copy. */
  async next(): Promise<number> {
    const fetched = this.#ahead ?? this.#fetch();
    this.#ahead = undefined;
    const chunk = await fetched;
    if (chunk === 0) return 0;
    this.#chunk = chunk;
    const rows = this.#bridge.library.chunkSize(chunk);
    if (rows === 0) {
      this.#dropChunk();
      return 0;
    }
    this.#ahead = this.#fetch();
    // Whoever asks for the next chunk gets the failure; nobody asking is not a failure.
    this.#ahead.catch(ignore);
    return rows;
  }

  async #fetch(): Promise<Address> {
    const { library } = this.#bridge;
    const result = this.#byValue as NativeResult;
    const chunk = await this.#call<Address>((done) => library.fetchChunk.async(result, done));
    // The end and a failure look the same; only the message tells them apart.
    const message = chunk === 0 ? library.resultError(this.#result) : null;
    if (message) throw new Error(message);
    return chunk;
  }

  /** The call DuckDB is still busy with; it never rejects. */
  get pending(): Promise<void> | undefined {
    return this.#pending;
  }

  #call<T>(start: (done: (error: unknown, value: T) => void) => void): Promise<T> {
    assert(this.#pending === undefined, 'two calls at once on one result');
    const call = new Promise<T>((resolve, reject) => {
      start((error, value) => {
        this.#pending = undefined;
        if (error) reject(error);
        else resolve(value);
      });
    });
    this.#pending = call.then(ignore, ignore);
    return call;
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
    assert(this.#pending === undefined, 'a result closed while DuckDB is busy with it');
    this.#dropChunk();
    this.#bridge.library.destroyResult(this.#result);
    // A chunk that was fetched ahead and never asked for has to be destroyed, too.
    const ahead = this.#ahead;
    this.#ahead = undefined;
    void ahead?.then((chunk) => {
      this.#chunk = chunk;
      this.#dropChunk();
    }, ignore);
  }
}

function ignore(): void {}
