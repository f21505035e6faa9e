// 100,000 entries in 1,000 manifests: decode, filter, drop what was deleted. `node
// src/format/manifest/entries.bench.ts`
import { monotonicMs } from '../../base/index.ts';
import { encodeRow } from '../../codec/index.ts';
import { avroFile, manifestSchema, sampleEntry } from './avro.sample.ts';
import { decodeManifest, type EntryHead } from './entries.ts';
import { DeletedFiles } from './live-files.ts';
import type { ManifestEntry } from './manifest.ts';

const MANIFESTS = 1000;
const ENTRIES = 100;

const INT = { kind: 'INT', nullable: true } as const;
const STRING = { kind: 'VARCHAR', nullable: true, length: 100 } as const;
const types = [INT, STRING, STRING, INT, INT];

function manifest(m: number): Uint8Array {
  const schema = manifestSchema();
  const entries = Array.from({ length: ENTRIES }, (_, i) => {
    const n = m * ENTRIES + i;
    const row = (k: number): Uint8Array =>
      encodeRow(types, [n + k, `name of row ${n + k}`, `some text ${n}`, k, null]);
    const stats = { _MIN_VALUES: row(0), _MAX_VALUES: row(1), _NULL_COUNTS: [0, 0, n, 0, 10] };
    const key = {
      _MIN_VALUES: encodeRow([INT], [n]),
      _MAX_VALUES: encodeRow([INT], [n + 1]),
      _NULL_COUNTS: [0],
    };
    const file = {
      _FILE_NAME: `data-00000000-0000-0000-0000-00000000${n}-${i}.parquet`,
      _VALUE_STATS: stats,
      _KEY_STATS: key,
    };
    const changes = { _PARTITION: encodeRow([INT], [m % 50]), _BUCKET: i % 16, _KIND: n % 50 === 0 ? 1 : 0 };
    return sampleEntry(changes, { ...file, _MIN_KEY: key._MIN_VALUES, _MAX_KEY: key._MAX_VALUES });
  });
  return avroFile(schema, entries);
}

const files = Array.from({ length: MANIFESTS }, (_, m) => manifest(m));
const mib = Math.round(files.reduce((sum, f) => sum + f.length, 0) / 2 ** 20);

function plan(accept: (head: EntryHead) => boolean): ManifestEntry[] {
  const deleted = new DeletedFiles();
  for (const bytes of files) {
    decodeManifest(bytes, 'm', {
      accept: (h) => h.kind === 'DELETE' && accept(h),
      onEntry: (e) => deleted.add(e),
    });
  }
  const live: ManifestEntry[] = [];
  for (const bytes of files) {
    decodeManifest(bytes, 'm', {
      accept: (h) => h.kind === 'ADD' && accept(h),
      onEntry: (e) => deleted.isLive(e) && live.push(e),
    });
  }
  return live;
}

for (let round = 0; round < 4; round++) {
  for (const [name, accept] of [
    ['all', () => true],
    ['one bucket', (h: EntryHead) => h.bucket === 3],
  ] as const) {
    const start = monotonicMs();
    const live = plan(accept);
    const ms = Math.round(monotonicMs() - start);
    console.log(
      `${name}: ${live.length} live of ${MANIFESTS * ENTRIES} in ${mib} MiB, decoded twice: ${ms} ms`,
    );
  }
}
