// HyperLogLog sketches of Apache DataSketches, merged as its Union does: same steps in the same order,
// because the sums of doubles inside a sketch depend on it.

/** A slot number (26 bits) below a value (6 bits). Zero: none. */
export type Coupon = number;

/**
 * A sketch.
 *
 * Shape   few values: `coupons`, at first a `list` of up to 8, then a hash `set` of `count` in a table of
 *         2^`lgTable`. Many: `registers`, the highest value of each of 2^`lgK` slots; `kxq0`, `kxq1` sums of
 *         2^-value below and from 32; `hip` the running estimate, void when values came `outOfOrder`.
 */
export type Hll = Coupons | Registers;
export interface Coupons {
  readonly kind: 'list' | 'set';
  readonly lgK: number;
  table: Int32Array;
  lgTable: number;
  count: number;
}
export interface Registers {
  readonly kind: 'registers';
  readonly lgK: number;
  readonly values: Uint8Array;
  hip: number;
  kxq0: number;
  kxq1: number;
  outOfOrder: boolean;
}

export const LG_LIST = 3;
export const LG_SET_FIRST = 5;
const SLOT_BITS = 26;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
const INVERSE_POWERS: readonly number[] = Array.from({ length: 64 }, (_, i) => 1 / 2 ** i);

export function emptyList(lgK: number): Coupons {
  return { kind: 'list', lgK, table: new Int32Array(1 << LG_LIST), lgTable: LG_LIST, count: 0 };
}

export function emptySet(lgK: number): Coupons {
  return { kind: 'set', lgK, table: new Int32Array(1 << LG_SET_FIRST), lgTable: LG_SET_FIRST, count: 0 };
}

export function emptyRegisters(lgK: number): Registers {
  const slots = 1 << lgK;
  return {
    kind: 'registers',
    lgK,
    values: new Uint8Array(slots),
    hip: 0,
    kxq0: slots,
    kxq1: 0,
    outOfOrder: false,
  };
}

/**
 * Merges `source` into `gadget`, which may be changed; returns the sketch that holds both.
 *
 * Units   `lgKMax`: the most slots the result may have, as a power of two.
 * Source  datasketches-java 4.2.0, hll/Union.java (unionImpl).
 */
export function mergeHll(gadget: Hll, source: Hll, lgKMax: number): Hll {
  if (source.kind !== 'registers') {
    if (source.kind === 'set' && isEmpty(gadget) && gadget.lgK === source.lgK) {
      return { ...source, table: source.table.slice() };
    }
    return addAll(gadget, source);
  }
  if (gadget.kind !== 'registers') {
    const base =
      source.lgK > lgKMax ? downsample(source, lgKMax) : { ...source, values: source.values.slice() };
    return addAll(base, gadget);
  }
  const target = source.lgK < gadget.lgK ? downsample(gadget, source.lgK) : gadget;
  const mask = (1 << target.lgK) - 1;
  for (let i = 0; i < source.values.length; i++) {
    if (source.values[i]! > target.values[i & mask]!) target.values[i & mask] = source.values[i]!;
  }
  target.hip = 0;
  target.outOfOrder = true;
  return target;
}

/** Adds a coupon; returns the sketch, which becomes of another kind as it grows. */
export function addCoupon(sketch: Hll, coupon: Coupon): Hll {
  switch (sketch.kind) {
    case 'list':
      return addToList(sketch, coupon);
    case 'set':
      return addToSet(sketch, coupon);
    case 'registers':
      addToRegisters(sketch, coupon & SLOT_MASK, coupon >>> SLOT_BITS);
      return sketch;
  }
}

/** Raises a slot of registers to `value` if it is lower. */
export function addToRegisters(registers: Registers, slot: number, value: number): void {
  const at = slot & ((1 << registers.lgK) - 1);
  const old = registers.values[at]!;
  if (value <= old) return;
  registers.values[at] = value;
  registers.hip += (1 << registers.lgK) / (registers.kxq0 + registers.kxq1);
  if (old < 32) registers.kxq0 -= INVERSE_POWERS[old]!;
  else registers.kxq1 -= INVERSE_POWERS[old]!;
  if (value < 32) registers.kxq0 += INVERSE_POWERS[value]!;
  else registers.kxq1 += INVERSE_POWERS[value]!;
}

/**
 * Where a coupon lies in a hash table, or the complement of the free place it may take; undefined in a full
 * table.
 */
export function findCoupon(
  table: Int32Array,
  lgTable: number,
  key: number,
  keyMask: number,
): number | undefined {
  const mask = table.length - 1;
  const start = key & mask;
  const stride = ((key & SLOT_MASK) >>> lgTable) | 1;
  let at = start;
  do {
    const found = table[at]!;
    if (found === 0) return ~at;
    if ((found & keyMask) === key) return at;
    at = (at + stride) & mask;
  } while (at !== start);
  return undefined;
}

function isEmpty(sketch: Hll): boolean {
  return sketch.kind !== 'registers' && sketch.count === 0;
}

function addAll(sketch: Hll, coupons: Coupons): Hll {
  let result = sketch;
  for (const coupon of coupons.table) if (coupon >>> SLOT_BITS !== 0) result = addCoupon(result, coupon);
  return result;
}

function addToList(list: Coupons, coupon: Coupon): Hll {
  for (let i = 0; i < list.count; i++) if (list.table[i] === coupon) return list;
  list.table[list.count++] = coupon;
  if (list.count < list.table.length) return list;
  if (list.lgK < 8) return promote(list);
  return addAll(emptySet(list.lgK), list);
}

function addToSet(set: Coupons, coupon: Coupon): Hll {
  const at = findCoupon(set.table, set.lgTable, coupon, -1);
  if (at === undefined || at >= 0) return set;
  set.table[~at] = coupon;
  set.count++;
  if (4 * set.count <= 3 * set.table.length) return set;
  if (set.lgTable === set.lgK - 3) return promote(set);
  const old = set.table;
  set.table = new Int32Array(1 << ++set.lgTable);
  for (const moved of old) {
    if (moved !== 0) set.table[~findCoupon(set.table, set.lgTable, moved, -1)!] = moved;
  }
  return set;
}

function promote(coupons: Coupons): Registers {
  const registers = emptyRegisters(coupons.lgK);
  for (const coupon of coupons.table) {
    if (coupon !== 0) addToRegisters(registers, coupon & SLOT_MASK, coupon >>> SLOT_BITS);
  }
  registers.hip = estimateOf(coupons.count);
  return registers;
}

function downsample(source: Registers, lgK: number): Registers {
  const result = emptyRegisters(lgK);
  for (let i = 0; i < source.values.length; i++) addToRegisters(result, i, source.values[i]!);
  result.hip = source.outOfOrder ? 0 : source.hip;
  result.outOfOrder = source.outOfOrder;
  return result;
}

/**
 * The distinct values that `count` coupons stand for. Java interpolates a table; a set holds at most 196,608
 * coupons, so the points up to 600,000 are all that is needed.
 * Source  hll/CubicInterpolation.java, hll/CouponMapping.java.
 */
function estimateOf(count: number): number {
  let left = 0;
  while (left < X.length - 3 && X[left + 1]! <= count) left++;
  return Math.max(interpolate(Math.max(0, left - 1), count), count);
}

const X: readonly number[] = [0, 1, 20, 400, 8000, 160000, 300000, 600000];
const Y: readonly number[] = [
  0, 1, 20.00000094374026, 400.0003963713384, 8000.158929460209, 160063.60677637596, 300223.70715976635,
  600895.593385617,
];

function interpolate(at: number, x: number): number {
  const [x0, x1, x2, x3] = [X[at]!, X[at + 1]!, X[at + 2]!, X[at + 3]!];
  const term0 = (Y[at]! * ((x - x1) * (x - x2) * (x - x3))) / ((x0 - x1) * (x0 - x2) * (x0 - x3));
  const term1 = (Y[at + 1]! * ((x - x0) * (x - x2) * (x - x3))) / ((x1 - x0) * (x1 - x2) * (x1 - x3));
  const term2 = (Y[at + 2]! * ((x - x0) * (x - x1) * (x - x3))) / ((x2 - x0) * (x2 - x1) * (x2 - x3));
  const term3 = (Y[at + 3]! * ((x - x0) * (x - x1) * (x - x2))) / ((x3 - x0) * (x3 - x1) * (x3 - x2));
  return term0 + term1 + term2 + term3;
}
