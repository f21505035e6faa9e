// Records of an Avro file as plain objects: only the fields a shape names, resolved by name against the
// writer's schema.
import { assert, corrupt } from '../../base/index.ts';
import {
  type AvroHeader,
  avroBlocksOf,
  type ByteSource,
  decodeAvroHeader,
  readAvroBlocks,
  readAvroHeader,
} from './container.ts';
import { Cursor } from './cursor.ts';
import type { AvroRecord, AvroType } from './schema.ts';
import { type Skip, skipFields } from './skip.ts';

/**
 * What to build of a value.
 *
 * Shape   `long` gives a bigint, `safe-long` a number and an error beyond 2^53; both take int, too. `double`
 *         takes float, `string` takes enum, `bytes` takes fixed.
 */
export type Shape =
  | Leaf
  | { readonly array: Shape }
  | { readonly map: Shape }
  | { readonly record: RecordShape };
export type RecordShape = { readonly [name: string]: Shape };
type Leaf = 'boolean' | 'int' | 'long' | 'safe-long' | 'double' | 'string' | 'bytes';

/** The value a shape builds. Null: written as null, or not in the file. */
export type Shaped<S extends Shape> =
  | null
  | (S extends 'boolean'
      ? boolean
      : S extends 'int' | 'safe-long' | 'double'
        ? number
        : S extends 'long'
          ? bigint
          : S extends 'string'
            ? string
            : S extends 'bytes'
              ? Uint8Array
              : S extends { readonly array: infer I extends Shape }
                ? readonly Shaped<I>[]
                : S extends { readonly map: infer V extends Shape }
                  ? ReadonlyMap<string, Shaped<V>>
                  : S extends { readonly record: infer R extends RecordShape }
                    ? ShapedRecord<R>
                    : never);
export type ShapedRecord<R extends RecordShape> = { readonly [K in keyof R]: Shaped<R[K]> };

/**
 * Decodes the records of an Avro file that is in memory.
 *
 * Shape   `onRecord` gets one object a record, in file order, with all members of `shape`; nothing in it
 *         refers to `bytes`. Equal values of neighbours may be one object: do not change them.
 * Limits  one block inflated at a time.
 * Errors  `FILE_CORRUPT` naming file and block; `FEATURE_UNSUPPORTED`.
 */
export function decodeAvro<const R extends RecordShape>(
  bytes: Uint8Array,
  options: { readonly file: string; readonly shape: R; readonly onRecord: (record: ShapedRecord<R>) => void },
): void {
  const header = decodeAvroHeader(bytes, options.file);
  const read = compileRecord(header, options.shape);
  const cursor = new Cursor(options.file);
  for (const block of avroBlocksOf(header, bytes)) {
    cursor.open(block.bytes, block.offset);
    for (let i = 0; i < block.recordCount; i++) options.onRecord(read(cursor) as ShapedRecord<R>);
    if (cursor.at !== cursor.end) throw cursor.bad('bytes after the last record of an Avro block');
  }
}

/** The same for a file that is read piece by piece: the records of one block at a time. See `decodeAvro`. */
export async function* readAvroRecords<const R extends RecordShape>(
  source: ByteSource,
  shape: R,
): AsyncGenerator<readonly ShapedRecord<R>[]> {
  const header = await readAvroHeader(source);
  const read = compileRecord(header, shape);
  const cursor = new Cursor(source.path);
  for await (const block of readAvroBlocks(header, source)) {
    cursor.open(block.bytes, block.offset);
    const records: ShapedRecord<R>[] = [];
    for (let i = 0; i < block.recordCount; i++) records.push(read(cursor) as ShapedRecord<R>);
    if (cursor.at !== cursor.end) throw cursor.bad('bytes after the last record of an Avro block');
    yield records;
  }
}

/** Longer values are not compared with the one before. */
const REPEATED_BYTES_MAX = 256;

type Read = (cursor: Cursor) => unknown;
type Values = Record<string, unknown>;

function compileRecord(header: AvroHeader, shape: RecordShape): Read {
  const root = header.schema;
  const read = readOf(root, { record: shape }, header.file, 'record');
  if (root.kind !== 'union') return read;
  return (cursor) => read(cursor) ?? fail(cursor.bad('null in place of a record'));
}

function fail(error: Error): never {
  throw error;
}

function readOf(type: AvroType, shape: Shape, file: string, path: string): Read {
  if (type.kind === 'union') return unionOf(type.branches, shape, file, path);
  if (type.kind === 'null') return () => null;
  if (typeof shape === 'string') return leafOf(type, shape, file, path);
  if ('record' in shape && type.kind === 'record') return recordOf(type, shape.record, file, path);
  if ('array' in shape && type.kind === 'array') {
    return repeated(arrayOf(readOf(type.items, shape.array, file, `${path}[]`), type.items.bytesMin));
  }
  if ('map' in shape && type.kind === 'map') {
    return mapOf(readOf(type.values, shape.map, file, `${path}{}`), type.values.bytesMin);
  }
  throw mismatch(type, Object.keys(shape)[0] ?? 'nothing', file, path);
}

function unionOf(branches: readonly AvroType[], shape: Shape, file: string, path: string): Read {
  const reads = branches.map((branch) => readOf(branch, shape, file, path));
  const count = reads.length;
  const [first, second] = reads;
  if (count === 2 && branches[0]!.kind === 'null') {
    return (cursor) => (cursor.branch(2) === 0 ? null : second!(cursor));
  }
  if (count === 1) return (cursor) => (cursor.branch(1) === 0 ? first!(cursor) : null);
  return (cursor) => reads[cursor.branch(count)]!(cursor);
}

function recordOf(type: AvroRecord, shape: RecordShape, file: string, path: string): Read {
  const blank: Values = {};
  for (const name of Object.keys(shape)) blank[name] = null;
  const steps: ((cursor: Cursor, into: Values) => void)[] = [];
  let unwanted: AvroType[] = [];
  const flush = (): void => {
    if (unwanted.length > 0) steps.push(skipFields(unwanted) as Skip);
    unwanted = [];
  };
  for (const { name, type: fieldType } of type.fields) {
    if (!Object.hasOwn(shape, name)) {
      unwanted.push(fieldType);
      continue;
    }
    flush();
    const read = readOf(fieldType, shape[name]!, file, `${path}.${name}`);
    steps.push((cursor, into) => {
      into[name] = read(cursor);
    });
  }
  flush();
  return (cursor) => {
    const values: Values = { ...blank };
    for (let i = 0; i < steps.length; i++) steps[i]!(cursor, values);
    return values;
  };
}

function arrayOf(item: Read, bytesMin: number): Read {
  return (cursor) => {
    const result: unknown[] = [];
    for (let items = cursor.items(bytesMin); items > 0; items = cursor.items(bytesMin)) {
      for (let i = 0; i < items; i++) result.push(item(cursor));
    }
    return result;
  };
}

function mapOf(value: Read, bytesMin: number): Read {
  return (cursor) => {
    const result = new Map<string, unknown>();
    for (let items = cursor.items(1 + bytesMin); items > 0; items = cursor.items(1 + bytesMin)) {
      for (let i = 0; i < items; i++) result.set(cursor.string(), value(cursor));
    }
    return result;
  };
}

function leafOf(type: AvroType, leaf: Leaf, file: string, path: string): Read {
  const integer = type.kind === 'int' || type.kind === 'long';
  switch (leaf) {
    case 'boolean':
      if (type.kind === 'boolean') return (cursor) => cursor.boolean();
      break;
    case 'int':
      if (type.kind === 'int') return (cursor) => cursor.int();
      break;
    case 'long':
      if (integer) return longOf();
      break;
    case 'safe-long':
      if (integer) return (cursor) => cursor.safeLong();
      break;
    case 'double':
      if (type.kind === 'float') return (cursor) => cursor.float();
      if (type.kind === 'double') return (cursor) => cursor.double();
      break;
    case 'string':
      if (type.kind === 'string') return (cursor) => cursor.string();
      if (type.kind === 'enum') {
        const { symbols } = type;
        return (cursor) => symbols[cursor.branch(symbols.length)];
      }
      break;
    case 'bytes':
      if (type.kind === 'bytes') return repeated(bytesOf((cursor) => cursor.length()));
      if (type.kind === 'fixed') {
        const { size } = type;
        return repeated(bytesOf((cursor) => cursor.fixed(size)));
      }
      break;
    default:
      assert(false, `unknown shape ${String(leaf)}`);
  }
  throw mismatch(type, leaf, file, path);
}

/** Copies bytes out of the block. */
function bytesOf(lengthOf: (cursor: Cursor) => number): Read {
  return (cursor) => {
    const length = lengthOf(cursor);
    const { bytes, at } = cursor;
    cursor.at = at + length;
    const copy = room(length);
    for (let i = 0; i < length; i++) copy[i] = bytes[at + i] as number;
    return copy;
  };
}

/**
 * Small values share buffers of this size: a buffer of its own costs each of them a hundred bytes and work
 * for the collector.
 */
const SHARED_BYTES = 16 * 1024;
let shared = new ArrayBuffer(0);
let sharedUsed = 0;

function room(length: number): Uint8Array {
  if (length > SHARED_BYTES / 16) return new Uint8Array(length);
  if (sharedUsed + length > shared.byteLength) {
    shared = new ArrayBuffer(SHARED_BYTES);
    sharedUsed = 0;
  }
  const bytes = new Uint8Array(shared, sharedUsed, length);
  sharedUsed += length;
  return bytes;
}

/** Keeps one bigint for neighbours that are equal: most longs of a manifest repeat (schema id, counts). */
function longOf(): Read {
  let low = 0;
  let high = 0;
  let last = 0n;
  return (cursor) => {
    cursor.longWords();
    if (cursor.low !== low || cursor.high !== high) {
      ({ low, high } = cursor);
      last = cursor.joined();
    }
    return last;
  };
}

/**
 * Gives the value of last time when the same bytes follow: partitions, keys and statistics repeat from entry
 * to entry, and every encoding ends by itself, so equal bytes are the equal value.
 */
function repeated(read: Read): Read {
  let last: unknown;
  let encoded = new Uint8Array(0);
  return (cursor) => {
    const { bytes, at, end } = cursor;
    const size = encoded.length;
    if (size > 0 && size <= end - at) {
      let i = 0;
      while (i < size && bytes[at + i] === encoded[i]) i++;
      if (i === size) {
        cursor.at = at + size;
        return last;
      }
    }
    const value = read(cursor);
    const length = cursor.at - at;
    if (length <= REPEATED_BYTES_MAX) {
      if (encoded.length !== length) encoded = new Uint8Array(length);
      for (let i = 0; i < length; i++) encoded[i] = bytes[at + i] as number;
      last = value;
    } else encoded = new Uint8Array(0);
    return value;
  };
}

function mismatch(type: AvroType, wanted: string, file: string, path: string): Error {
  return corrupt(file, undefined, `Avro field ${path} is ${type.kind}, not ${wanted}`);
}
