// One column to sort by, as pairs of unsigned 32-bit words whose order is the order of its cells. A column of
// text is looked at seven bytes at a time, as deep as the rows at hand are equal.
import { type DataType, unsupported } from '../../base/index.ts';
import type { BytesVector, Vector, WideVector } from '../../codec/index.ts';

/**
 * A column rows are sorted by.
 *
 * Shape   `column`: its position in the batches. Nulls are lowest whichever way it runs; floats order as
 *         Java's `Double.compare`, -0 below 0 and NaN highest; text and binary by unsigned bytes.
 */
export interface SortColumn {
  readonly column: number;
  readonly type: DataType;
  readonly descending: boolean;
}

/** Where rows lie: row i is row `rows[i]` of batch `which[i]`. */
export interface RowPlaces {
  readonly which: Int32Array;
  readonly rows: Int32Array;
}

/** The words of rows, by row; `high` decides before `low`. */
export interface SortWords {
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/** Bytes of text in one pair of words; the last byte says how many of them there were. */
const TEXT_BYTES = 7;
/** That last byte where the text goes on. */
const TEXT_GOES_ON = TEXT_BYTES + 1;
const SIGN = 0x80000000;
/** The upper word of Java's NaN. */
const NAN_UPPER = 0x7ff80000;

/**
 * What a pair of words is of: the cells' being there or not (`null`), their values, the second half of wide
 * values (`low`), text from byte `depth` on.
 */
export type SortAspect = 'null' | 'value' | 'low' | 'text';

/**
 * The aspects of a column in the order they decide. Errors: `unsupported` for types Java sorts nothing by.
 */
export function aspectsOf(type: DataType, vectors: readonly Vector[]): readonly SortAspect[] {
  const nulls: readonly SortAspect[] = vectors.some((v) => v.validity !== null) ? ['null'] : [];
  switch (vectors[0]?.layout) {
    case 'i128':
      return [...nulls, 'value', 'low'];
    case 'bytes':
      return [...nulls, 'text'];
    case 'list':
    case 'struct':
      throw unsupported(`key of type ${type.kind}`, `Java sorts no key or sequence field by a ${type.kind}`);
    default:
      return [...nulls, 'value'];
  }
}

/** Of equal words of text: true when the text goes on behind them. */
export function textGoesOn(low: number, descending: boolean): boolean {
  return ((descending ? ~low : low) & 0xff) === TEXT_GOES_ON;
}

/** The depth of the words behind those of `depth`. */
export function nextDepth(depth: number): number {
  return depth + TEXT_BYTES;
}

/** What words are asked for: of rows `order[start]` to `order[end]`, `order` holding row numbers. */
export interface WordsRequest {
  readonly vectors: readonly Vector[];
  readonly places: RowPlaces;
  readonly order: Uint32Array;
  readonly start: number;
  readonly end: number;
  readonly aspect: SortAspect;
  readonly depth: number;
  readonly descending: boolean;
}

/** Sets the words of the rows asked for, at their row numbers. */
export function fillWords(words: SortWords, request: WordsRequest): void {
  if (request.aspect === 'null') {
    nullWords(words, request);
    return;
  }
  if (request.aspect === 'text') textWords(words, request);
  else valueWords(words, request);
  if (request.descending) invert(words, request);
}

function invert({ high, low }: SortWords, { order, start, end }: WordsRequest): void {
  for (let i = start; i < end; i++) {
    const row = order[i] as number;
    high[row] = ~(high[row] as number);
    low[row] = ~(low[row] as number);
  }
}

function nullWords({ high, low }: SortWords, request: WordsRequest): void {
  const { vectors, places, order, start, end } = request;
  const validities = vectors.map((vector) => vector.validity);
  for (let i = start; i < end; i++) {
    const row = order[i] as number;
    const bits = validities[places.which[row] as number] as Uint8Array | null;
    const at = places.rows[row] as number;
    high[row] = 0;
    low[row] = bits === null ? 1 : ((bits[at >> 3] as number) >> (at & 7)) & 1;
  }
}

function valueWords(words: SortWords, request: WordsRequest): void {
  switch (request.vectors[0]?.layout) {
    case 'i8':
    case 'i16':
    case 'i32':
      intWords(words, request);
      break;
    case 'i64':
      longWords(words, request, 2, 0);
      break;
    case 'i128':
      longWords(words, request, 4, request.aspect === 'low' ? 0 : 2);
      break;
    case 'f32':
    case 'f64':
      floatWords(words, request);
      break;
    default:
      boolWords(words, request);
  }
}

function intWords({ high, low }: SortWords, request: WordsRequest): void {
  const { places, order, start, end } = request;
  const { which, rows } = places;
  const arrays = request.vectors.map((vector) => (vector as { readonly values: Int32Array }).values);
  for (let i = start; i < end; i++) {
    const row = order[i] as number;
    const value = (arrays[which[row] as number] as Int32Array)[rows[row] as number] as number;
    high[row] = 0;
    low[row] = value ^ SIGN;
  }
}

/** 64 bits of every value: `stride` words apart, `offset` words into it. The lower half has no sign. */
function longWords({ high, low }: SortWords, request: WordsRequest, stride: number, offset: number): void {
  const { places, order, start, end } = request;
  const { which, rows } = places;
  const sign = request.aspect === 'low' ? 0 : SIGN;
  const arrays = request.vectors.map((vector) => {
    const { values } = vector as WideVector;
    return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
  });
  for (let i = start; i < end; i++) {
    const row = order[i] as number;
    const array = arrays[which[row] as number] as Uint32Array;
    const at = (rows[row] as number) * stride + offset;
    low[row] = array[at] as number;
    high[row] = (array[at + 1] as number) ^ sign;
  }
}

function floatWords({ high, low }: SortWords, request: WordsRequest): void {
  const { places, order, start, end } = request;
  const { which, rows } = places;
  const arrays = request.vectors.map((vector) => (vector as { readonly values: Float64Array }).values);
  const double = new Float64Array(1);
  const bits = new Uint32Array(double.buffer);
  for (let i = start; i < end; i++) {
    const row = order[i] as number;
    const value = (arrays[which[row] as number] as Float64Array)[rows[row] as number] as number;
    const isNan = Number.isNaN(value);
    double[0] = value;
    // Every NaN is the one whose bits are just above infinity's.
    const upper = isNan ? NAN_UPPER : (bits[1] as number);
    const lower = isNan ? 0 : (bits[0] as number);
    const negative = upper >= SIGN;
    high[row] = negative ? ~upper : upper ^ SIGN;
    low[row] = negative ? ~lower : lower;
  }
}

function boolWords({ high, low }: SortWords, request: WordsRequest): void {
  const { places, order, start, end } = request;
  const arrays = request.vectors.map((vector) => (vector as { readonly values: Uint8Array }).values);
  for (let i = start; i < end; i++) {
    const row = order[i] as number;
    const at = places.rows[row] as number;
    const bits = arrays[places.which[row] as number] as Uint8Array;
    high[row] = 0;
    low[row] = ((bits[at >> 3] as number) >> (at & 7)) & 1;
  }
}

function textWords({ high, low }: SortWords, request: WordsRequest): void {
  const { vectors, places, order, start, end, depth } = request;
  const { which, rows } = places;
  const offsets = vectors.map((vector) => (vector as BytesVector).offsets);
  const arrays = vectors.map((vector) => (vector as BytesVector).values);
  for (let i = start; i < end; i++) {
    const row = order[i] as number;
    const source = which[row] as number;
    const at = rows[row] as number;
    const offset = offsets[source] as Int32Array;
    const bytes = arrays[source] as Uint8Array;
    const stop = offset[at + 1] as number;
    // Beyond the end (of a null, of whose slot nothing is known, too) there are no bytes.
    let k = Math.min((offset[at] as number) + depth, stop);
    const rest = stop - k;
    if (rest >= TEXT_BYTES) {
      high[row] =
        ((bytes[k] as number) << 24) |
        ((bytes[k + 1] as number) << 16) |
        ((bytes[k + 2] as number) << 8) |
        (bytes[k + 3] as number);
      low[row] =
        ((bytes[k + 4] as number) << 24) |
        ((bytes[k + 5] as number) << 16) |
        ((bytes[k + 6] as number) << 8) |
        (rest > TEXT_BYTES ? TEXT_GOES_ON : TEXT_BYTES);
      continue;
    }
    let upper = 0;
    let lower = rest;
    for (let n = 0; k < stop; n++, k++) {
      if (n < 4) upper |= (bytes[k] as number) << (24 - 8 * n);
      else lower |= (bytes[k] as number) << (56 - 8 * n);
    }
    high[row] = upper;
    low[row] = lower;
  }
}
