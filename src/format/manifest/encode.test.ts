// Every manifest and manifest list Java wrote, decoded and encoded again.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { zstdDecompressSync } from 'node:zlib';
import {
  decodeIndexManifest,
  decodeManifest,
  decodeManifestList,
  encodeIndexManifest,
  encodeManifestList,
  ManifestEncoder,
  type ManifestEntry,
} from './index.ts';

const GOLDEN = new URL('../../../test/data/golden/warehouse/golden.db/', import.meta.url).pathname;
const SYNC = new Uint8Array(16).fill(9);
const PLAIN = { codec: 'null', zstdLevel: 1, sync: SYNC } as const;

function files(kind: RegExp): string[] {
  return readdirSync(GOLDEN)
    .map((table) => join(GOLDEN, table, 'manifest'))
    .filter((directory) => existsSync(directory))
    .flatMap((directory) => {
      const names = readdirSync(directory, { withFileTypes: true });
      return names.filter((f) => kind.test(f.name)).map((f) => join(directory, f.name));
    });
}

/** The schema text and the records of an Avro file of one zstandard block, or none. */
function parts(bytes: Uint8Array): { readonly schema: string; readonly records: Buffer } {
  const text = Buffer.from(bytes).toString('latin1');
  const codec = text.indexOf('avro.codec');
  const start = text.indexOf('{"type":"record"');
  const schema = text.slice(start, text.lastIndexOf('}', codec > start ? codec : text.length) + 1);
  const magic = text.indexOf('\x28\xb5\x2f\xfd');
  if (magic < 0) return { schema, records: Buffer.alloc(0) };
  return { schema, records: zstdDecompressSync(bytes.subarray(magic, bytes.length - 16)) };
}

/** The same of a file written with codec null. */
function plainRecords(bytes: Uint8Array): Buffer {
  const sync = Buffer.from(SYNC);
  const buffer = Buffer.from(bytes);
  let at = buffer.indexOf(sync) + 16;
  if (at >= buffer.length) return Buffer.alloc(0);
  for (let longs = 0; longs < 2; at++) if ((buffer[at]! & 0x80) === 0) longs++;
  return buffer.subarray(at, buffer.length - 16);
}

function encode(
  entries: readonly ManifestEntry[],
  encoding: ConstructorParameters<typeof ManifestEncoder>[0],
) {
  const encoder = new ManifestEncoder(encoding);
  for (const entry of entries) encoder.append(entry);
  return encoder.finish();
}

function entriesOf(bytes: Uint8Array, file: string): ManifestEntry[] {
  const entries: ManifestEntry[] = [];
  decodeManifest(bytes, file, { onEntry: (entry) => entries.push(entry) });
  return entries;
}

it('encodes the records of every golden manifest to the bytes Java has, under its schema', () => {
  let checked = 0;
  for (const path of files(/^manifest-[0-9a-f]{8}/)) {
    const java = readFileSync(path);
    if (!java.includes('zstandard')) continue;
    const ours = encode(entriesOf(java, path), PLAIN);
    const { schema, records } = parts(java);
    assert.equal(parts(ours).schema, schema, path);
    assert.ok(plainRecords(ours).equals(records), path);
    checked++;
  }
  assert.ok(checked > 400, `${checked} manifests`);
});

it('encodes the records of every golden manifest list of 1.4.2 to the bytes Java has', () => {
  let checked = 0;
  for (const path of files(/^manifest-list/)) {
    const java = readFileSync(path);
    const { schema, records } = parts(java);
    if (!schema.includes('_MAX_ROW_ID') || !java.includes('zstandard')) continue;
    const ours = encodeManifestList(decodeManifestList(java, path), PLAIN);
    assert.equal(parts(ours).schema, schema, path);
    assert.ok(plainRecords(ours).equals(records), path);
    checked++;
  }
  assert.ok(checked > 600, `${checked} lists`);
});

it('decodes what it encodes, whatever the codec, over many blocks', () => {
  const path = files(/^manifest-[0-9a-f]{8}/)[0] as string;
  const some = entriesOf(readFileSync(path), path);
  const entries = Array.from({ length: 2000 }, (_, i) => some[i % some.length] as ManifestEntry);
  for (const codec of ['null', 'deflate', 'snappy', 'zstandard']) {
    const bytes = encode(entries, { codec, zstdLevel: 1, sync: SYNC });
    assert.deepEqual(entriesOf(bytes, 'ours'), entries, codec);
  }
});

it('encodes the records of every golden index manifest of 1.4.2 to the bytes Java has', () => {
  let checked = 0;
  for (const path of files(/^index-manifest/)) {
    const java = readFileSync(path);
    const { schema, records } = parts(java);
    if (!schema.includes('_GLOBAL_INDEX') || !java.includes('zstandard')) continue;
    const ours = encodeIndexManifest(decodeIndexManifest(java, path), PLAIN);
    assert.equal(parts(ours).schema, schema, path);
    assert.ok(plainRecords(ours).equals(records), path);
    checked++;
  }
  assert.ok(checked > 10, `${checked} index manifests`);
});
