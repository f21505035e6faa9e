// Avro files for tests, written from a schema and plain values without compression: the shapes old Paimon
// versions wrote.

/** A schema as its JSON, unions as lists. */
export type SampleSchema = string | readonly SampleSchema[] | { readonly [member: string]: unknown };

/**
 * An Avro container file with one block. Values: records are objects, unions take null or the other branch.
 */
export function avroFile(schema: SampleSchema, records: readonly unknown[]): Uint8Array {
  const head = new Bytes();
  head.raw(Buffer.from('Obj\u0001', 'latin1'));
  head.long(2n);
  head.bytes(Buffer.from('avro.schema'));
  head.bytes(Buffer.from(JSON.stringify(schema)));
  head.bytes(Buffer.from('avro.codec'));
  head.bytes(Buffer.from('null'));
  head.long(0n);
  const sync = Buffer.alloc(16, 7);
  head.raw(sync);
  const block = new Bytes();
  for (const record of records) write(schema, record, block);
  const data = block.finish();
  if (records.length > 0) {
    head.long(BigInt(records.length));
    head.long(BigInt(data.length));
    head.raw(data);
    head.raw(sync);
  }
  return head.finish();
}

function write(schema: SampleSchema, value: unknown, into: Bytes): void {
  if (Array.isArray(schema)) {
    const branch = value === null || value === undefined ? 0 : 1;
    into.long(BigInt(branch));
    write(schema[branch] as SampleSchema, value, into);
    return;
  }
  const object = schema as { readonly [member: string]: unknown };
  const kind = typeof schema === 'string' ? schema : object.type;
  if (kind === 'null') return;
  if (kind === 'int' || kind === 'long') into.long(BigInt(value as number | bigint));
  else if (kind === 'string') into.bytes(Buffer.from(value as string));
  else if (kind === 'bytes') into.bytes(value as Uint8Array);
  else if (kind === 'array') {
    const items = value as readonly unknown[];
    if (items.length > 0) into.long(BigInt(items.length));
    for (const item of items) write(object.items as SampleSchema, item, into);
    into.long(0n);
  } else if (kind === 'record') {
    for (const field of object.fields as readonly { name: string; type: SampleSchema }[]) {
      write(field.type, (value as Record<string, unknown>)[field.name], into);
    }
  } else throw new Error(`no sample for ${String(kind)}`);
}

class Bytes {
  readonly #parts: Uint8Array[] = [];
  raw(bytes: Uint8Array): void {
    this.#parts.push(bytes);
  }
  long(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    const out: number[] = [];
    for (; rest > 0x7fn; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
    out.push(Number(rest));
    this.raw(Uint8Array.from(out));
  }
  bytes(bytes: Uint8Array): void {
    this.long(BigInt(bytes.length));
    this.raw(bytes);
  }
  finish(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.#parts));
  }
}

const field = (name: string, type: SampleSchema): object => ({ name, type });
const record = (name: string, fields: readonly object[]): SampleSchema => ({ type: 'record', name, fields });
const nullable = (type: SampleSchema): SampleSchema => ['null', type];
const listOf = (items: SampleSchema): SampleSchema => ({ type: 'array', items });

function statsSchema(name: string): SampleSchema {
  return record(name, [
    field('_MIN_VALUES', 'bytes'),
    field('_MAX_VALUES', 'bytes'),
    field('_NULL_COUNTS', nullable(listOf(nullable('long')))),
  ]);
}

/** Members of a data file that came with 0.8 and later; older files end before them. */
const LATER: readonly object[] = [
  field('_DELETE_ROW_COUNT', nullable('long')),
  field('_EMBEDDED_FILE_INDEX', nullable('bytes')),
  field('_FILE_SOURCE', nullable('int')),
  field('_VALUE_STATS_COLS', nullable(listOf('string'))),
  field('_EXTERNAL_PATH', nullable('string')),
  field('_FIRST_ROW_ID', nullable('long')),
  field('_WRITE_COLS', nullable(listOf('string'))),
];

/**
 * The schema of a manifest. `later`: how many of the later members it has. `old`: root, file and stats are
 * nullable as before 0.9.
 */
export function manifestSchema(
  options: { readonly later?: number; readonly old?: boolean } = {},
): SampleSchema {
  const maybe = (type: SampleSchema): SampleSchema => (options.old ? nullable(type) : type);
  const file = record('record__FILE', [
    field('_FILE_NAME', 'string'),
    field('_FILE_SIZE', 'long'),
    field('_ROW_COUNT', 'long'),
    field('_MIN_KEY', 'bytes'),
    field('_MAX_KEY', 'bytes'),
    field('_KEY_STATS', maybe(statsSchema('record__FILE__KEY_STATS'))),
    field('_VALUE_STATS', maybe(statsSchema('record__FILE__VALUE_STATS'))),
    field('_MIN_SEQUENCE_NUMBER', 'long'),
    field('_MAX_SEQUENCE_NUMBER', 'long'),
    field('_SCHEMA_ID', 'long'),
    field('_LEVEL', 'int'),
    field('_EXTRA_FILES', listOf('string')),
    field('_CREATION_TIME', nullable({ type: 'long', logicalType: 'timestamp-millis' })),
    ...LATER.slice(0, options.later ?? LATER.length),
  ]);
  const fields = ['_VERSION', '_KIND'].map((name) => field(name, 'int'));
  fields.push(field('_PARTITION', 'bytes'), field('_BUCKET', 'int'), field('_TOTAL_BUCKETS', 'int'));
  return maybe(record('record', [...fields, field('_FILE', maybe(file))]));
}

const EMPTY_ROW = new Uint8Array(12);
const EMPTY_STATS = { _MIN_VALUES: EMPTY_ROW, _MAX_VALUES: EMPTY_ROW, _NULL_COUNTS: [] };

/** One entry with members that can be replaced. */
export function sampleEntry(changes: object = {}, file: object = {}): object {
  return {
    _VERSION: 2,
    _KIND: 0,
    _PARTITION: EMPTY_ROW,
    _BUCKET: 0,
    _TOTAL_BUCKETS: 1,
    _FILE: {
      _FILE_NAME: 'data-0.parquet',
      _FILE_SIZE: 1000,
      _ROW_COUNT: 10,
      _MIN_KEY: EMPTY_ROW,
      _MAX_KEY: EMPTY_ROW,
      _KEY_STATS: EMPTY_STATS,
      _VALUE_STATS: EMPTY_STATS,
      _MIN_SEQUENCE_NUMBER: 0,
      _MAX_SEQUENCE_NUMBER: 9,
      _SCHEMA_ID: 0,
      _LEVEL: 0,
      _EXTRA_FILES: [],
      _CREATION_TIME: 1700000000123,
      _DELETE_ROW_COUNT: 0,
      _FILE_SOURCE: 0,
      ...file,
    },
    ...changes,
  };
}
