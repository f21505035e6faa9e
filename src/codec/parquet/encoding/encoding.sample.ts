// Encoders for tests, written from the specification's text, bit by bit: slow and plain, so that they share
// nothing with the decoders they test.

/** Numbers below `n` that follow from the seed (mulberry32). */
export function randomOf(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * n);
  };
}

/** The `error` of a failed decode. */
export const fail = (what: string): Error => new Error(`corrupt: ${what}`);

/** ULEB-128. */
export function varint(value: bigint | number): number[] {
  const out: number[] = [];
  let rest = BigInt(value);
  for (; rest >= 128n; rest >>= 7n) out.push(Number(rest & 127n) | 128);
  out.push(Number(rest));
  return out;
}

/** Zigzag ULEB-128 of a signed 64-bit integer. */
export function zigzag(value: bigint): number[] {
  return varint(BigInt.asUintN(64, (value << 1n) ^ (value >> 63n)));
}

/** Values packed least significant bit first; a last byte is padded with zeros. */
export function packBits(values: readonly bigint[], width: number): number[] {
  const bits = values.flatMap((v) => Array.from({ length: width }, (_, i) => Number((v >> BigInt(i)) & 1n)));
  const out: number[] = [];
  for (let i = 0; i < bits.length; i += 8) {
    out.push(bits.slice(i, i + 8).reduce((byte, bit, k) => byte | (bit << k), 0));
  }
  return out;
}

/** One run of a value. */
export function rleRun(value: number, count: number, width: number): number[] {
  const bytes = Array.from({ length: Math.ceil(width / 8) }, (_, i) => Math.floor(value / 256 ** i) % 256);
  return [...varint(count * 2), ...bytes];
}

/** One run of packed values, padded to groups of eight. */
export function packedRun(values: readonly number[], width: number): number[] {
  const groups = Math.ceil(values.length / 8);
  const padded = Array.from({ length: groups * 8 }, (_, i) => BigInt(values[i] ?? 0));
  return [...varint(groups * 2 + 1), ...packBits(padded, width)];
}

/** Runs of both kinds, as a random writer might cut them; packed runs in the middle take multiples of 8. */
export function hybrid(values: readonly number[], width: number, random: (n: number) => number): Uint8Array {
  const out: number[] = [];
  for (let i = 0; i < values.length; ) {
    let same = 1;
    while (i + same < values.length && values[i + same] === values[i]) same++;
    if (same > 1 + random(12)) {
      out.push(...rleRun(values[i] as number, same, width));
      i += same;
    } else {
      const run = values.slice(i, i + 8 * (1 + random(4)));
      out.push(...packedRun(run, width));
      i += run.length;
    }
  }
  return Uint8Array.from(out);
}

/** DELTA_BINARY_PACKED of 64-bit integers, or of 32-bit integers whose differences wrap at 32 bits. */
export function deltaBinary(
  values: readonly bigint[],
  { block = 128, miniblocks = 4, bits = 64 }: { block?: number; miniblocks?: number; bits?: 32 | 64 } = {},
): number[] {
  const out = [...varint(block), ...varint(miniblocks), ...varint(values.length), ...zigzag(values[0] ?? 0n)];
  const size = block / miniblocks;
  for (let from = 1; from < values.length; from += block) {
    const deltas: bigint[] = [];
    for (let i = from; i < Math.min(values.length, from + block); i++) {
      deltas.push(BigInt.asIntN(bits, (values[i] as bigint) - (values[i - 1] as bigint)));
    }
    const least = deltas.toSorted((a, b) => Number(a > b) - Number(a < b))[0] as bigint;
    const above = deltas.map((delta) => BigInt.asUintN(bits, delta - least));
    const minis = Array.from({ length: miniblocks }, (_, m) => above.slice(m * size, (m + 1) * size));
    const widths = minis.map((mini) => mini.reduce((width, v) => Math.max(width, v.toString(2).length), 0));
    out.push(...zigzag(least), ...widths.map((width, m) => (minis[m]?.every((v) => v === 0n) ? 0 : width)));
    for (const [m, mini] of minis.entries()) {
      if (mini.length === 0 || mini.every((v) => v === 0n)) continue;
      const padded = Array.from({ length: size }, (_, i) => mini[i] ?? 0n);
      out.push(...packBits(padded, widths[m] as number));
    }
  }
  return out;
}
