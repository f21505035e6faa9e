// Bounds of text and binaries cut to a few bytes, as parquet-mr cuts those of its column indexes: a lower one
// that is not greater, an upper one that is not less.
//
// Source  parquet-mr, internal/column/columnindex/BinaryTruncator.java.
import { isUtf8 } from 'node:buffer';

/** Bytes kept. Source: ParquetProperties.DEFAULT_COLUMN_INDEX_TRUNCATE_LENGTH. */
const KEPT_BYTES = 64;

/** The bytes themselves, or new ones. */
export function truncatedMin(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= KEPT_BYTES) return bytes;
  return isUtf8(bytes) ? wholeCharacters(bytes) : bytes.slice(0, KEPT_BYTES);
}

/** Something short that is not less; the value itself where there is nothing. */
export function truncatedMax(bytes: Uint8Array): Uint8Array {
  if (bytes.length <= KEPT_BYTES) return bytes;
  const text = isUtf8(bytes);
  const kept = text ? wholeCharacters(bytes) : bytes.slice(0, KEPT_BYTES);
  for (let i = kept.length - 1; i >= 0; i--) {
    const before = kept[i] as number;
    if (before < 255) {
      kept[i] = before + 1;
      if (!text || isUtf8(kept)) return kept;
    }
    kept[i] = text ? before : 0;
  }
  return bytes;
}

/** The first bytes, cut between characters. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  let end = KEPT_BYTES;
  while (((bytes[end] as number) & 0xc0) === 0x80) end--;
  return bytes.slice(0, end);
}
