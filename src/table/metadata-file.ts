// Small metadata files as text: hints, schemas, snapshots, tags, consumers.
import { corrupt, LakeError, METADATA_JSON_BYTES_MAX } from '../base/index.ts';
import { parseJson } from '../codec/index.ts';
import type { Store } from '../store/index.ts';

/**
 * The text of a metadata file, undefined when there is no such file.
 *
 * Limits  `METADATA_JSON_BYTES_MAX`.
 * Errors  `FILE_CORRUPT` when it is not UTF-8; `FILE_DENIED`, `STORE_UNAVAILABLE` from the store.
 */
export async function readOptionalText(store: Store, path: string): Promise<string | undefined> {
  try {
    return await readText(store, path);
  } catch (error) {
    if (error instanceof LakeError && error.code === 'FILE_MISSING') return undefined;
    throw error;
  }
}

/** As `readOptionalText`; a missing file is `FILE_MISSING`. */
export async function readText(store: Store, path: string): Promise<string> {
  const bytes = await store.readFile(path, { bytesMax: METADATA_JSON_BYTES_MAX });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw corrupt(path, undefined, 'the file is not UTF-8 text', cause);
  }
}

/** The next snapshot of a consumer file. Source: Paimon, consumer/Consumer.java. */
export function parseConsumer(text: string, file: string): bigint {
  const json = parseJson(text, file);
  const next =
    typeof json === 'object' && json !== null && !Array.isArray(json)
      ? (json as Readonly<Record<string, unknown>>).nextSnapshot
      : undefined;
  if (typeof next === 'bigint') return next;
  if (typeof next === 'number' && Number.isSafeInteger(next)) return BigInt(next);
  throw corrupt(file, undefined, 'nextSnapshot is no whole number');
}
