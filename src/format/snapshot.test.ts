import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { LakeError } from '../base/index.ts';
import { parseSnapshot, parseTag } from './snapshot.ts';

const warehouse = new URL('../../test/data/golden/warehouse/golden.db/', import.meta.url);

function filesOf(folder: string, prefix: string): { name: string; text: string }[] {
  const paths = readdirSync(warehouse, { recursive: true, encoding: 'utf8' });
  return paths
    .filter((p) => p.includes(`${folder}/${prefix}`))
    .map((p) => ({
      name: p.slice(p.lastIndexOf('/') + 1),
      text: readFileSync(new URL(p, warehouse), 'utf8'),
    }));
}

const old = {
  id: 1,
  schemaId: 0,
  baseManifestList: 'a',
  deltaManifestList: 'b',
  commitUser: 'u',
  commitIdentifier: 1,
  commitKind: 'APPEND',
  timeMillis: 5,
};

describe('snapshot', () => {
  it('reads every golden snapshot and changelog', () => {
    const files = [...filesOf('snapshot', 'snapshot-'), ...filesOf('changelog', 'changelog-')];
    assert.ok(files.length > 200);
    for (const { name, text } of files) {
      assert.equal(parseSnapshot(text, name).id, BigInt(name.slice(name.indexOf('-') + 1)));
    }
  });

  it('reads every golden tag', () => {
    const files = filesOf('tag', 'tag-');
    assert.ok(files.length > 0);
    for (const { name, text } of files) assert.ok(parseTag(text, name).id > 0n);
  });

  it('keeps 64-bit numbers exact', () => {
    const text = JSON.stringify(old)
      .replace('"commitIdentifier":1', '"commitIdentifier":9223372036854775807')
      .replace('"timeMillis":5', '"timeMillis":5,"watermark":-9223372036854775808');
    const snapshot = parseSnapshot(text, 's');
    assert.equal(snapshot.commitIdentifier, 2n ** 63n - 1n);
    assert.equal(snapshot.watermark, -(2n ** 63n));
  });

  it('refuses an integer beyond 64 bits, as Java does', () => {
    const text = JSON.stringify(old).replace(
      '"commitIdentifier":1',
      '"commitIdentifier":9223372036854775808',
    );
    assert.throws(() => parseSnapshot(text, 's'), /commitIdentifier is no 64-bit integer/);
  });

  it('reads the oldest form and leaves absent members absent', () => {
    const snapshot = parseSnapshot(
      JSON.stringify({ ...old, logOffsets: { 0: 7 }, watermark: null, later: 1 }),
      's',
    );
    assert.equal(snapshot.version, 1);
    assert.equal('watermark' in snapshot, false);
    assert.equal('totalRecordCount' in snapshot, false);
    assert.deepEqual(snapshot.logOffsets, { 0: 7n });
  });

  it('refuses unknown commit kinds, newer versions and missing members', () => {
    const parse = (changes: object) => () =>
      parseSnapshot(JSON.stringify({ ...old, ...changes }), 'snapshot-1');
    const code = (c: string) => (e: unknown) =>
      e instanceof LakeError && e.code === c && e.message.includes('snapshot-1');
    assert.throws(parse({ commitKind: 'MERGE' }), code('FILE_CORRUPT'));
    assert.throws(parse({ baseManifestList: undefined }), code('FILE_CORRUPT'));
    assert.throws(parse({ version: 4 }), code('FEATURE_UNSUPPORTED'));
    assert.throws(() => parseSnapshot('[]', 'snapshot-1'), code('FILE_CORRUPT'));
  });

  it('reads the two members of a tag', () => {
    const text = JSON.stringify({ ...old, tagCreateTime: [2024, 1, 2, 3, 4], tagTimeRetained: 3600.5 });
    const tag = parseTag(text, 'tag-x');
    assert.deepEqual(tag.tagCreateTime, [2024, 1, 2, 3, 4]);
    assert.equal(tag.tagTimeRetained, '3600.5');
  });
});
