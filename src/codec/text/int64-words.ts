// 64-bit integers as text without making a bigint for each: the two 32-bit words of a value give a double
// when it is a safe integer, and only then; anything wider goes through bigint.
// Layout of a value in memory, little-endian:  0  4  low word, unsigned    4  4  high word, signed

const HIGH_SAFE = 0x1fffff;

/** Reads row `i` of 64-bit values as a safe integer, or undefined when it is not one. */
export type SafeReader = (i: number) => number | undefined;

/** A reader over the words of `values`. */
export function safeReader(values: BigInt64Array): SafeReader {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length * 2);
  return (i) => {
    const high = words[2 * i + 1] as number;
    if (high > HIGH_SAFE || high < -HIGH_SAFE) return undefined;
    return high * 0x1_0000_0000 + ((words[2 * i] as number) >>> 0);
  };
}
