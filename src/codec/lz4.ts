// Raw LZ4 blocks. Never writes outside what it measured first and always ends: every sequence moves forward.
//
//   token     literals (4 bits), match length - 4 (4 bits); 15: bytes follow and add up, the first below 255
//   is
//             the last
//   literals  as many bytes
//   offset    u16 little-endian, how far back the match begins; a block ends after literals, without one
//
// Source  lz4/lz4, lz4_Block_format.md.

/**
 * Inflates a raw LZ4 block, or says why it cannot as text.
 *
 * Shape   the block says nothing of its size: it is measured first, so that exactly that much is allocated.
 * Limits  at most `bytesMax` bytes come out; a block makes less than 256 bytes of one.
 * Errors  none; the text says what is wrong.
 */
export function inflateLz4(bytes: Uint8Array, bytesMax: number): Uint8Array | string {
  const size = walk(bytes, undefined);
  if (typeof size === 'string') return size;
  if (size > bytesMax) return `LZ4 block of ${size} bytes where ${bytesMax} fit`;
  const out = new Uint8Array(size);
  const done = walk(bytes, out);
  return typeof done === 'string' ? done : out;
}

/** How many bytes a raw LZ4 block makes, or what is wrong with it, without making them. */
export function lz4BlockSize(bytes: Uint8Array): number | string {
  return walk(bytes, undefined);
}

/** What stands before `size` literals so that both together are an LZ4 block: stored, not compressed. */
export function lz4StoredHead(size: number): Uint8Array {
  if (size < 15) return Uint8Array.of(size << 4);
  const rest = size - 15;
  const head = new Uint8Array(2 + Math.floor(rest / 255)).fill(255);
  head[0] = 0xf0;
  head[head.length - 1] = rest % 255;
  return head;
}

/** Walks over the sequences, writing to `out` if there is one; the size they make, or what is wrong. */
function walk(bytes: Uint8Array, out: Uint8Array | undefined): number | string {
  const end = bytes.length;
  let at = 0;
  let to = 0;
  while (at < end) {
    const token = bytes[at++]!;
    let count = token >> 4;
    if (count === 15) {
      let more = 255;
      while (more === 255 && at < end) count += more = bytes[at++]!;
      if (more === 255) return 'LZ4 block ends early';
    }
    if (count > end - at) return 'LZ4 literals beyond the block';
    if (out !== undefined) copyLiterals(bytes, at, out, { to, count });
    at += count;
    to += count;
    if (at === end) return to;
    if (end - at < 2) return 'LZ4 block ends early';
    const back = bytes[at]! | (bytes[at + 1]! << 8);
    at += 2;
    if (back === 0 || back > to) return 'bad LZ4 match offset';
    count = (token & 15) + 4;
    if (count === 19) {
      let more = 255;
      while (more === 255 && at < end) count += more = bytes[at++]!;
      if (more === 255) return 'LZ4 block ends early';
    }
    if (out !== undefined) copyMatch(out, to, back, count);
    to += count;
  }
  return 'LZ4 block ends early';
}

function copyLiterals(
  bytes: Uint8Array,
  at: number,
  out: Uint8Array,
  place: { readonly to: number; readonly count: number },
): void {
  const { to, count } = place;
  if (count > 32) out.set(bytes.subarray(at, at + count), to);
  else for (let i = 0; i < count; i++) out[to + i] = bytes[at + i]!;
}

/** A match may reach into what it writes: then it repeats itself. */
function copyMatch(out: Uint8Array, to: number, back: number, count: number): void {
  if (back >= count && count > 32) out.copyWithin(to, to - back, to - back + count);
  else for (let i = 0; i < count; i++) out[to + i] = out[to + i - back]!;
}
