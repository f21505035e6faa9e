// The values of the page a column is writing: by the numbers of a dictionary while that pays, plain
// otherwise. When it pays is decided as parquet-mr decides it.
//
// Source  parquet-mr, column/values/fallback/FallbackValuesWriter.java,
//         dictionary/DictionaryValuesWriter.java, factory/DefaultV1ValuesWriterFactory.java.
import type { BoolVector, BytesVector, Vector } from '../../arrow/index.ts';
import { ENCODING } from '../footer.ts';
import { PHYSICAL } from '../schema.ts';
import type { ValueBounds } from './bounds.ts';
import { ByteOutput } from './byte-output.ts';
import { BytesDictionary, WordDictionary } from './dictionary.ts';
import type { WriteLeaf } from './file-schema.ts';
import { bitWidth, encodeRuns } from './run-length.ts';
import { type Range, type Stage, stageOf, widthOf } from './stage-fixed.ts';

/** The values of one column. Everything is as of the page that is open, but for the dictionary. */
export interface ValueWriter {
  /** Bytes of the open page's values as PLAIN, whatever they are written as. */
  readonly rawBytes: number;
  /** Bytes a range would add to `rawBytes`. */
  rawBytesOf(vector: Vector, range: Range): number;
  append(vector: Vector, range: Range, bounds: ValueBounds): void;
  /** Appends the page's values to `out` and begins the next page; its encoding. */
  finishPage(out: ByteOutput): number;
  /**
   * Ends the chunk: appends the dictionary that its pages use and says how many values it has; 0: none.
   * `retry`: the next chunk tries a dictionary again even if this one gave it up.
   */
  finishChunk(out: ByteOutput, retry: boolean): number;
}

/** The writer for a leaf. `dictionaryBytes` 0: without a dictionary. */
export function valueWriter(leaf: WriteLeaf, dictionaryBytes: number): ValueWriter {
  switch (leaf.physical) {
    case PHYSICAL.BOOLEAN:
      return new BooleanValues();
    case PHYSICAL.BYTE_ARRAY:
      return new BytesValues(dictionaryBytes);
    default:
      return new FixedValues(leaf, dictionaryBytes);
  }
}

/** Numbers of dictionary entries, and when to give them up. */
class DictionaryPages<D extends WordDictionary | BytesDictionary> {
  readonly dictionary: D;
  /** False once values are written plain. */
  active = true;
  ids = new Int32Array(1024);
  count = 0;
  #firstPage = true;
  /** Entries that finished pages refer to. */
  #used = 0;

  constructor(dictionary: D) {
    this.dictionary = dictionary;
  }

  /** Room for so many more numbers. */
  room(count: number): Int32Array {
    if (this.count + count > this.ids.length) {
      const grown = new Int32Array(Math.max(2 * this.ids.length, this.count + count));
      grown.set(this.ids.subarray(0, this.count));
      this.ids = grown;
    }
    return this.ids;
  }

  /** From now on plain: the open page's values so far go to `plain`. */
  giveUp(plain: ByteOutput): void {
    this.dictionary.decode(this.ids, this.count, plain);
    this.count = 0;
    this.active = false;
  }

  /** Appends the numbers to `out` if they are worth it; false when everything is plain from now on. */
  finishPage(rawBytes: number, plain: ByteOutput, out: ByteOutput): boolean {
    const start = out.length;
    const width = bitWidth(Math.max(0, this.dictionary.size - 1));
    out.room(1)[out.length++] = width;
    encodeRuns(this.ids, this.count, width, out);
    const encoded = out.length - start;
    if (this.#firstPage && encoded + this.dictionary.byteLength >= rawBytes) {
      out.length = start;
      this.giveUp(plain);
      return false;
    }
    this.#firstPage = false;
    this.#used = this.dictionary.size;
    this.count = 0;
    return true;
  }

  finishChunk(out: ByteOutput): number {
    if (this.#used > 0) this.dictionary.encode(this.#used, out);
    return this.#used;
  }
}

class FixedValues implements ValueWriter {
  rawBytes = 0;
  readonly #width: number;
  /** What a value counts for the size of a page. */
  readonly #weight: number;
  readonly #stage: Stage;
  readonly #dictionaryBytes: number;
  readonly #plain = new ByteOutput();
  #staged = new Uint8Array(8192);
  #pages: DictionaryPages<WordDictionary> | undefined;

  constructor(leaf: WriteLeaf, dictionaryBytes: number) {
    this.#width = widthOf(leaf);
    this.#stage = stageOf(leaf.type, this.#width);
    // FIXED values never had one in files of version 1.
    this.#dictionaryBytes = leaf.physical === PHYSICAL.FIXED_LEN_BYTE_ARRAY ? 0 : dictionaryBytes;
    // parquet-mr counts a length in front of them, which is not there.
    this.#weight = leaf.physical === PHYSICAL.INT96 && dictionaryBytes > 0 ? 16 : this.#width;
    this.#begin();
  }

  #begin(): void {
    const wanted = this.#dictionaryBytes > 0;
    this.#pages = wanted ? new DictionaryPages(new WordDictionary(this.#width >> 2)) : undefined;
  }

  rawBytesOf(_vector: Vector, { from, to }: Range): number {
    return (to - from) * this.#weight;
  }

  append(vector: Vector, range: Range, bounds: ValueBounds): void {
    const count = range.to - range.from;
    const width = this.#width;
    const size = count * width;
    if (size > this.#staged.length) this.#staged = new Uint8Array(Math.ceil(size / 8) * 8);
    this.#stage(vector, range, this.#staged);
    bounds.addFixed(this.#staged, count, width);
    this.rawBytes += count * this.#weight;
    const pages = this.#pages;
    let done = 0;
    if (pages?.active === true) {
      const words = new Int32Array(this.#staged.buffer, 0, size >> 2);
      const limit = this.#dictionaryBytes;
      done = pages.dictionary.number(words, count, pages.room(count), pages.count, limit);
      pages.count += done;
      if (pages.dictionary.byteLength > limit) pages.giveUp(this.#plain);
    }
    if (done < count) this.#plain.raw(this.#staged.subarray(done * width, size));
  }

  finishPage(out: ByteOutput): number {
    const pages = this.#pages;
    const numbered = pages?.active === true && pages.finishPage(this.rawBytes, this.#plain, out);
    if (!numbered) out.raw(this.#plain.written);
    this.#plain.clear();
    this.rawBytes = 0;
    return numbered ? ENCODING.PLAIN_DICTIONARY : ENCODING.PLAIN;
  }

  finishChunk(out: ByteOutput, retry: boolean): number {
    const size = this.#pages?.finishChunk(out) ?? 0;
    if (retry || this.#pages?.active === true) this.#begin();
    else this.#pages = undefined;
    return size;
  }
}

class BytesValues implements ValueWriter {
  rawBytes = 0;
  readonly #dictionaryBytes: number;
  readonly #plain = new ByteOutput();
  #pages: DictionaryPages<BytesDictionary> | undefined;

  constructor(dictionaryBytes: number) {
    this.#dictionaryBytes = dictionaryBytes;
    this.#begin();
  }

  #begin(): void {
    this.#pages = this.#dictionaryBytes > 0 ? new DictionaryPages(new BytesDictionary()) : undefined;
  }

  rawBytesOf(vector: Vector, { rows, from, to }: Range): number {
    const { offsets } = vector as BytesVector;
    let bytes = 4 * (to - from);
    if (rows === null) return bytes + (offsets[to] as number) - (offsets[from] as number);
    for (let k = from; k < to; k++) {
      const row = rows[k] as number;
      bytes += (offsets[row + 1] as number) - (offsets[row] as number);
    }
    return bytes;
  }

  append(vector: Vector, range: Range, bounds: ValueBounds): void {
    const bytes = vector as BytesVector;
    bounds.addBytes(bytes, range);
    this.rawBytes += this.rawBytesOf(vector, range);
    const { rows, from, to } = range;
    const pages = this.#pages;
    let done = 0;
    if (pages?.active === true) {
      const limit = this.#dictionaryBytes;
      done = pages.dictionary.number(bytes, range, pages.room(to - from), pages.count, limit);
      pages.count += done;
      if (pages.dictionary.byteLength > limit) pages.giveUp(this.#plain);
    }
    if (from + done < to) appendPlain(bytes, { rows, from: from + done, to }, this.#plain);
  }

  finishPage(out: ByteOutput): number {
    const pages = this.#pages;
    const numbered = pages?.active === true && pages.finishPage(this.rawBytes, this.#plain, out);
    if (!numbered) out.raw(this.#plain.written);
    this.#plain.clear();
    this.rawBytes = 0;
    return numbered ? ENCODING.PLAIN_DICTIONARY : ENCODING.PLAIN;
  }

  finishChunk(out: ByteOutput, retry: boolean): number {
    const size = this.#pages?.finishChunk(out) ?? 0;
    if (retry || this.#pages?.active === true) this.#begin();
    else this.#pages = undefined;
    return size;
  }
}

/** Values up to this length are copied byte by byte: a call costs more. */
const SHORT_BYTES = 48;

/** Each value with its length in front. */
function appendPlain(vector: BytesVector, { rows, from, to }: Range, out: ByteOutput): void {
  const { values, offsets } = vector;
  const first = rows === null ? from : 0;
  let size = 4 * (to - from);
  if (rows === null) size += (offsets[to] as number) - (offsets[first] as number);
  else for (let k = from; k < to; k++) size += lengthAt(offsets, rows[k] as number);
  const bytes = out.room(size);
  let at = out.length;
  for (let k = from; k < to; k++) {
    const row = rows === null ? k : (rows[k] as number);
    let source = offsets[row] as number;
    const end = offsets[row + 1] as number;
    const length = end - source;
    bytes[at] = length & 255;
    bytes[at + 1] = (length >> 8) & 255;
    bytes[at + 2] = (length >> 16) & 255;
    bytes[at + 3] = length >>> 24;
    at += 4;
    if (length > SHORT_BYTES) {
      bytes.set(values.subarray(source, end), at);
      at += length;
    } else {
      while (source < end) bytes[at++] = values[source++] as number;
    }
  }
  out.length = at;
}

function lengthAt(offsets: Int32Array, row: number): number {
  return (offsets[row + 1] as number) - (offsets[row] as number);
}

/** One bit a value, never by dictionary. */
class BooleanValues implements ValueWriter {
  #bits = new Uint8Array(1024);
  #count = 0;

  get rawBytes(): number {
    return (this.#count + 7) >> 3;
  }

  rawBytesOf(_vector: Vector, { from, to }: Range): number {
    return (to - from) >> 3;
  }

  append(vector: Vector, { rows, from, to }: Range, bounds: ValueBounds): void {
    const { values } = vector as BoolVector;
    const needed = (this.#count + to - from + 7) >> 3;
    if (needed > this.#bits.length) {
      const grown = new Uint8Array(Math.max(2 * this.#bits.length, needed));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    let trues = 0;
    let at = this.#count;
    for (let k = from; k < to; k++, at++) {
      const row = rows === null ? k : (rows[k] as number);
      const bit = ((values[row >> 3] as number) >> (row & 7)) & 1;
      trues += bit;
      if ((at & 7) === 0) this.#bits[at >> 3] = bit;
      else this.#bits[at >> 3] = (this.#bits[at >> 3] as number) | (bit << (at & 7));
    }
    this.#count = at;
    bounds.addBoolean(trues < to - from, trues > 0);
  }

  finishPage(out: ByteOutput): number {
    out.raw(this.#bits.subarray(0, this.rawBytes));
    this.#count = 0;
    return ENCODING.PLAIN;
  }

  finishChunk(): number {
    return 0;
  }
}
