// What a table's directory should hold, by its snapshots alone, beside what it holds.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  bucketPath,
  decodeManifest,
  decodeManifestList,
  parseSchema,
  parseSnapshot,
} from '../../src/format/index.ts';

/** All files below a directory, by path in it, sorted. */
export function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((path) => statSync(join(directory, path)).isFile())
    .sort();
}

/** The files snapshots name, the snapshots, the schemas; hints are left out. */
function namedFiles(directory: string): readonly string[] {
  const named = new Set<string>();
  const schemas = readdirSync(join(directory, 'schema')).map((name) => join('schema', name));
  for (const path of schemas) named.add(path);
  const read = (path: string): Uint8Array => readFileSync(join(directory, path));
  const snapshots = join(directory, 'snapshot');
  for (const name of existsSync(snapshots) ? readdirSync(snapshots) : []) {
    if (!/^snapshot-\d+$/.test(name)) continue;
    const path = join('snapshot', name);
    named.add(path);
    const snapshot = parseSnapshot(Buffer.from(read(path)).toString('utf8'), path);
    for (const list of [snapshot.baseManifestList, snapshot.deltaManifestList]) {
      named.add(join('manifest', list));
      for (const { fileName } of decodeManifestList(read(join('manifest', list)), list)) {
        const manifest = join('manifest', fileName);
        if (named.has(manifest)) continue;
        named.add(manifest);
        const schema = parseSchema(Buffer.from(read(schemas[0] as string)).toString('utf8'), 'schema-0');
        decodeManifest(read(manifest), manifest, {
          onEntry: ({ partition, bucket, file }) =>
            named.add(join(bucketPath('', schema, partition, bucket, {}), file.fileName)),
        });
      }
    }
  }
  return [...named].sort();
}

/** Fails when a file is there that no snapshot names, or one is named that is not there. */
export function checkNoOrphans(directory: string): void {
  const there = filesBelow(directory).filter((path) => !['LATEST', 'EARLIEST'].includes(basename(path)));
  assert.deepEqual(there, namedFiles(directory));
}

/** Fails when a file that a snapshot names is not there. */
export function checkNothingMissing(directory: string): void {
  const there = new Set(filesBelow(directory));
  assert.deepEqual(
    namedFiles(directory).filter((path) => !there.has(path)),
    [],
  );
}
