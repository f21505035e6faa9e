// DuckDB's C interface through koffi, on the very library the Node bindings loaded. Wrong pointers crash the
// process, so nothing here is used before `self-test.ts` has checked every assumption on this machine:
//
//   External of Node 24:   +0 something   +8 data pointer   +16..31 type tag (128 bits, one per class)
//   data of a PreparedStatement: pointer to a holder whose first word is the C handle
import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import koffi from 'koffi';
import { assert, LakeError } from '../base/index.ts';
import type { Statement } from './duckdb.ts';

/** An address in this process: below 2^48, so a double holds it exactly. 0 is null. */
export type Address = number;

/** The C functions used, by their names in duckdb.h without the prefix. */
export interface NativeLibrary {
  readonly version: () => string;
  readonly memcpy: (target: Address | Uint8Array, source: Address | Uint8Array, bytes: number) => Address;
  readonly executeStreaming: AsyncCall<[Address, Uint8Array], number>;
  readonly fetchChunk: AsyncCall<[NativeResult], Address>;
  readonly destroyResult: (result: Uint8Array) => void;
  readonly resultError: (result: Uint8Array) => string | null;
  readonly destroyChunk: (chunk: BigUint64Array) => void;
  readonly chunkSize: (chunk: Address) => number;
  readonly chunkColumns: (chunk: Address) => number;
  readonly chunkVector: (chunk: Address, column: number) => Address;
  readonly vectorData: (vector: Address) => Address;
  readonly vectorValidity: (vector: Address) => Address;
  readonly listChild: (vector: Address) => Address;
  readonly structChild: (vector: Address, index: number) => Address;
  readonly arrayChild: (vector: Address) => Address;
  readonly parameterCount: (statement: Address) => number;
  /** jemalloc's control call inside libduckdb; undefined when this build has none. */
  readonly mallctl: Mallctl | undefined;
}

/** A C function that can also run on a thread of the pool. */
export interface AsyncCall<A extends unknown[], R> {
  (...args: A): R;
  async(...args: [...A, (error: unknown, value: R) => void]): void;
}

export type Mallctl = (
  name: string,
  old: BigUint64Array | null,
  oldLength: BigUint64Array | null,
  value: BigUint64Array | null,
  valueLength: number,
) => number;

/** `duckdb_result` as it is passed by value. */
export interface NativeResult {
  readonly a: number | bigint;
  readonly b: number | bigint;
  readonly c: number | bigint;
  readonly d: Address;
  readonly e: Address;
  readonly internal: Address;
}

/** Bytes of `duckdb_result`, rounded up so that the array never lives on V8's movable heap. */
const RESULT_BYTES = 128;

/**
 * Stack of a call on the pool, which koffi allocates itself: planning a statement recurses, and koffi's own
 * default of 256 kB ends the process at 100 terms. Pages that are not touched take no memory.
 */
const ASYNC_STACK_BYTES = 8 * 1024 * 1024;

let loaded: NativeLibrary | undefined;
// Kept for the life of the process: a collected library object could unload the library.
const keep: unknown[] = [];

/** Loads the C interface; throws when the platform has none. Nothing is called yet. */
export function loadNative(): NativeLibrary {
  loaded ??= bindAll();
  return loaded;
}

/** Resolves as the bindings below node-api do, wherever the package manager put them. */
function bindingsRequire(): ReturnType<typeof createRequire> {
  const api = createRequire(createRequire(import.meta.url).resolve('@duckdb/node-api'));
  return createRequire(api.resolve('@duckdb/node-bindings'));
}

/** Where the library lies that the bindings load. Errors: FEATURE_UNSUPPORTED on platforms without one. */
export function nativeLibraryPath(): string {
  const bindings = bindingsRequire();
  const name = { linux: 'libduckdb.so', darwin: 'libduckdb.dylib' }[process.platform as string];
  if (name === undefined)
    throw new LakeError('FEATURE_UNSUPPORTED', `No native bridge on ${process.platform}.`);
  return bindings.resolve(`@duckdb/node-bindings-${process.platform}-${process.arch}/${name}`);
}

function bindAll(): NativeLibrary {
  koffi.config({ ...koffi.config(), async_stack_size: ASYNC_STACK_BYTES });
  const library = koffi.load(nativeLibraryPath());
  const self = koffi.load(null);
  keep.push(library, self);
  koffi.struct('spillway_duckdb_result', {
    a: 'uint64_t',
    b: 'uint64_t',
    c: 'uint64_t',
    d: 'uintptr_t',
    e: 'uintptr_t',
    internal: 'uintptr_t',
  });
  const bind = <F>(signature: string): F => library.func(signature) as unknown as F;
  return {
    version: bind('const char* duckdb_library_version()'),
    memcpy: self.func('uintptr_t memcpy(void*, void*, size_t)') as unknown as NativeLibrary['memcpy'],
    executeStreaming: bind('int duckdb_execute_prepared_streaming(uintptr_t, void*)'),
    fetchChunk: bind('uintptr_t duckdb_fetch_chunk(spillway_duckdb_result)'),
    destroyResult: bind('void duckdb_destroy_result(void*)'),
    resultError: bind('const char* duckdb_result_error(void*)'),
    destroyChunk: bind('void duckdb_destroy_data_chunk(void*)'),
    chunkSize: bind('uint64_t duckdb_data_chunk_get_size(uintptr_t)'),
    chunkColumns: bind('uint64_t duckdb_data_chunk_get_column_count(uintptr_t)'),
    chunkVector: bind('uintptr_t duckdb_data_chunk_get_vector(uintptr_t, uint64_t)'),
    vectorData: bind('uintptr_t duckdb_vector_get_data(uintptr_t)'),
    vectorValidity: bind('uintptr_t duckdb_vector_get_validity(uintptr_t)'),
    listChild: bind('uintptr_t duckdb_list_vector_get_child(uintptr_t)'),
    structChild: bind('uintptr_t duckdb_struct_vector_get_child(uintptr_t, uint64_t)'),
    arrayChild: bind('uintptr_t duckdb_array_vector_get_child(uintptr_t)'),
    parameterCount: bind('uint64_t duckdb_nparams(uintptr_t)'),
    mallctl: bindMallctl(library),
  };
}

function bindMallctl(library: ReturnType<typeof koffi.load>): Mallctl | undefined {
  try {
    const signature = 'int duckdb_je_mallctl(const char*, void*, void*, void*, size_t)';
    return library.func(signature) as unknown as Mallctl;
  } catch {
    // A build of DuckDB without its own jemalloc (musl, other platforms): nothing to purge.
    return undefined;
  }
}

/**
 * The address of a typed array's memory. It must be larger than 64 bytes (smaller ones move) and stay
 * referenced while it is used.
 */
export function addressOf(array: Uint8Array): Address {
  assert(array.byteLength > 64, 'the address of an array on the movable heap');
  return Number(koffi.address(array));
}

function word(address: Address): bigint {
  return BigInt(koffi.decode(address, 'uint64') as number | bigint);
}

function wrapperOf(external: unknown): Address {
  const match = /\[External: (?:0x)?([0-9a-f]+)\]/.exec(inspect(external));
  if (match === null)
    throw new LakeError('FEATURE_UNSUPPORTED', 'Externals of this Node version print no address.');
  return Number(`0x${match[1]}`);
}

/** The 128-bit type tag Node keeps beside an external's pointer. */
export function tagOf(external: unknown): string {
  const at = wrapperOf(external);
  return `${word(at + 16).toString(16)}-${word(at + 24).toString(16)}`;
}

/**
 * Node API's prepared statement as the external underneath; undefined when this version keeps it elsewhere.
 */
export function statementExternal(statement: Statement): unknown {
  return (statement.prepared as unknown as { readonly prepared_statement?: unknown }).prepared_statement;
}

/**
 * The C handle of a prepared statement; `tag` is the class's tag found by the self-test.
 *
 * Limits  valid while `statement` is referenced and not closed.
 */
export function rawStatement(statement: Statement, tag: string): Address {
  const external = statementExternal(statement);
  assert(tagOf(external) === tag, 'a prepared statement with another type tag');
  return Number(word(Number(word(wrapperOf(external) + 8))));
}

/** A result to execute into, owned by us: `destroyResult` frees it, twice does no harm. */
export function newResult(): Uint8Array {
  return new Uint8Array(new ArrayBuffer(RESULT_BYTES));
}

/** The value DuckDB wants by value out of an executed result. */
export function resultByValue(result: Uint8Array): NativeResult {
  return koffi.decode(addressOf(result), 'spillway_duckdb_result') as NativeResult;
}

/** A vector of a chunk being filled, as the bindings hand it out. */
export interface WritableVector {
  readonly vector: unique symbol;
}

/**
 * The functions of the bindings that fill vectors: typed-array copies that the public API lacks. Offsets and
 * counts are bytes.
 */
export interface VectorWriter {
  readonly data_chunk_get_vector: (chunk: unknown, column: number) => WritableVector;
  readonly vector_ensure_validity_writable: (vector: WritableVector) => void;
  readonly copy_data_to_vector: CopyIn;
  readonly copy_data_to_vector_validity: CopyIn;
  readonly list_vector_reserve: (vector: WritableVector, rows: number) => void;
  readonly list_vector_set_size: (vector: WritableVector, rows: number) => void;
  readonly list_vector_get_child: (vector: WritableVector) => WritableVector;
  readonly struct_vector_get_child: (vector: WritableVector, index: number) => WritableVector;
}

type CopyIn = (
  vector: WritableVector,
  offset: number,
  source: ArrayBufferLike,
  sourceOffset: number,
  count: number,
) => void;

/** The bindings' vector functions. */
export function vectorWriter(): VectorWriter {
  return bindingsRequire()('@duckdb/node-bindings') as VectorWriter;
}
