import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { LakeError } from '../../base/index.ts';
import { encodeRow } from '../../codec/index.ts';
import { parseSnapshot } from '../snapshot.ts';
import { avroFile, manifestSchema, sampleEntry } from './avro.sample.ts';
import { type DecodeEntries, decodeManifest } from './entries.ts';
import { decodeIndexManifest } from './index-manifest.ts';
import { decodeManifestList } from './list.ts';
import { DeletedFiles, mergeEntries } from './live-files.ts';
import type { ManifestEntry } from './manifest.ts';

const warehouse = new URL('../../../test/data/golden/warehouse/golden.db/', import.meta.url);

function decodeAll(bytes: Uint8Array, accept?: DecodeEntries['accept']): ManifestEntry[] {
  const entries: ManifestEntry[] = [];
  decodeManifest(bytes, 'manifest-x', { accept, onEntry: (entry) => entries.push(entry) });
  return entries;
}

describe('golden manifests', () => {
  it('every list counts its entries, every snapshot the records of its live files', () => {
    let snapshots = 0;
    for (const table of readdirSync(warehouse)) {
      const read = (name: string): Uint8Array =>
        readFileSync(new URL(`${table}/manifest/${name}`, warehouse));
      const entriesOf = (list: string): ManifestEntry[] =>
        decodeManifestList(read(list), list).flatMap((meta) => {
          const bytes = read(meta.fileName);
          assert.equal(BigInt(bytes.length), meta.fileSize);
          const entries = decodeAll(bytes);
          assert.equal(BigInt(entries.filter((e) => e.kind === 'ADD').length), meta.numAddedFiles);
          assert.equal(BigInt(entries.filter((e) => e.kind === 'DELETE').length), meta.numDeletedFiles);
          return entries;
        });
      const folder = new URL(`${table}/snapshot/`, warehouse);
      if (!existsSync(folder)) continue;
      for (const name of readdirSync(folder).filter((n) => n.startsWith('snapshot-'))) {
        const snapshot = parseSnapshot(readFileSync(new URL(name, folder), 'utf8'), name);
        if (!existsSync(new URL(`${table}/manifest/${snapshot.baseManifestList}`, warehouse))) continue;
        const entries = [...entriesOf(snapshot.baseManifestList), ...entriesOf(snapshot.deltaManifestList)];
        const deleted = new DeletedFiles();
        for (const entry of entries) deleted.add(entry);
        const live = entries.filter((entry) => deleted.isLive(entry));
        assert.deepEqual(
          live,
          mergeEntries(entries, table).filter((e) => e.kind === 'ADD'),
        );
        const total = live.reduce((sum, entry) => sum + entry.file.rowCount, 0n);
        assert.equal(total, snapshot.totalRecordCount, `${table} ${name}`);
        if (snapshot.indexManifest !== undefined) {
          const index = decodeIndexManifest(read(snapshot.indexManifest), snapshot.indexManifest);
          assert.ok(index.every((e) => e.kind === 'ADD' && e.fileSize > 0n));
          assert.ok(
            index.every((e) => (e.indexType === 'DELETION_VECTORS') === (e.deletionVectors !== undefined)),
          );
        }
        snapshots++;
      }
    }
    assert.ok(snapshots > 200, `${snapshots}`);
  });
});

describe('manifest shapes', () => {
  it('reads the newest shape', () => {
    const extra = {
      _VALUE_STATS_COLS: ['a'],
      _EXTERNAL_PATH: '/x/y',
      _FIRST_ROW_ID: 7,
      _WRITE_COLS: [],
      _EXTRA_FILES: ['e'],
    };
    const [entry] = decodeAll(avroFile(manifestSchema(), [sampleEntry({}, extra)]));
    const file = entry?.file;
    assert.deepEqual(file?.valueStatsCols, ['a']);
    assert.deepEqual(file.writeCols, []);
    assert.deepEqual(file.extraFiles, ['e']);
    assert.equal(file.externalPath, '/x/y');
    assert.equal(file.firstRowId, 7n);
    assert.equal(file.creationTimeMs, 1700000000123n);
    assert.equal(file.deleteRowCount, 0n);
  });

  for (const old of [false, true]) {
    for (let later = 0; later <= 7; later++) {
      it(`reads a file with ${later} later members, ${old ? 'nullable' : 'plain'} records`, () => {
        const [entry] = decodeAll(avroFile(manifestSchema({ later, old }), [sampleEntry()]));
        assert.equal(entry?.file.fileName, 'data-0.parquet');
        assert.equal(entry.file.deleteRowCount, later > 0 ? 0n : undefined);
        assert.equal(entry.file.fileSource, later > 2 ? 0 : undefined);
        assert.equal(entry.file.valueStatsCols, undefined);
        assert.deepEqual(entry.file.keyStats.nullCounts, []);
      });
    }
  }

  it('keeps unknown null counts unknown', () => {
    const stats = { _MIN_VALUES: new Uint8Array(12), _MAX_VALUES: new Uint8Array(12) };
    const counts = (list: unknown): unknown => {
      const file = { _VALUE_STATS: { ...stats, _NULL_COUNTS: list } };
      return decodeAll(avroFile(manifestSchema(), [sampleEntry({}, file)]))[0]?.file.valueStats.nullCounts;
    };
    assert.deepEqual(counts([0, null, 3]), [0n, undefined, 3n]);
    assert.equal(counts(null), undefined);
  });

  it('builds only what is accepted', () => {
    const records = [0, 1, 2, 3].map((n) => sampleEntry({ _BUCKET: n, _KIND: n & 1 }, { _LEVEL: n }));
    const bytes = avroFile(manifestSchema(), records);
    assert.deepEqual(
      decodeAll(bytes, (head) => head.kind === 'DELETE' && head.level > 1).map((e) => e.bucket),
      [3],
    );
  });

  it('refuses other layout versions and kinds', () => {
    const refuse = (changes: object, code: string): void => {
      const bytes = avroFile(manifestSchema({ old: true }), [sampleEntry(changes)]);
      assert.throws(
        () => decodeAll(bytes),
        (e) => e instanceof LakeError && e.code === code && /manifest-x/.test(e.message),
      );
    };
    refuse({ _VERSION: 1 }, 'FEATURE_UNSUPPORTED');
    refuse({ _VERSION: 3 }, 'FEATURE_UNSUPPORTED');
    refuse({ _KIND: 2 }, 'FILE_CORRUPT');
    refuse({ _FILE: null }, 'FILE_CORRUPT');
  });
});

describe('live files', () => {
  const entry = (kind: 'ADD' | 'DELETE', changes: object = {}, file: object = {}): ManifestEntry => {
    const record = sampleEntry({ _KIND: kind === 'ADD' ? 0 : 1, ...changes }, file);
    return decodeAll(avroFile(manifestSchema(), [record]))[0] as ManifestEntry;
  };
  const partition = (n: number): Uint8Array => encodeRow([{ kind: 'INT', nullable: true }], [n]);

  it('knows a file by all members of its identity', () => {
    const other: ManifestEntry[] = [
      entry('DELETE', { _PARTITION: partition(1) }),
      entry('DELETE', { _BUCKET: 1 }),
      entry('DELETE', {}, { _LEVEL: 1 }),
      entry('DELETE', {}, { _FILE_NAME: 'data-1.parquet' }),
      entry('DELETE', {}, { _EXTRA_FILES: ['data-0.parquet.index'] }),
      entry('DELETE', {}, { _EMBEDDED_FILE_INDEX: new Uint8Array(0) }),
      entry('DELETE', {}, { _EMBEDDED_FILE_INDEX: Uint8Array.of(1) }),
      entry('DELETE', {}, { _EXTERNAL_PATH: '/x/data-0.parquet' }),
    ];
    const deleted = new DeletedFiles();
    for (const e of other) deleted.add(e);
    assert.equal(deleted.size, other.length);
    assert.equal(deleted.isLive(entry('ADD')), true);
    deleted.add(entry('DELETE'));
    assert.equal(deleted.isLive(entry('ADD')), false);
    assert.equal(deleted.isLive(entry('DELETE')), false);
  });

  it('merges in order: an upgrade deletes one level and adds the other', () => {
    const up = [entry('ADD'), entry('DELETE'), entry('ADD', {}, { _LEVEL: 5 })];
    assert.deepEqual(
      mergeEntries(up, 'm').map((e) => e.file.level),
      [5],
    );
    assert.deepEqual(
      mergeEntries([entry('DELETE')], 'm').map((e) => e.kind),
      ['DELETE'],
    );
    assert.throws(() => mergeEntries([entry('ADD'), entry('ADD')], 'm'), /added twice/);
  });
});
