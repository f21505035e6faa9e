export { encodeIndexManifest, encodeManifestList, ManifestEncoder, type ManifestEncoding } from './encode.ts';
export { type DecodeEntries, decodeManifest, type EntryHead } from './entries.ts';
export { DELETION_VECTORS_INDEX, decodeIndexManifest, HASH_INDEX } from './index-manifest.ts';
export { decodeManifestList } from './list.ts';
export { DeletedFiles, FileKeys, mergeEntries, partitionKey } from './live-files.ts';
export type * from './manifest.ts';
