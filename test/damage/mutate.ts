// Ways a file is damaged: what a broken disk, a stopped copy or a foreign program leaves. Pure: bytes in,
// bytes out.

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

/** Kinds that change bytes, and those that change what is at the path. */
export const DAMAGES = [
  'flip-bit',
  'flip-bits',
  'set-bytes',
  'zero-range',
  'huge-varint',
  'huge-u32',
  'truncate',
  'truncate-tail',
  'empty',
  'extend',
  'duplicate-range',
  'swap',
  'delete',
  'directory',
] as const;
export type Damage = (typeof DAMAGES)[number];

/** Damage whose result has as many bytes as before, so that no size in the metadata tells it. */
export const KEEPS_SIZE: ReadonlySet<Damage> = new Set([
  'flip-bit',
  'flip-bits',
  'set-bytes',
  'zero-range',
  'huge-varint',
  'huge-u32',
]);

/** Where bytes were changed: from, to. */
export interface Damaged {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

/** The file after the damage. `swap`, `delete`, `directory` are for the caller. */
export function mutate(file: Uint8Array, damage: Damage, random: (n: number) => number): Damaged {
  const bytes = Uint8Array.from(file);
  const { length } = bytes;
  const at = random(Math.max(1, length));
  switch (damage) {
    case 'flip-bit':
      return flip(bytes, [at], random);
    case 'flip-bits':
      return flip(
        bytes,
        Array.from({ length: 1 + random(16) }, () => random(Math.max(1, length))),
        random,
      );
    case 'set-bytes':
      return put(
        bytes,
        at,
        Array.from({ length: 1 + random(8) }, () => random(256)),
      );
    case 'zero-range':
      return put(bytes, at, new Array(1 + random(64)).fill(0));
    case 'huge-varint':
      return put(bytes, at, [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f].slice(random(6)));
    case 'huge-u32':
      return put(bytes, at, random(2) === 0 ? [0xff, 0xff, 0xff, 0x7f] : [0x7f, 0xff, 0xff, 0xff]);
    case 'truncate':
      return { bytes: bytes.subarray(0, at), from: at, to: length };
    case 'truncate-tail': {
      const left = Math.max(0, length - 1 - random(Math.min(32, length + 1)));
      return { bytes: bytes.subarray(0, left), from: left, to: length };
    }
    case 'empty':
      return { bytes: bytes.subarray(0, 0), from: 0, to: length };
    case 'extend': {
      const tail = Uint8Array.from({ length: 1 + random(200) }, () => random(256));
      return { bytes: Buffer.concat([bytes, tail]), from: length, to: length + tail.length };
    }
    case 'duplicate-range': {
      const size = 1 + random(Math.max(1, Math.min(100, length - at)));
      const again = bytes.subarray(at, at + size);
      return {
        bytes: Buffer.concat([bytes.subarray(0, at), again, bytes.subarray(at)]),
        from: at,
        to: length + size,
      };
    }
    default:
      throw new Error(`${damage} is not about bytes`);
  }
}

function flip(bytes: Uint8Array, places: readonly number[], random: (n: number) => number): Damaged {
  for (const at of places) if (at < bytes.length) bytes[at] = (bytes[at] as number) ^ (1 << random(8));
  return { bytes, from: Math.min(...places), to: Math.max(...places) + 1 };
}

function put(bytes: Uint8Array, at: number, values: readonly number[]): Damaged {
  const fitting = values.slice(0, Math.max(0, bytes.length - at));
  bytes.set(fitting, at);
  return { bytes, from: at, to: at + fitting.length };
}
