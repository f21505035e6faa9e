// Avro data files as batches: columns are filled straight from the blocks, without objects for rows.
import {
  assert,
  BATCH_BYTES_TARGET,
  BATCH_ROWS_MAX,
  checkAborted,
  corrupt,
  type DataType,
  type Field,
  unsupported,
} from '../../base/index.ts';
import { type Batch, layoutOf } from '../arrow/index.ts';
import {
  appendRecord,
  BoolColumn,
  BytesColumn,
  type Column,
  FixedColumn,
  ListColumn,
  NullColumn,
  type RecordSteps,
  type Store,
  StructColumn,
  type Tally,
  UnionColumn,
} from './column.ts';
import { type ByteSource, readAvroBlocks, readAvroHeader } from './container.ts';
import { Cursor } from './cursor.ts';
import type { AvroRecord, AvroType } from './schema.ts';
import { type Skip, skipFields } from './skip.ts';
import {
  decimalStore,
  storeDouble,
  storeFloat,
  storeInt,
  storeLong,
  storeTimeMicros,
  timestampStore,
} from './store.ts';

/** `batchRows`, `batchBytes`: where batches are closed; defaults `BATCH_ROWS_MAX`, `BATCH_BYTES_TARGET`. */
export interface AvroBatchOptions {
  readonly batchRows?: number;
  readonly batchBytes?: number;
  readonly signal?: AbortSignal;
}

/**
 * Reads columns of an Avro data file in file order.
 *
 * Shape   `fields`: the wanted columns with the types the file was written with, found by name at every
 *         level; a field the file does not have gives nulls. Every batch has `fields` and at least one row.
 * Limits  holds one block as stored and inflated, and one batch. One record may exceed `batchBytes`.
 * Errors  `FILE_CORRUPT` naming the file and the block, also for a column of another type;
 *         `FEATURE_UNSUPPORTED`.
 * Source  Paimon, format/avro/FieldReaderFactory.java, AvroSchemaVisitor.java.
 */
export async function* readAvroBatches(
  source: ByteSource,
  fields: readonly Field[],
  options: AvroBatchOptions = {},
): AsyncGenerator<Batch, void, undefined> {
  const { batchRows = BATCH_ROWS_MAX, batchBytes = BATCH_BYTES_TARGET, signal } = options;
  checkAborted(signal);
  const header = await readAvroHeader(source);
  const tally: Tally = { bytes: 0 };
  const { record, nullBranch, branches } = rootOf(header.schema, source.path);
  const root = new Compiler(source.path, tally).fields(fields, record, '');
  const width = root.columns.reduce((sum, column) => sum + column.width, 0);
  const cursor = new Cursor(source.path);
  let rowCount = 0;
  const close = (): Batch => {
    const batch = { fields, rowCount, columns: root.columns.map((column) => column.finish()) };
    rowCount = 0;
    tally.bytes = 0;
    return batch;
  };
  for await (const block of readAvroBlocks(header, source)) {
    checkAborted(signal);
    cursor.open(block.bytes, block.offset);
    for (let i = 0; i < block.recordCount; i++) {
      if (branches > 0 && cursor.branch(branches) === nullBranch)
        throw cursor.bad('null in place of a record');
      appendRecord(root, cursor);
      rowCount++;
      if (rowCount >= batchRows || tally.bytes + rowCount * width >= batchBytes) yield close();
    }
    if (cursor.at !== cursor.end) throw cursor.bad('bytes after the last record of an Avro block');
  }
  if (rowCount > 0) yield close();
}

/** The record at the root, which may stand in a union with null. `branches`: 0 without a union. */
function rootOf(type: AvroType, file: string) {
  if (type.kind === 'record') return { record: type, branches: 0, nullBranch: -1 };
  if (type.kind === 'union') {
    const records = type.branches.filter((branch): branch is AvroRecord => branch.kind === 'record');
    const nullBranch = type.branches.findIndex((branch) => branch.kind === 'null');
    const [record] = records;
    if (record !== undefined && type.branches.length === (nullBranch < 0 ? 1 : 2)) {
      return { record, branches: type.branches.length, nullBranch };
    }
  }
  throw corrupt(file, 0, `Avro data file of ${type.kind} instead of records`);
}

class Compiler {
  private readonly file: string;
  private readonly tally: Tally;

  constructor(file: string, tally: Tally) {
    this.file = file;
    this.tally = tally;
  }

  fields(fields: readonly Field[], record: AvroRecord, path: string): RecordSteps {
    const columns: Column[] = [];
    const missing: Column[] = [];
    const wanted = new Map<string, Column>();
    for (const { name, type } of fields) {
      const written = record.fields.find((field) => field.name === name);
      const column =
        written === undefined ? new NullColumn(type) : this.column(type, written.type, path + name);
      assert(!wanted.has(name), `column ${path}${name} is asked for twice`);
      columns.push(column);
      if (written === undefined) missing.push(column);
      else wanted.set(name, column);
    }
    const steps: (Column | Skip)[] = [];
    let unwanted: AvroType[] = [];
    for (const { name, type } of record.fields) {
      const column = wanted.get(name);
      if (column === undefined) {
        unwanted.push(type);
        continue;
      }
      if (unwanted.length > 0) steps.push(skipFields(unwanted));
      unwanted = [];
      steps.push(column);
    }
    if (unwanted.length > 0) steps.push(skipFields(unwanted));
    return { columns, steps, missing };
  }

  private column(type: DataType, avro: AvroType, path: string): Column {
    if (avro.kind === 'null') return new NullColumn(type);
    if (avro.kind === 'union') return this.union(type, avro.branches, path);
    const { kind } = avro;
    switch (type.kind) {
      case 'BOOLEAN':
        if (kind === 'boolean') return new BoolColumn();
        break;
      case 'CHAR':
      case 'VARCHAR':
        if (kind === 'string') return new BytesColumn(this.tally);
        break;
      case 'BINARY':
      case 'VARBINARY':
        if (kind === 'bytes') return new BytesColumn(this.tally);
        if (kind === 'fixed') return new BytesColumn(this.tally, avro.size);
        break;
      case 'ARRAY':
        if (kind !== 'array') break;
        return new ListColumn(
          this.tally,
          this.column(type.element, avro.items, `${path}[]`),
          avro.items.bytesMin,
        );
      case 'MAP':
        return this.map(type.key, type.value, avro, path, type);
      case 'MULTISET':
        return this.map(type.element, { kind: 'INT', nullable: false }, avro, path, type);
      case 'ROW':
        if (kind === 'record') return new StructColumn(this.fields(type.fields, avro, `${path}.`));
        break;
      default: {
        const store = storeOf(type, avro, this.file);
        const layout = layoutOf(type);
        if (store === undefined || layout === 'bool' || layout === 'bytes' || layout === 'list') break;
        if (layout !== 'struct') return new FixedColumn(layout, store);
      }
    }
    throw this.mismatch(type, avro, path);
  }

  private union(type: DataType, branches: readonly AvroType[], path: string): Column {
    const nullBranch = branches.findIndex((branch) => branch.kind === 'null');
    const values = branches.filter((branch) => branch.kind !== 'null');
    const [value] = values;
    if (values.length > 1 || value === undefined) {
      throw unsupported('avro union', `${this.file}: column ${path} is a union of ${values.length} types`);
    }
    return new UnionColumn(this.column(type, value, path), branches.length, nullBranch);
  }

  /** Maps: Avro's own for text keys, else arrays of records of `key` and `value`. */
  private map(key: DataType, value: DataType, avro: AvroType, path: string, type: DataType): Column {
    const entry: readonly Field[] = [
      { id: 0, name: 'key', type: key },
      { id: 1, name: 'value', type: value },
    ];
    if (avro.kind === 'map') {
      if (key.kind !== 'VARCHAR' && key.kind !== 'CHAR') throw this.mismatch(type, avro, path);
      const columns = [new BytesColumn(this.tally), this.column(value, avro.values, `${path}{}`)];
      const child = new StructColumn({ columns, steps: columns, missing: [] });
      return new ListColumn(this.tally, child, 1 + avro.values.bytesMin);
    }
    if (avro.kind !== 'array' || avro.items.kind !== 'record') throw this.mismatch(type, avro, path);
    const child = new StructColumn(this.fields(entry, avro.items, `${path}.`));
    return new ListColumn(this.tally, child, avro.items.bytesMin);
  }

  private mismatch(type: DataType, avro: AvroType, path: string) {
    const logical = 'logical' in avro && avro.logical !== undefined ? ` (${avro.logical})` : '';
    return corrupt(this.file, 0, `column ${path} is ${avro.kind}${logical} in the file, not ${type.kind}`);
  }
}

function storeOf(type: DataType, avro: AvroType, file: string): Store | undefined {
  const { kind } = avro;
  switch (type.kind) {
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'DATE':
      return kind === 'int' ? storeInt : undefined;
    case 'TIME':
      if (kind === 'long' && avro.logical === 'time-micros') return storeTimeMicros;
      return kind === 'int' ? storeInt : undefined;
    case 'BIGINT':
      return kind === 'long' || kind === 'int' ? storeLong : undefined;
    case 'FLOAT':
      return kind === 'float' ? storeFloat : undefined;
    case 'DOUBLE':
      return kind === 'double' ? storeDouble : kind === 'float' ? storeFloat : undefined;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return timestampStore(avro, type.precision, file);
    case 'DECIMAL': {
      if (avro.kind !== 'bytes' && avro.kind !== 'fixed') return undefined;
      if (avro.logical !== 'decimal' || (avro.scale ?? 0) !== type.scale) return undefined;
      if (avro.kind !== 'fixed') return decimalStore(type, (cursor) => cursor.length());
      const { size } = avro;
      return decimalStore(type, (cursor) => cursor.fixed(size));
    }
    default:
      return undefined;
  }
}
