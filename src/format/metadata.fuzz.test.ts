// Metadata with damaged bytes is read or refused with an error that names the file; it never crashes or
// hangs.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { it } from 'node:test';
import { LakeError } from '../base/index.ts';
import { decodeIndexManifest, decodeManifest, decodeManifestList } from './manifest/index.ts';
import { parseSchema } from './schema.ts';
import { parseSnapshot, parseTag } from './snapshot.ts';

const warehouse = new URL('../../test/data/golden/warehouse/golden.db/', import.meta.url);
const seed = Number(process.env.SEED ?? Date.now() % 2 ** 31);
let state = seed;
const random = (below: number): number => {
  state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
  return (state >> 8) % below;
};

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
const READERS: readonly (readonly [string, (bytes: Uint8Array, file: string) => unknown])[] = [
  ['manifest/manifest-list-', decodeManifestList],
  ['manifest/index-manifest-', decodeIndexManifest],
  ['manifest/manifest-', (bytes, file) => decodeManifest(bytes, file, { onEntry: () => {} })],
  ['schema/schema-', (bytes, file) => parseSchema(text(bytes), file)],
  ['snapshot/snapshot-', (bytes, file) => parseSnapshot(text(bytes), file)],
  ['tag/tag-', (bytes, file) => parseTag(text(bytes), file)],
];

const paths = readdirSync(warehouse, { recursive: true, encoding: 'utf8' });

for (const [prefix, read] of READERS) {
  it(`${prefix} survives damage (SEED=${seed})`, () => {
    const others = prefix === 'manifest/manifest-' ? '/manifest-list-' : '\0';
    const chosen = paths.filter((path) => path.includes(prefix) && !path.includes(others));
    assert.ok(chosen.length > 0);
    for (let round = 0; round < 400; round++) {
      const path = chosen[random(chosen.length)] as string;
      const bytes = new Uint8Array(readFileSync(new URL(path, warehouse)));
      const damaged = random(3) === 0 ? bytes.slice(0, random(bytes.length)) : bytes;
      for (let i = random(6); i >= 0 && damaged.length > 0; i--)
        damaged[random(damaged.length)] = random(256);
      try {
        read(damaged, path);
      } catch (error) {
        assert.ok(error instanceof LakeError, `${path} round ${round}: ${String((error as Error).stack)}`);
        assert.ok(error.message.includes(path) || error.kind !== 'corrupt', error.message);
        assert.ok(['corrupt', 'unsupported', 'invalid', 'exhausted'].includes(error.kind), error.kind);
      }
    }
  });
}
