// zstd as the Node that runs it carries it, called straight: a page is inflated or deflated in one step into
// memory that is there already, with a context that is kept. node:zlib makes a stream with its own context
// and window for each page, which takes about twice the processor time, a part of it on the JavaScript
// thread. Used only where a self-test passed; without it node:zlib does the same.
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';

/**
 * Inflates frames on a thread of libuv's pool.
 *
 * Shape   resolves to the bytes that came out, -1 when the frames are wrong or make more than `into` takes.
 *         Neither array is written to or read from once it has resolved; until then both are kept alive.
 * Limits  one context for each call that runs at a time, about 160 kB; writes nothing outside `into`.
 */
export type ZstdInflate = (bytes: Uint8Array, into: Uint8Array) => Promise<number>;

/**
 * Deflates into one frame on a thread of libuv's pool.
 *
 * Shape   resolves to the bytes that came out, -1 when they do not fit `into`. As `ZstdInflate` otherwise.
 * Limits  one context for each call that runs at a time, about 1 MB at the lowest levels.
 */
export type ZstdDeflate = (bytes: Uint8Array, into: Uint8Array, level: number) => Promise<number>;

type Compress = {
  async(
    context: unknown,
    into: Uint8Array,
    size: number,
    from: Uint8Array,
    length: number,
    level: number,
    done: Done,
  ): void;
};

type Decompress = {
  (context: unknown, into: Uint8Array, size: number, from: Uint8Array, length: number): number;
  async(context: unknown, into: Uint8Array, size: number, from: Uint8Array, length: number, done: Done): void;
};

let loaded: Promise<ZstdInflate | undefined> | undefined;
let loadedDeflate: Promise<ZstdDeflate | undefined> | undefined;
// Kept for the life of the process: a collected library object could unload the library.
const keep: unknown[] = [];

/** Loads it, once a process; undefined where it is not there or does not do what it should. */
export function loadZstd(): Promise<ZstdInflate | undefined> {
  loaded ??= bind().catch(() => undefined);
  return loaded;
}

async function bind(): Promise<ZstdInflate | undefined> {
  const { default: koffi } = await import('koffi');
  const node = koffi.load(null);
  keep.push(node);
  const create = node.func('void* ZSTD_createDCtx()') as unknown as () => unknown;
  const decompress = node.func(
    'int64_t ZSTD_decompressDCtx(void*, void*, size_t, void*, size_t)',
  ) as unknown as Decompress;
  const run = withContexts(create);
  const inflate: ZstdInflate = async (bytes, into) => {
    const made = await run((context, done) =>
      decompress.async(context, into, into.length, bytes, bytes.length, done),
    );
    return checkedSize(made, bytes, into);
  };
  return (await passesSelfTest(inflate)) ? inflate : undefined;
}

/** The same for deflating. */
export function loadZstdDeflate(): Promise<ZstdDeflate | undefined> {
  loadedDeflate ??= bindDeflate().catch(() => undefined);
  return loadedDeflate;
}

async function bindDeflate(): Promise<ZstdDeflate | undefined> {
  const { default: koffi } = await import('koffi');
  const node = koffi.load(null);
  keep.push(node);
  const create = node.func('void* ZSTD_createCCtx()') as unknown as () => unknown;
  const compress = node.func(
    'int64_t ZSTD_compressCCtx(void*, void*, size_t, void*, size_t, int)',
  ) as unknown as Compress;
  const run = withContexts(create);
  const deflate: ZstdDeflate = async (bytes, into, level) => {
    const made = await run((context, done) =>
      compress.async(context, into, into.length, bytes, bytes.length, level, done),
    );
    return checkedSize(made, bytes, into);
  };
  return (await deflatesAsIt(deflate)) ? deflate : undefined;
}

async function deflatesAsIt(deflate: ZstdDeflate): Promise<boolean> {
  const plain = Uint8Array.from({ length: TEST_BYTES }, (_, i) => (i * i) >> 7);
  const memory = new Uint8Array(TEST_BYTES + 2 * GUARD_BYTES).fill(GUARD);
  const into = memory.subarray(GUARD_BYTES, GUARD_BYTES + TEST_BYTES);
  for (const level of [1, 3, 19]) {
    const made = await deflate(plain, into, level);
    if (made <= 0 || Buffer.compare(zstdDecompressSync(into.subarray(0, made)), plain) !== 0) return false;
    if ((await deflate(plain, into.subarray(0, made - 1), level)) !== -1) return false;
  }
  const guards = [memory.subarray(0, GUARD_BYTES), memory.subarray(GUARD_BYTES + TEST_BYTES)];
  return guards.every((guard) => guard.every((byte) => byte === GUARD));
}

type Done = (error: unknown, made: number) => void;

/** Runs calls that take a context: it is kept, and used by one call at a time. */
function withContexts(
  create: () => unknown,
): (call: (context: unknown, done: Done) => void) => Promise<number> {
  const idle: unknown[] = [];
  return (call) =>
    new Promise((resolve, reject) => {
      const context = idle.pop() ?? create();
      call(context, (error, made) => {
        idle.push(context);
        if (error !== null && error !== undefined) reject(error);
        else resolve(made);
      });
    });
}

/** What a call made, -1 for its errors. Both arrays are named here, so that they live until it is done. */
function checkedSize(made: number, from: Uint8Array, into: Uint8Array): number {
  return made >= 0 && made <= into.length && from.length >= 0 ? made : -1;
}

const TEST_BYTES = 100_000;
const GUARD = 0xa5;
const GUARD_BYTES = 64;

/** What comes out right, what is cut short, what does not fit: all told apart, nothing written outside. */
async function passesSelfTest(inflate: ZstdInflate): Promise<boolean> {
  const plain = Uint8Array.from({ length: TEST_BYTES }, (_, i) => (i * i) >> 7);
  const frame = new Uint8Array(zstdCompressSync(plain));
  const memory = new Uint8Array(TEST_BYTES + 2 * GUARD_BYTES).fill(GUARD);
  const into = memory.subarray(GUARD_BYTES, GUARD_BYTES + TEST_BYTES);
  if ((await inflate(frame, into)) !== TEST_BYTES || Buffer.compare(into, plain) !== 0) return false;
  if ((await inflate(frame.subarray(0, frame.length - 3), into)) !== -1) return false;
  if ((await inflate(frame, into.subarray(0, TEST_BYTES - 1))) !== -1) return false;
  const guards = [memory.subarray(0, GUARD_BYTES), memory.subarray(GUARD_BYTES + TEST_BYTES)];
  return guards.every((guard) => guard.every((byte) => byte === GUARD));
}
