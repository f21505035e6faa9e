// Every Parquet file of the golden tables, its rows written again by us: the footer and the page indexes say
// what Java's say. Only where pages lie, how well they were compressed and who wrote them may differ.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import type { Field } from '../../base/index.ts';
import { ParquetLayout, THRIFT, ThriftReader } from '../../codec/index.ts';
import { openEngine } from '../../engine/index.ts';
import { parseSchema, type TableSchema } from '../../format/index.ts';
import { LocalStore } from '../../store/index.ts';
import { SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD } from '../../tree/index.ts';
import { ParquetFile } from './parquet-file.ts';
import { parquetOptions } from './parquet-options.ts';

/** More warehouses to compare with, colons between. */
const MORE = (process.env.JAVA_WAREHOUSES ?? '').split(':').filter((path) => path !== '');
const GOLDEN = new URL('../../../test/data/golden/warehouse/golden.db', import.meta.url).pathname;
/** The release of parquet-mr that Paimon 1.4.2 writes with. */
const PARQUET_VERSION = '1.16.0';
const KEY_ID_BASE = 1073741823;

const directory = mkdtempSync(join(tmpdir(), 'spillway-footers-'));
const engine = await openEngine({ memoryBytes: 256_000_000, threads: 2, tempDirectory: directory });
after(async () => {
  await engine[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

/** A struct of Thrift's: members by id. Binaries are hex. */
type Struct = { readonly [id: number]: Thing };
type Thing = number | boolean | string | Struct | readonly Thing[];

function structAt(bytes: Uint8Array): Struct {
  return readStruct(new ThriftReader(bytes, 'footer'));
}

function readStruct(reader: ThriftReader): Struct {
  const members: Record<number, Thing> = {};
  reader.struct(({ id, type }) => {
    members[id] =
      type === THRIFT.TRUE || type === THRIFT.FALSE ? type === THRIFT.TRUE : readThing(reader, type);
    return true;
  }, 0);
  return members;
}

function readThing(reader: ThriftReader, type: number): Thing {
  switch (type) {
    case THRIFT.TRUE:
    case THRIFT.FALSE:
      return reader.byte() === THRIFT.TRUE;
    case THRIFT.BYTE:
      return reader.byte();
    case THRIFT.BINARY:
      return Buffer.from(reader.binary()).toString('hex');
    case THRIFT.LIST: {
      const { size, type: element } = reader.list();
      return Array.from({ length: size }, () => readThing(reader, element));
    }
    case THRIFT.STRUCT:
      return readStruct(reader);
    default:
      return reader.zigzag();
  }
}

/** What a file says of itself, without what may differ. */
interface Said {
  readonly schema: Thing;
  readonly groups: readonly Struct[];
  readonly columnIndexes: readonly (Struct | undefined)[];
  readonly firstRows: readonly Thing[];
}

function saidBy(path: string): Said {
  const file = readFileSync(path);
  const size = file.readUInt32LE(file.length - 8);
  const footer = structAt(file.subarray(file.length - 8 - size, file.length - 8));
  const chunks = (footer[4] as readonly Struct[]).flatMap((group) => group[1] as readonly Struct[]);
  const indexAt = (chunk: Struct, offset: number): Struct | undefined => {
    const at = chunk[offset] as number | undefined;
    return at === undefined ? undefined : structAt(file.subarray(at, at + (chunk[offset + 1] as number)));
  };
  const { 4: groups, 6: _createdBy, ...schema } = footer;
  return {
    schema,
    groups: (groups as readonly Struct[]).map(groupWithoutPlaces),
    columnIndexes: chunks.map((chunk) => indexAt(chunk, 6)),
    firstRows: chunks.map((chunk) => {
      const index = indexAt(chunk, 4) as Struct;
      return [(index[1] as readonly Struct[]).map((page) => page[3] as number), index[2] ?? 0];
    }),
  };
}

function groupWithoutPlaces(group: Struct): Struct {
  const { 1: columns, 2: _raw, 5: _offset, 6: _size, ...rest } = group;
  return { ...rest, 1: (columns as readonly Struct[]).map(chunkWithoutPlaces) };
}

function chunkWithoutPlaces(chunk: Struct): Struct {
  const { 3: meta, 4: _offsetIndex, 5: _size, 6: columnIndex, 7: _length, ...rest } = chunk;
  const {
    2: encodings,
    6: _raw,
    7: _stored,
    9: _dataAt,
    11: dictionary,
    13: counts,
    ...said
  } = meta as Struct;
  const sorted = (things: Thing | undefined): Thing =>
    (things as readonly Thing[]).map((thing) => JSON.stringify(thing)).sort();
  const parts = { 2: sorted(encodings), 13: sorted(counts), 11: dictionary !== undefined };
  return { ...rest, 3: { ...said, ...parts }, 6: columnIndex !== undefined };
}

/** The fields of a file: of the schema that gives its elements, to the byte. */
function fieldsOf(schemas: readonly TableSchema[], said: Said): readonly Field[] | undefined {
  const elements = (said.schema as Struct)[2] as readonly Struct[];
  const top: { readonly name: string; readonly id: number }[] = [];
  for (let at = 1; at < elements.length; at = behind(elements, at)) {
    const { 4: name, 9: id } = elements[at] as Struct;
    top.push({ name: Buffer.from(name as string, 'hex').toString(), id: id as number });
  }
  for (const { fields } of schemas) {
    const known = [SEQUENCE_NUMBER_FIELD, VALUE_KIND_FIELD, ...fields];
    const found = top.map(({ name, id }): Field | undefined => {
      const key = fields.find((field) => field.id + KEY_ID_BASE === id && `_KEY_${field.name}` === name);
      if (key !== undefined) return { ...key, id, name };
      return known.find((field) => field.id === id && field.name === name);
    });
    if (!found.every((field) => field !== undefined)) continue;
    if (isDeepStrictEqual(elementsOf(found as readonly Field[]), elements)) return found as readonly Field[];
  }
  return undefined;
}

/** The schema of a file with these columns. */
function elementsOf(fields: readonly Field[]): Thing {
  const [, footer] = new ParquetLayout(fields, 0).finish();
  return structAt(footer as Uint8Array)[2] as Thing;
}

/** The element behind this one and all below it. */
function behind(elements: readonly Struct[], at: number): number {
  let next = at + 1;
  for (let left = ((elements[at] as Struct)[5] as number | undefined) ?? 0; left > 0; left--)
    next = behind(elements, next);
  return next;
}

const SIZES = ['file.block-size', 'parquet.block.size', 'parquet.page.size'];
/** Tables with such an option are not written. */
const REFUSED = ['parquet.writer.version', 'parquet.bloom.filter.enabled', 'row-tracking.enabled'];
const CODECS = ['none', 'snappy', 'gzip', 'lzo', 'brotli', 'lz4', 'zstd', 'lz4_raw'];

async function compare(path: string, schemas: readonly TableSchema[]): Promise<boolean> {
  const theirs = saidBy(path);
  const fields = fieldsOf(schemas, theirs);
  const chunk = (theirs.groups[0]?.[1] as readonly Struct[] | undefined)?.[0];
  if (fields === undefined || chunk === undefined) return false;
  const compression = CODECS[(chunk[3] as Struct)[4] as number] as string;
  const copy = join(directory, 'copy.parquet');
  rmSync(copy, { force: true });
  const options = parquetOptions(schemas[0]?.options ?? {}, { compression, zstdLevel: 1 });
  {
    await using file = await ParquetFile.create(new LocalStore(), copy, fields, options);
    for await (const batch of engine.readParquet({ paths: [path], columns: fields }))
      await file.append(batch.columns, batch.rowCount);
    await file.finish();
  }
  const ours = saidBy(copy);
  assert.deepEqual(ours.schema, theirs.schema, path);
  // Java looks at sizes by a schedule of its own, which counts where pages and row groups are small.
  const small = SIZES.some((option) => schemas[0]?.options[option] !== undefined);
  if (!small) assert.deepEqual(ours, theirs, path);
  return true;
}

function tablesIn(database: string): readonly string[] {
  return readdirSync(database).map((name) => join(database, name));
}

/** Newest first. */
function schemasOf(table: string): readonly TableSchema[] {
  return readdirSync(join(table, 'schema'))
    .map((name) => parseSchema(readFileSync(join(table, 'schema', name), 'utf8'), name))
    .reverse();
}

describe('footers are what Java writes', () => {
  for (const database of [GOLDEN, ...MORE]) {
    for (const table of tablesIn(database)) {
      const files = readdirSync(table, { recursive: true, encoding: 'utf8' })
        .filter((name) => /bucket-\d+\/[^/]*\.parquet$/.test(name))
        .map((name) => join(table, name))
        // Older releases say less.
        .filter((path) => readFileSync(path).includes(`parquet-mr version ${PARQUET_VERSION}`));
      const refused = (): boolean =>
        schemasOf(table).some(({ options }) => REFUSED.some((o) => o in options));
      if (files.length === 0 || refused()) continue;
      it(table.slice(table.lastIndexOf('/') + 1), async () => {
        const schemas = schemasOf(table);
        const left: string[] = [];
        for (const file of files) if (!(await compare(file, schemas))) left.push(file);
        assert.deepEqual(left, []);
      });
    }
  }
});
