// Unsigned integers of a fixed number of bits packed without gaps, least significant bit first: Parquet packs
// levels, dictionary ids and deltas this way. Eight of them take as many bytes as one takes bits, so most are
// unpacked eight at a time, out of 32-bit loads.

/** Bytes a step of eight may load beyond those it unpacks. */
const LOAD_SLACK = 4;

/**
 * Packed integers.
 *
 * Shape   integer 0 begins at the lowest bit of byte `start` of `view`.
 * Limits  `width` 1 to 64 bits.
 */
export interface Packed {
  readonly view: DataView;
  readonly start: number;
  readonly width: number;
}

/**
 * Unpacks integers `from` to `from + count` into `out[at..]`: the lowest 32 bits of each.
 *
 * Limits  the caller has checked that they lie inside `view` and that `out` takes them.
 */
export function unpackInts(packed: Packed, from: number, out: Int32Array, at: number, count: number): void {
  const { view, width } = packed;
  const end = at + count;
  const head = Math.min(count, -from & 7);
  for (let i = 0; i < head; i++) out[at + i] = one(packed, from + i);
  let to = at + head;
  let group = from + head;
  const groups = Math.min(end - to, 8 * wholeGroups(packed, group)) >> 3;
  const byte = packed.start + (group / 8) * width;
  if (groups > 0) {
    if (width <= 8) unpackQuads(view, byte, width, out, to, groups);
    else if (width <= 12 || width === 16) unpackPairs(view, byte, width, out, to, groups);
    else if (width <= 25) unpackSingles(view, byte, width, out, to, groups);
    else unpackWide(view, byte, width, out, to, groups);
  }
  to += 8 * groups;
  group += 8 * groups;
  for (; to < end; to++, group++) out[to] = one(packed, group);
}

/** As `unpackInts`, for integers of at most eight bits. */
export function unpackBytes(packed: Packed, from: number, out: Uint8Array, at: number, count: number): void {
  const { view, width } = packed;
  const end = at + count;
  const head = Math.min(count, -from & 7);
  for (let i = 0; i < head; i++) out[at + i] = one(packed, from + i);
  let to = at + head;
  let group = from + head;
  const groups = Math.min(end - to, 8 * wholeGroups(packed, group)) >> 3;
  const byte = packed.start + (group / 8) * width;
  if (groups > 0) unpackSmall(view, byte, width, out, to, groups);
  to += 8 * groups;
  group += 8 * groups;
  for (; to < end; to++, group++) out[to] = one(packed, group);
}

/** How many groups of eight from integer `from` can be loaded without reading behind the bytes. */
function wholeGroups({ view, start, width }: Packed, from: number): number {
  const left = view.byteLength - start - (from / 8) * width - LOAD_SLACK;
  return left < 0 ? 0 : Math.floor(left / width);
}

/** Integer `index`, byte by byte. */
function one({ view, start, width }: Packed, index: number): number {
  const bit = index * width;
  let at = start + Math.floor(bit / 8);
  let have = 8 - (bit % 8);
  const wanted = Math.min(width, 32);
  let value = view.getUint8(at++) >>> (8 - have);
  for (; have < wanted; have += 8) value |= view.getUint8(at++) << have;
  return wanted === 32 ? value : value & ((1 << wanted) - 1);
}

/** Up to 8 bits: a load holds four. */
function unpackQuads(
  view: DataView,
  start: number,
  width: number,
  out: Int32Array,
  at: number,
  groups: number,
): void {
  const mask = (1 << width) - 1;
  const second = (4 * width) >> 3;
  const shift = (4 * width) & 7;
  const end = at + 8 * groups;
  for (let i = at, byte = start; i < end; i += 8, byte += width) {
    const low = view.getUint32(byte, true);
    const high = view.getUint32(byte + second, true) >>> shift;
    out[i] = low & mask;
    out[i + 1] = (low >>> width) & mask;
    out[i + 2] = (low >>> (2 * width)) & mask;
    out[i + 3] = (low >>> (3 * width)) & mask;
    out[i + 4] = high & mask;
    out[i + 5] = (high >>> width) & mask;
    out[i + 6] = (high >>> (2 * width)) & mask;
    out[i + 7] = (high >>> (3 * width)) & mask;
  }
}

/** The same into bytes: a function of its own, so that either knows its array. */
function unpackSmall(
  view: DataView,
  start: number,
  width: number,
  out: Uint8Array,
  at: number,
  groups: number,
): void {
  const mask = (1 << width) - 1;
  const second = (4 * width) >> 3;
  const shift = (4 * width) & 7;
  const end = at + 8 * groups;
  for (let i = at, byte = start; i < end; i += 8, byte += width) {
    const low = view.getUint32(byte, true);
    const high = view.getUint32(byte + second, true) >>> shift;
    out[i] = low & mask;
    out[i + 1] = (low >>> width) & mask;
    out[i + 2] = (low >>> (2 * width)) & mask;
    out[i + 3] = (low >>> (3 * width)) & mask;
    out[i + 4] = high & mask;
    out[i + 5] = (high >>> width) & mask;
    out[i + 6] = (high >>> (2 * width)) & mask;
    out[i + 7] = (high >>> (3 * width)) & mask;
  }
}

/** 9 to 12 bits and 16: a load holds two, wherever in a byte they begin. */
function unpackPairs(
  view: DataView,
  start: number,
  width: number,
  out: Int32Array,
  at: number,
  groups: number,
): void {
  const mask = (1 << width) - 1;
  const [second, third, fourth] = [(2 * width) >> 3, (4 * width) >> 3, (6 * width) >> 3];
  const [shift2, shift3, shift4] = [(2 * width) & 7, (4 * width) & 7, (6 * width) & 7];
  const end = at + 8 * groups;
  for (let i = at, byte = start; i < end; i += 8, byte += width) {
    const a = view.getUint32(byte, true);
    const b = view.getUint32(byte + second, true) >>> shift2;
    const c = view.getUint32(byte + third, true) >>> shift3;
    const d = view.getUint32(byte + fourth, true) >>> shift4;
    out[i] = a & mask;
    out[i + 1] = (a >>> width) & mask;
    out[i + 2] = b & mask;
    out[i + 3] = (b >>> width) & mask;
    out[i + 4] = c & mask;
    out[i + 5] = (c >>> width) & mask;
    out[i + 6] = d & mask;
    out[i + 7] = (d >>> width) & mask;
  }
}

/** Up to 25 bits: a load holds one, wherever in a byte it begins. */
function unpackSingles(
  view: DataView,
  start: number,
  width: number,
  out: Int32Array,
  at: number,
  groups: number,
): void {
  const mask = (1 << width) - 1;
  const end = at + 8 * groups;
  for (let i = at, byte = start; i < end; i += 8, byte += width) {
    for (let k = 0, bit = 0; k < 8; k++, bit += width) {
      out[i + k] = (view.getUint32(byte + (bit >>> 3), true) >>> (bit & 7)) & mask;
    }
  }
}

/** More than 25 bits: two loads hold the lowest 32 of one. */
function unpackWide(
  view: DataView,
  start: number,
  width: number,
  out: Int32Array,
  at: number,
  groups: number,
): void {
  const mask = width >= 32 ? -1 : (1 << width) - 1;
  const end = at + 8 * groups;
  for (let i = at, byte = start; i < end; i += 8, byte += width) {
    for (let k = 0, bit = 0; k < 8; k++, bit += width) {
      const from = byte + (bit >>> 3);
      const shift = bit & 7;
      const low = view.getUint32(from, true) >>> shift;
      // The shift by 1 and by 31 less shift: a shift by 32 would be one by 0.
      const high = (view.getUint8(from + 4) << 1) << (31 - shift);
      out[i + k] = (low | high) & mask;
    }
  }
}
