// What a column being built over the native bridge offers.
import type { Vector } from '../../codec/index.ts';
import type { Address } from '../duckdb-native.ts';

/** A column being built from vectors. `bytes` is what the batch holds of it so far. */
export interface NativeColumn {
  readonly bytes: number;
  /** Bytes of text that `count` rows from `from` on add, as far as it is cheap to know. */
  textBytes(vector: Address, from: number, count: number): number;
  append(vector: Address, from: number, count: number): void;
  take(): Vector;
}
