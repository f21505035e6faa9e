// HyperLogLog sketches as bytes.
//
//   0  preamble   u8, 32-bit words of it: 2 list, 3 set, 10 registers
//   1  version    u8 1
//   2  family     u8 7
//   3  lgK        u8 4..21
//   4  lgTable    u8, of the list, the set or the exceptions
//   5  flags      u8, 4 empty, 8 compact (no free places of a table), 16 out of order
//   6  count      u8, coupons of a list; lowest value of registers of 4 bits
//   7  mode       u8, bits 0-1: 0 list, 1 set, 2 registers; bits 2-3: registers of 0 four, 1 six, 2 eight
//   8  list: coupons u32 ...        set: count u32, coupons u32 ...
//      registers: hip f64, kxq0 f64, kxq1 f64, slots at the lowest value u32, exceptions u32
//  40  the values of the registers, then exceptions u32 ... Of four bits, 15 says that the value less the
//      lowest is 15 or more and stands among the exceptions.
import { corrupt, type LakeError } from '../../base/index.ts';
import {
  addCoupon,
  addToRegisters,
  type Coupons,
  emptyList,
  emptyRegisters,
  emptySet,
  findCoupon,
  type Hll,
  mergeHll,
  type Registers,
} from './hll.ts';

const FLAG_EMPTY = 4;
const FLAG_COMPACT = 8;
const FLAG_OUT_OF_ORDER = 16;
const VALUES_AT = 40;
const EXCEPTION = 15;
const SLOT_BITS = 26;
/** First table of exceptions by lgK, as a power of two. */
const LG_EXCEPTIONS: readonly number[] = [
  0, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 6, 7, 8, 9, 10, 11, 12, 13,
];

/**
 * The aggregate function `hll_sketch`: the union of two serialized sketches, byte for byte as Java writes it
 * (compact, four bits a register, as many slots as `b` has at most).
 *
 * Errors  `FILE_CORRUPT` naming `where` for bytes that are no sketch.
 * Source  Paimon, utils/HllSketchUtil.java; datasketches-java 4.2.0, hll/Union.java.
 */
export function hllUnion(a: Uint8Array, b: Uint8Array, where = 'hll_sketch value'): Uint8Array {
  const first = decodeHll(b, where);
  const { lgK } = first;
  return encodeHll(mergeHll(mergeHll(emptyList(lgK), first, lgK), decodeHll(a, where), lgK));
}

function decodeHll(bytes: Uint8Array, where: string): Hll {
  const bad = (what: string): LakeError => corrupt(where, 0, `not an HLL sketch: ${what}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 8 || bytes[1] !== 1 || bytes[2] !== 7) throw bad('bad preamble');
  const lgK = bytes[3]!;
  const mode = bytes[7]! & 3;
  if (lgK < 4 || lgK > 21) throw bad(`2^${lgK} slots`);
  const words = bytes[0]! & 0x3f;
  if (mode === 3 || words !== [2, 3, 10][mode] || bytes.length < 4 * words) throw bad('bad mode');
  if (mode === 2) return decodeRegisters(view, lgK, bad);
  const list = mode === 0;
  const count = list ? bytes[6]! : view.getUint32(8, true);
  const compact = list || (bytes[5]! & FLAG_COMPACT) !== 0;
  const start = list ? 8 : 12;
  const places = compact ? count : 1 << (bytes[4]! & 31);
  if (places < 0 || places > (bytes.length - start) / 4 || (!list && lgK < 8)) throw bad('coupons end early');
  const result: Coupons = list ? emptyList(lgK) : emptySet(lgK);
  if (!compact) {
    result.lgTable = bytes[4]! & 31;
    result.table = new Int32Array(places);
  }
  let last: Hll = result;
  for (let i = 0; i < places; i++) {
    const coupon = view.getInt32(start + 4 * i, true);
    if (!compact) {
      result.table[i] = coupon;
      if (coupon !== 0) result.count++;
    } else if (coupon === 0) throw bad('empty coupon');
    else last = addCoupon(last, coupon);
  }
  const most = list ? 7 : (3 * result.table.length) / 4;
  if (last !== result || result.count !== count || count > most) throw bad(`${count} coupons`);
  return result;
}

function decodeRegisters(view: DataView, lgK: number, bad: (what: string) => LakeError): Registers {
  const slots = 1 << lgK;
  const kind = (view.getUint8(7) >> 2) & 3;
  const flags = view.getUint8(5);
  const valueBytes = [slots / 2, ((slots * 3) >>> 2) + 1, slots, 0][kind]!;
  if (kind === 3 || view.byteLength < VALUES_AT + valueBytes) throw bad('registers end early');
  const outOfOrder = (flags & FLAG_OUT_OF_ORDER) !== 0;
  const values =
    kind === 0
      ? nibbleValues(view, lgK, (flags & FLAG_COMPACT) !== 0, bad)
      : kind === 1
        ? sixBitValues(view, slots)
        : new Uint8Array(view.buffer, view.byteOffset + VALUES_AT, slots);
  const result = emptyRegisters(lgK);
  for (let i = 0; i < slots; i++) {
    if (values[i]! > 63) throw bad(`register of ${values[i]}`);
    addToRegisters(result, i, values[i]!);
  }
  if (kind === 2) {
    // Java copies registers of eight bits as they are, sums included, unless a union left them to be
    // computed.
    const rebuild = (flags & 32) !== 0;
    if (!rebuild) result.kxq0 = view.getFloat64(16, true);
    if (!rebuild) result.kxq1 = view.getFloat64(24, true);
  }
  result.hip = view.getFloat64(8, true);
  result.outOfOrder = outOfOrder;
  return result;
}

function nibbleValues(
  view: DataView,
  lgK: number,
  compact: boolean,
  bad: (what: string) => LakeError,
): Uint8Array {
  const slots = 1 << lgK;
  const lowest = view.getUint8(6);
  const count = view.getUint32(36, true);
  const start = VALUES_AT + slots / 2;
  const places = count === 0 ? 0 : compact ? count : 1 << (view.getUint8(4) & 31);
  if (count > slots || places < 0 || places > (view.byteLength - start) / 4)
    throw bad('exceptions end early');
  const exceptions = new Map<number, number>();
  for (let i = 0; i < places; i++) {
    const pair = view.getInt32(start + 4 * i, true);
    if (pair !== 0) exceptions.set(pair & (slots - 1), pair >>> SLOT_BITS);
  }
  const values = new Uint8Array(slots);
  for (let i = 0; i < slots; i++) {
    const nibble = (view.getUint8(VALUES_AT + (i >> 1)) >> (4 * (i & 1))) & 15;
    const value = nibble === EXCEPTION ? exceptions.get(i) : nibble + lowest;
    if (value === undefined) throw bad(`no exception for slot ${i}`);
    values[i] = Math.min(value, 255);
  }
  return values;
}

function sixBitValues(view: DataView, slots: number): Uint8Array {
  const values = new Uint8Array(slots);
  for (let i = 0; i < slots; i++) {
    const bit = 6 * i;
    values[i] = (view.getUint16(VALUES_AT + (bit >> 3), true) >> (bit & 7)) & 63;
  }
  return values;
}

function encodeHll(sketch: Hll): Uint8Array {
  if (sketch.kind === 'registers') return encodeRegisters(sketch);
  const list = sketch.kind === 'list';
  const start = list ? 8 : 12;
  const bytes = new Uint8Array(start + 4 * sketch.count);
  const view = new DataView(bytes.buffer);
  const flags = FLAG_COMPACT | (sketch.count === 0 ? FLAG_EMPTY : 0);
  bytes.set([start / 4, 1, 7, sketch.lgK, sketch.lgTable, flags, list ? sketch.count : 0, list ? 0 : 1]);
  if (!list) view.setUint32(8, sketch.count, true);
  let at = start;
  for (const coupon of sketch.table) {
    if (coupon === 0) continue;
    view.setInt32(at, coupon, true);
    at += 4;
  }
  return bytes;
}

function encodeRegisters(sketch: Registers): Uint8Array {
  const { lgK, values } = sketch;
  let lowest = 64;
  for (const value of values) lowest = Math.min(lowest, value);
  const atLowest = values.reduce((count, value) => count + (value === lowest ? 1 : 0), 0);
  const sums = emptyRegisters(lgK);
  const nibbles = new Uint8Array(values.length / 2);
  const exceptions = new Exceptions(lgK);
  for (let slot = 0; slot < values.length; slot++) {
    const value = values[slot]!;
    if (value === 0) continue;
    addToRegisters(sums, slot, value);
    const nibble = Math.min(value - lowest, EXCEPTION);
    if (nibble === EXCEPTION) exceptions.add(slot, value);
    nibbles[slot >> 1] = nibbles[slot >> 1]! | (nibble << (4 * (slot & 1)));
  }
  const bytes = new Uint8Array(VALUES_AT + nibbles.length + 4 * exceptions.count);
  const view = new DataView(bytes.buffer);
  const flags = FLAG_COMPACT | (sketch.outOfOrder ? FLAG_OUT_OF_ORDER : 0);
  bytes.set([10, 1, 7, lgK, exceptions.count > 0 ? exceptions.lgTable : 0, flags, lowest, 2]);
  view.setFloat64(8, sketch.hip, true);
  view.setFloat64(16, sums.kxq0, true);
  view.setFloat64(24, sums.kxq1, true);
  view.setUint32(32, atLowest, true);
  view.setUint32(36, exceptions.count, true);
  bytes.set(nibbles, VALUES_AT);
  let at = VALUES_AT + nibbles.length;
  for (const pair of exceptions.table) {
    if (pair === 0) continue;
    view.setInt32(at, pair, true);
    at += 4;
  }
  return bytes;
}

/**
 * The hash table of values too large for four bits; its order is the order in the bytes. Source:
 * hll/HeapAuxHashMap.java.
 */
class Exceptions {
  count = 0;
  lgTable: number;
  table: Int32Array;
  private readonly slotMask: number;

  constructor(lgK: number) {
    this.lgTable = LG_EXCEPTIONS[lgK]!;
    this.table = new Int32Array(1 << this.lgTable);
    this.slotMask = (1 << lgK) - 1;
  }

  add(slot: number, value: number): void {
    this.put((value << SLOT_BITS) | slot);
    this.count++;
    if (4 * this.count <= 3 * this.table.length) return;
    const old = this.table;
    this.table = new Int32Array(1 << ++this.lgTable);
    for (const pair of old) if (pair !== 0) this.put(pair);
  }

  private put(pair: number): void {
    this.table[~findCoupon(this.table, this.lgTable, pair & this.slotMask, this.slotMask)!] = pair;
  }
}
