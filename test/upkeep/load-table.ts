// Golden tables in memory, with the options a test wants.
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { MemoryStore } from '../../src/store/index.ts';

const GOLDEN = join(import.meta.dirname, '../data/golden/warehouse/golden.db');

/** The warehouse tables are loaded into. */
export const WAREHOUSE = '/lake';

/** The files of a golden table by their path in `WAREHOUSE`. `options` are added to every schema of it. */
export async function goldenFiles(
  table: string,
  options: Readonly<Record<string, string>> = {},
): Promise<ReadonlyMap<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const entry of await readdir(join(GOLDEN, table), { recursive: true })) {
    const path = join(GOLDEN, table, entry);
    if (!(await stat(path)).isFile()) continue;
    const bytes = await readFile(path);
    const isSchema = /^schema\/schema-\d+$/.test(entry);
    files.set(`${WAREHOUSE}/golden.db/${table}/${entry}`, isSchema ? withOptions(bytes, options) : bytes);
  }
  return files;
}

/** A schema file with more options. */
export function withOptions(bytes: Uint8Array, options: Readonly<Record<string, string>>): Uint8Array {
  const schema = JSON.parse(new TextDecoder().decode(bytes)) as { options: Record<string, string> };
  Object.assign(schema.options, options);
  return new TextEncoder().encode(JSON.stringify(schema));
}

/** A store that holds files. */
export function storeOf(files: ReadonlyMap<string, Uint8Array>): MemoryStore {
  const store = new MemoryStore();
  for (const [path, bytes] of files) store.put(path, bytes);
  return store;
}

/** The ids of the snapshots among files, ascending. */
export function snapshotIds(files: ReadonlyMap<string, Uint8Array>): readonly number[] {
  return [...files.keys()]
    .flatMap((path) => /\/snapshot\/snapshot-(\d+)$/.exec(path)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
}
