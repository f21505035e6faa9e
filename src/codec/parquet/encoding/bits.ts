// Strings of bits, least significant first: validity, booleans.

/** Sets `count` bits from bit `at`. */
export function fillBits(out: Uint8Array, at: number, count: number): void {
  if (count === 0) return;
  const first = at >>> 3;
  const last = (at + count - 1) >>> 3;
  const head = (0xff << (at & 7)) & 0xff;
  const tail = 0xff >>> (7 - ((at + count - 1) & 7));
  if (first === last) {
    out[first] = (out[first] as number) | (head & tail);
    return;
  }
  out[first] = (out[first] as number) | head;
  out.fill(0xff, first + 1, last);
  out[last] = (out[last] as number) | tail;
}

/**
 * Puts `count` bits of `bytes` from bit `from` to bits `at..` of `out`, which were 0; the number of ones.
 *
 * Shape   nothing behind the last bit is read or written.
 */
export function copyBits(
  bytes: Uint8Array,
  from: number,
  out: Uint8Array,
  at: number,
  count: number,
): number {
  let ones = 0;
  let source = from;
  let target = at;
  let left = count;
  while (left > 0 && (target & 7) !== 0) {
    const bit = ((bytes[source >>> 3] as number) >>> (source & 7)) & 1;
    out[target >>> 3] = (out[target >>> 3] as number) | (bit << (target & 7));
    ones += bit;
    source++;
    target++;
    left--;
  }
  const shift = source & 7;
  let byte = source >>> 3;
  let to = target >>> 3;
  for (; left >= 8; left -= 8, byte++, to++) {
    let bits = bytes[byte] as number;
    if (shift !== 0) bits = ((bits >>> shift) | ((bytes[byte + 1] as number) << (8 - shift))) & 0xff;
    out[to] = bits;
    ones += onesOf(bits);
  }
  if (left > 0) {
    let bits = (bytes[byte] as number) >>> shift;
    if (shift + left > 8) bits |= (bytes[byte + 1] as number) << (8 - shift);
    bits &= (1 << left) - 1;
    out[to] = bits;
    ones += onesOf(bits);
  }
  return ones;
}

/** How many of the first `count` bits are set. */
export function countBits(bits: Uint8Array, count: number): number {
  const whole = count >>> 3;
  let ones = 0;
  for (let i = 0; i < whole; i++) ones += onesOf(bits[i] as number);
  if ((count & 7) !== 0) ones += onesOf((bits[whole] as number) & ((1 << (count & 7)) - 1));
  return ones;
}

/** Ones of a byte. */
function onesOf(byte: number): number {
  const pairs = byte - ((byte >>> 1) & 0x55);
  const quads = (pairs & 0x33) + ((pairs >>> 2) & 0x33);
  return (quads + (quads >>> 4)) & 15;
}
