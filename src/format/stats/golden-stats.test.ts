import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import type { DataType } from '../../base/index.ts';
import { decodeRow, type Value } from '../../codec/index.ts';
import { DeletedFiles, decodeManifest, decodeManifestList, type ManifestEntry } from '../manifest/index.ts';
import { objectText } from '../object-text.ts';
import { fieldsOf, parseSchema, type TableSchema, trimmedPrimaryKeys } from '../schema.ts';
import { parseSnapshot } from '../snapshot.ts';
import { StatsEvolution } from './evolve-stats.ts';
import type { ColumnStats } from './may-match.ts';

const golden = new URL('../../../test/data/golden/', import.meta.url);
const warehouse = new URL('warehouse/golden.db/', golden);

function schemasOf(table: string): Map<number, TableSchema> {
  const folder = new URL(`${table}/schema/`, warehouse);
  const schemas = readdirSync(folder).map((name) =>
    parseSchema(readFileSync(new URL(name, folder), 'utf8'), name),
  );
  return new Map(schemas.map((schema) => [schema.id, schema]));
}

interface Live {
  readonly schemaId: number;
  readonly entries: readonly ManifestEntry[];
}

/**
 * The newest snapshot that consists of these files: some tables went on after their files were written down.
 */
function snapshotOf(table: string, names: ReadonlySet<string>): Live {
  const folder = new URL(`${table}/snapshot/`, warehouse);
  const ids = readdirSync(folder).flatMap((name) => /^snapshot-(\d+)$/.exec(name)?.[1] ?? []);
  for (const id of ids.map(Number).sort((a, b) => b - a)) {
    const live = liveFiles(table, `snapshot-${id}`);
    const found = new Set(live.entries.map((entry) => entry.file.fileName));
    if (found.size === names.size && found.isSubsetOf(names)) return live;
  }
  throw new Error(`no snapshot of ${table} has the expected files`);
}

function liveFiles(table: string, name: string): Live {
  const snapshot = parseSnapshot(readFileSync(new URL(`${table}/snapshot/${name}`, warehouse), 'utf8'), name);
  const read = (file: string): Uint8Array => readFileSync(new URL(`${table}/manifest/${file}`, warehouse));
  const entries: ManifestEntry[] = [];
  const deleted = new DeletedFiles();
  for (const list of [snapshot.baseManifestList, snapshot.deltaManifestList]) {
    for (const meta of decodeManifestList(read(list), list)) {
      decodeManifest(read(meta.fileName), meta.fileName, { onEntry: (entry) => entries.push(entry) });
    }
  }
  for (const entry of entries) deleted.add(entry);
  return { schemaId: snapshot.schemaId, entries: entries.filter((entry) => deleted.isLive(entry)) };
}

const show = (type: DataType, value: Value): string => objectText(type, value) ?? '?';

/** `TreeMap.toString` of Java. */
function mapText(
  schema: TableSchema,
  stats: readonly ColumnStats[],
  text: (stats: ColumnStats) => string,
): string {
  const parts = schema.fields.map((field, i) => [field.name, text(stats[i] as ColumnStats)] as const);
  parts.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${parts.map(([name, value]) => `${name}=${value}`).join(', ')}}`;
}

function keyText(schema: TableSchema, bytes: Uint8Array): string | null {
  const fields = fieldsOf(schema, trimmedPrimaryKeys(schema));
  if (fields.length === 0) return null;
  const types = fields.map((field) => field.type);
  const cells = decodeRow(types, bytes, 'key');
  return `[${cells.map((cell, i) => show(types[i] as DataType, cell)).join(', ')}]`;
}

interface FileLine {
  readonly file_path: string;
  readonly min_key: string | null;
  readonly max_key: string | null;
  readonly null_value_counts: string;
  readonly min_value_stats: string;
  readonly max_value_stats: string;
}

// Binary values are printed by Java with an address.
const sameText = (ours: string | null, java: string | null): boolean =>
  ours === java || (java !== null && ours?.replaceAll('?', '') === java.replaceAll(/\[B@[0-9a-f]+/g, ''));

describe('statistics and keys of files read as Java shows them in $files', () => {
  const tables = readdirSync(new URL('expected/', golden)).filter(
    (table) =>
      !table.startsWith('v131') &&
      table !== 'empty' &&
      existsSync(new URL(`expected/${table}/system-files.jsonl`, golden)),
  );
  for (const table of tables) {
    it(table, () => {
      const text = readFileSync(new URL(`expected/${table}/system-files.jsonl`, golden), 'utf8');
      const lines = text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as FileLine]));
      const byName = new Map(
        lines.map((line) => [line.file_path.slice(line.file_path.lastIndexOf('/') + 1), line]),
      );
      const schemas = schemasOf(table);
      const { schemaId, entries } = snapshotOf(table, new Set(byName.keys()));
      const newest = schemas.get(schemaId) as TableSchema;
      for (const { file } of entries) {
        const line = byName.get(file.fileName) as FileLine;
        const schema = schemas.get(file.schemaId) as TableSchema;
        const stats = new StatsEvolution(newest, schema).describe(file);
        assert.equal(
          mapText(newest, stats, (s) => String(s.nullCount ?? 'null')),
          line.null_value_counts,
        );
        const min = mapText(newest, stats, (s) => show(s.type, s.min));
        const max = mapText(newest, stats, (s) => show(s.type, s.max));
        assert.ok(sameText(min, line.min_value_stats), `${min} is not ${line.min_value_stats}`);
        assert.ok(sameText(max, line.max_value_stats), `${max} is not ${line.max_value_stats}`);
        assert.ok(sameText(keyText(schema, file.minKey), line.min_key), `${line.min_key}`);
        assert.ok(sameText(keyText(schema, file.maxKey), line.max_key), `${line.max_key}`);
      }
    });
  }
});
