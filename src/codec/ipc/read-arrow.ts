// Arrow IPC streams and files that others wrote, message by message. A file is a stream with a name before it
// and an index behind it, which is not needed to read it from front to end.
//
//   u32 0xffffffff (missing before format 0.15), i32 bytes of metadata, metadata (Message.fbs), body
//
// Source  apache/arrow, docs/source/format/Columnar.rst (IPC).
import { corrupt, LakeError, unsupported } from '../../base/index.ts';
import { type Batch, nullVector, type Vector } from '../arrow/index.ts';
import { FlatTable } from './flat-table.ts';
import { readForeignBatch } from './foreign-batch.ts';
import { type ArrowColumn, columnsOfSchema } from './foreign-schema.ts';

/** Bytes of a message's metadata: a schema of 10,000 columns needs about two megabytes. */
const METADATA_BYTES_MAX = 64 * 1024 * 1024;
/** `MetadataVersion` V4; before it buffers were padded another way. */
const VERSION_MIN = 3;
const CONTINUES = 0xffffffff;
const [SCHEMA, DICTIONARY, RECORDS] = [1, 2, 3];

/**
 * How a stream is read.
 *
 * Shape   `name` for messages. `batchBytesMax`: bytes of one record batch, compressed or not, and of all
 *         dictionaries together.
 */
export interface ReadArrowOptions {
  readonly name: string;
  readonly batchBytesMax: number;
}

/**
 * The record batches of a stream or file; at least one, without rows, so that its columns are known.
 *
 * Limits  one message is held, and the dictionaries.
 * Errors  FILE_CORRUPT naming the byte where a message begins; LIMIT_EXCEEDED for a batch that is too large;
 *         FEATURE_UNSUPPORTED as `columnsOfSchema`, and for dictionaries that grow.
 */
export async function* readArrow(
  parts: AsyncIterable<Uint8Array>,
  options: ReadArrowOptions,
): AsyncGenerator<Batch, void, undefined> {
  const source = new ByteSource(parts);
  try {
    const decoder = new StreamDecoder(options);
    await skipFileMagic(source);
    let empty = true;
    for (;;) {
      const start = source.position;
      const message = await readMessage(source, options);
      if (message === undefined) break;
      const batch = decoder.take(message, start);
      if (batch === undefined) continue;
      empty = false;
      yield batch;
    }
    if (empty) yield decoder.nothing(source.position);
  } finally {
    await source.close();
  }
}

interface Message {
  readonly metadata: Uint8Array;
  readonly body: Uint8Array;
}

async function skipFileMagic(source: ByteSource): Promise<void> {
  const first = await source.peek(8);
  if (Buffer.from(first.subarray(0, 6)).toString('latin1') === 'ARROW1') await source.read(8);
}

/** The next message, undefined at the end of the stream. */
async function readMessage(
  source: ByteSource,
  { name, batchBytesMax }: ReadArrowOptions,
): Promise<Message | undefined> {
  const start = source.position;
  const early = (): LakeError => corrupt(name, start, 'the Arrow data ends inside a message');
  const number = async (): Promise<number | undefined> => {
    const bytes = await source.read(4);
    if (bytes.length === 0) return undefined;
    if (bytes.length < 4) throw early();
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  };
  let length = await number();
  if (length === CONTINUES) {
    length = await number();
    if (length === undefined) throw early();
  }
  if (length === undefined || length === 0) return undefined;
  if (length > METADATA_BYTES_MAX) throw corrupt(name, start, `not Arrow: a message of ${length} bytes`);
  const metadata = await source.read(length);
  if (metadata.length < length) throw early();
  const bodyLength = guarded(name, start, () => FlatTable.root(metadata).count(3));
  if (bodyLength > batchBytesMax) {
    const fit = `at most ${batchBytesMax} fit; write smaller ones`;
    const text = `${name}: a record batch of ${bodyLength} bytes, ${fit}.`;
    throw new LakeError('LIMIT_EXCEEDED', text, { limit: 'batchBytesMax' });
  }
  const body = await source.read(bodyLength);
  if (body.length < bodyLength) throw early();
  return { metadata, body };
}

/** Keeps the schema and the dictionaries of a stream. */
class StreamDecoder {
  readonly #options: ReadArrowOptions;
  readonly #dictionaries = new Map<number, Vector>();
  readonly #dictionaryBytes = new Map<number, number>();
  #columns: readonly ArrowColumn[] | undefined;

  constructor(options: ReadArrowOptions) {
    this.#options = options;
  }

  /** The batch a message holds, if it holds one. */
  take({ metadata, body }: Message, start: number): Batch | undefined {
    return guarded(this.#options.name, start, () => {
      const message = FlatTable.root(metadata);
      if (message.short(0) < VERSION_MIN)
        throw unsupported('Arrow version', 'Arrow before format V4 is not read.');
      const header = message.table(2);
      const kind = message.byte(1);
      if (header === undefined) throw new RangeError('a message without a header');
      if (kind === SCHEMA) {
        if (this.#columns !== undefined) throw new RangeError('a second schema');
        this.#columns = columnsOfSchema(header);
        return undefined;
      }
      if (this.#columns === undefined) throw new RangeError('a batch before the schema');
      if (kind === DICTIONARY) this.#takeDictionary(header, body);
      return kind === RECORDS ? this.#batch(this.#columns, header, body) : undefined;
    });
  }

  /** A batch without rows. */
  nothing(position: number): Batch {
    if (this.#columns === undefined) throw corrupt(this.#options.name, position, 'there is no Arrow schema');
    const fields = this.#columns.map(({ field }) => field);
    return { fields, rowCount: 0, columns: fields.map(({ type }) => nullVector(type, 0)) };
  }

  #takeDictionary(header: FlatTable, body: Uint8Array): void {
    const id = header.count(0);
    if (header.byte(2) !== 0)
      throw unsupported('delta dictionaries', 'Arrow dictionaries that grow (delta) are not read.');
    const column = dictionaryColumn(this.#columns ?? [], id);
    const data = header.table(1);
    if (column === undefined || data === undefined) throw new RangeError(`dictionary ${id} of no column`);
    const { dictionary: _, ...values } = column;
    const [vector] = this.#batch([values], data, body).columns;
    this.#dictionaries.set(id, vector as Vector);
    this.#dictionaryBytes.set(id, body.length);
    const total = [...this.#dictionaryBytes.values()].reduce((sum, bytes) => sum + bytes, 0);
    if (total <= this.#options.batchBytesMax) return;
    throw new LakeError(
      'LIMIT_EXCEEDED',
      `Dictionaries of ${total} bytes, at most ${this.#options.batchBytesMax} fit.`,
    );
  }

  #batch(columns: readonly ArrowColumn[], message: FlatTable, body: Uint8Array): Batch {
    return readForeignBatch(columns, this.#source(message, body));
  }

  #source(message: FlatTable, body: Uint8Array) {
    return { message, body, dictionaries: this.#dictionaries, bytesMax: this.#options.batchBytesMax };
  }
}

function dictionaryColumn(columns: readonly ArrowColumn[], id: number): ArrowColumn | undefined {
  for (const column of columns) {
    if (column.dictionary?.id === id) return column;
    const { shape } = column;
    const inner = 'child' in shape ? [shape.child] : 'children' in shape ? shape.children : [];
    const found = dictionaryColumn(inner, id);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a message of others makes us stumble over is its fault. */
function guarded<T>(name: string, start: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw corrupt(name, start, `not an Arrow message: ${error.message}`, error);
  }
}

/** Bytes that come in parts, read as many as are wanted. */
class ByteSource {
  readonly #parts: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);
  /** Bytes read so far. */
  position = 0;

  constructor(parts: AsyncIterable<Uint8Array>) {
    this.#parts = parts[Symbol.asyncIterator]();
  }

  /** The next bytes, fewer at the end, without reading them. */
  async peek(count: number): Promise<Uint8Array> {
    while (this.#rest.length < count) {
      const { done, value } = await this.#parts.next();
      if (done === true) break;
      this.#rest = this.#rest.length === 0 ? value : Buffer.concat([this.#rest, value]);
    }
    return this.#rest.subarray(0, count);
  }

  /** The next `count` bytes in memory of their own, fewer at the end. Memory grows with what is there. */
  async read(count: number): Promise<Uint8Array> {
    const taken: Uint8Array[] = [];
    let length = 0;
    for (;;) {
      const part = this.#rest.subarray(0, count - length);
      taken.push(part);
      length += part.length;
      this.#rest = this.#rest.subarray(part.length);
      if (length === count) break;
      const { done, value } = await this.#parts.next();
      if (done === true) break;
      this.#rest = value;
    }
    this.position += length;
    const bytes = new Uint8Array(length);
    let at = 0;
    for (const part of taken) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  async close(): Promise<void> {
    await this.#parts.return?.();
  }
}
