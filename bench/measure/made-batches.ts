// Batches made of random numbers, as an Arrow library would hand them over: the same seed gives the same
// rows.
import type { Batch, Field } from '../../src/index.ts';

/** Rows of a batch. */
const BATCH_ROWS = 8192;

type Vector = Batch['columns'][number];
type DataType = Field['type'];

/** A shape of rows, and how a batch of it is made. */
export interface Shape {
  readonly fields: readonly Field[];
  readonly key: string;
  columns(from: number, count: number): readonly Vector[];
}

const nullable = true;
const STRING: DataType = { kind: 'VARCHAR', nullable, length: 2147483647 };

/** Random words (xorshift), a few instructions each: making rows must not be what is measured. */
class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  word(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }
}

/** Random bits as text: `length` characters of an alphabet of 16 or 32, two at a time from a table. */
function texts(random: Random, count: number, length: number, alphabet: string): Vector {
  const codes = Buffer.from(alphabet, 'latin1');
  const bits = 2 * Math.log2(codes.length);
  const pairs = Uint16Array.from({ length: codes.length ** 2 }, (_, i) => {
    return (codes[i % codes.length] as number) | ((codes[Math.floor(i / codes.length)] as number) << 8);
  });
  const offsets = new Int32Array(count + 1);
  for (let i = 0; i <= count; i++) offsets[i] = i * length;
  const values = new Uint16Array((count * length) / 2);
  fillPairs(random, values, pairs, bits);
  return { layout: 'bytes', length: count, validity: null, offsets, values: new Uint8Array(values.buffer) };
}

function fillPairs(random: Random, values: Uint16Array, pairs: Uint16Array, bits: number): void {
  const perWord = Math.floor(32 / bits);
  const mask = pairs.length - 1;
  for (let at = 0; at < values.length; ) {
    let word = random.word();
    for (let n = Math.min(perWord, values.length - at); n > 0; n--, word >>>= bits) {
      values[at++] = pairs[word & mask] as number;
    }
  }
}

function ints(count: number, next: () => number): Vector {
  const values = new Int32Array(count);
  for (let i = 0; i < count; i++) values[i] = next();
  return { layout: 'i32', length: count, validity: null, values };
}

function doubles(count: number, next: () => number): Vector {
  const values = new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = next();
  return { layout: 'f64', length: count, validity: null, values };
}

/** 64-bit integers from numbers below 2^53. */
function longs(count: number, next: () => number): Vector {
  const values = new BigInt64Array(count);
  const words = new Uint32Array(values.buffer);
  for (let i = 0; i < count; i++) {
    const value = next();
    words[2 * i] = value;
    words[2 * i + 1] = value / 4294967296;
  }
  return { layout: 'i64', length: count, validity: null, values };
}

function fieldsOf(types: Readonly<Record<string, DataType>>): readonly Field[] {
  return Object.entries(types).map(([name, type], id): Field => ({ id, name, type }));
}

const EPOCH_2024_US = 1_704_067_200_000_000;
const YEAR_MS = 31_536_000_000;
const ALPHABET = 'abcdefghijklmnopqrstuvwxyz012345';

/**
 * The shapes of interop's BenchWrite: `writer21`, an INT key and 20 texts of ten hexadecimal characters;
 * `upsert8`, a BIGINT key below `rows` and seven columns.
 */
export function shapeOf(name: string, rows: number): Shape {
  const random = new Random(name.length * 7919);
  const below = (limit: number) => (): number => (random.word() * limit) / 4294967296;
  if (name === 'writer21') {
    const names = Array.from({ length: 20 }, (_, i) => [`s${i + 1}`, STRING] as const);
    return {
      key: 'id',
      fields: fieldsOf({ id: { kind: 'INT', nullable: false }, ...Object.fromEntries(names) }),
      columns: (_, count) => [
        ints(count, () => random.word() | 0),
        ...names.map(() => texts(random, count, 10, '0123456789abcdef')),
      ],
    };
  }
  if (name !== 'upsert8') throw new Error(`no shape ${name}`);
  const id = below(rows);
  const text = below(1000);
  return {
    key: 'id',
    fields: fieldsOf({
      id: { kind: 'BIGINT', nullable: false },
      a: { kind: 'INT', nullable },
      b: { kind: 'INT', nullable },
      x: { kind: 'DOUBLE', nullable },
      y: { kind: 'DOUBLE', nullable },
      s: STRING,
      t: STRING,
      ts: { kind: 'TIMESTAMP', nullable, precision: 6 },
    }),
    columns: (_, count) => [
      longs(count, () => Math.floor(id())),
      ints(count, () => random.word() | 0),
      ints(count, text),
      doubles(count, () => random.word() / 4294967296),
      doubles(count, () => Math.floor((random.word() * 1e6) / 4294967296) / 100),
      texts(random, count, 20, ALPHABET),
      texts(random, count, 20, ALPHABET),
      longs(count, () => EPOCH_2024_US + Math.floor((random.word() * YEAR_MS) / 4294967296) * 1000),
    ],
  };
}

/** `rows` rows of a shape, in batches. */
export function* batchesOf({ fields, columns }: Shape, rows: number): Generator<Batch> {
  for (let from = 0; from < rows; from += BATCH_ROWS) {
    const rowCount = Math.min(BATCH_ROWS, rows - from);
    yield { fields, rowCount, columns: columns(from, rowCount) };
  }
}
