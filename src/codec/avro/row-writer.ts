// Rows out of vectors into Avro records.
//
// Source  Paimon, format/avro/FieldWriterFactory.java.
import { type DataType, type Field, LakeError } from '../../base/index.ts';
import {
  type BoolVector,
  type BytesVector,
  type FloatVector,
  type IntVector,
  isValid,
  type ListVector,
  type LongVector,
  type StructVector,
  type Vector,
  type WideVector,
  wideAt,
} from '../arrow/index.ts';
import { AVRO_COUNT, hasTextKeys } from './row-schema.ts';
import type { AvroOutput } from './write.ts';

/** Writes row `row` of a vector. */
type CellWriter = (vector: Vector, row: number, out: AvroOutput) => void;

/** Writes the record of row `row`, whose cells lie in `columns`. */
export type AvroRowWriter = (columns: readonly Vector[], row: number, out: AvroOutput) => void;

/**
 * The writer of records of `avroRowSchema(fields)`.
 *
 * Errors  VALUE_INVALID for a null where the column has none.
 */
export function avroRowWriter(fields: readonly Field[]): AvroRowWriter {
  const cells = fields.map((field) => cellWriter(field.type, field.name));
  return (columns, row, out) => {
    for (let c = 0; c < cells.length; c++) (cells[c] as CellWriter)(columns[c] as Vector, row, out);
  };
}

function cellWriter(type: DataType, column: string): CellWriter {
  const write = bareWriter(type, column);
  if (type.nullable)
    return (vector, row, out) => {
      const there = isValid(vector, row);
      out.int(there ? 1 : 0);
      if (there) write(vector, row, out);
    };
  return (vector, row, out) => {
    if (!isValid(vector, row)) {
      const message = `Column ${column}: a null where its type is NOT NULL.`;
      throw new LakeError('VALUE_INVALID', message, { column });
    }
    write(vector, row, out);
  };
}

function bareWriter(type: DataType, column: string): CellWriter {
  switch (type.kind) {
    case 'BOOLEAN':
      return (vector, row, out) => {
        out.boolean((((vector as BoolVector).values[row >> 3] as number) & (1 << (row & 7))) !== 0);
      };
    case 'FLOAT':
    case 'DOUBLE':
      return (vector, row, out) => {
        const { values } = vector as FloatVector;
        const width = values.BYTES_PER_ELEMENT;
        out.raw(new Uint8Array(values.buffer, values.byteOffset + row * width, width));
      };
    case 'BIGINT':
      return writeLong;
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision > 3 ? writeLong : writeMillis;
    case 'DECIMAL':
      return type.precision <= 18 ? writeDecimal : writeWideDecimal;
    case 'CHAR':
    case 'VARCHAR':
    case 'BINARY':
    case 'VARBINARY':
      return writeBytes;
    case 'ARRAY': {
      const element = cellWriter(type.element, column);
      return (vector, row, out) => {
        const { child } = vector as ListVector;
        eachItem(vector as ListVector, row, out, (i) => element(child, i, out));
      };
    }
    case 'MAP':
      return mapWriter(type.key, type.value, column);
    case 'MULTISET':
      return mapWriter(type.element, AVRO_COUNT, column);
    case 'ROW': {
      const cells = type.fields.map((field) => cellWriter(field.type, column));
      return (vector, row, out) => {
        const { children } = vector as StructVector;
        for (let c = 0; c < cells.length; c++) (cells[c] as CellWriter)(children[c] as Vector, row, out);
      };
    }
    default:
      return (vector, row, out) => out.int((vector as IntVector).values[row] as number);
  }
}

/** Pairs: text keys have no union around them. */
function mapWriter(keyType: DataType, valueType: DataType, column: string): CellWriter {
  const key = cellWriter(hasTextKeys(keyType) ? { ...keyType, nullable: false } : keyType, column);
  const value = cellWriter(valueType, column);
  return (vector, row, out) => {
    const { children } = (vector as ListVector).child as StructVector;
    eachItem(vector as ListVector, row, out, (i) => {
      key(children[0] as Vector, i, out);
      value(children[1] as Vector, i, out);
    });
  };
}

/** One block of all items, then the empty one. */
function eachItem({ offsets }: ListVector, row: number, out: AvroOutput, item: (i: number) => void): void {
  const from = offsets[row] as number;
  const to = offsets[row + 1] as number;
  if (to > from) out.safeLong(to - from);
  for (let i = from; i < to; i++) item(i);
  out.int(0);
}

function writeBytes(vector: Vector, row: number, out: AvroOutput): void {
  const { values, offsets } = vector as BytesVector;
  out.bytes(values.subarray(offsets[row] as number, offsets[row + 1] as number));
}

const TWO_32 = 4294967296;

/** A long from its words; no bigint is made of a safe integer. */
function writeLong(vector: Vector, row: number, out: AvroOutput): void {
  const { values } = vector as LongVector;
  const words = new Int32Array(values.buffer, values.byteOffset + 8 * row, 2);
  const high = words[1] as number;
  if (high >= 0x100000 || high < -0x100000) out.long(values[row] as bigint);
  else out.safeLong(high * TWO_32 + ((words[0] as number) >>> 0));
}

function writeMillis(vector: Vector, row: number, out: AvroOutput): void {
  const micros = (vector as LongVector).values[row] as bigint;
  out.long(micros / 1000n - (micros % 1000n < 0n ? 1n : 0n));
}

function writeDecimal(vector: Vector, row: number, out: AvroOutput): void {
  out.bytes(twosComplement((vector as LongVector).values[row] as bigint));
}

function writeWideDecimal(vector: Vector, row: number, out: AvroOutput): void {
  out.bytes(twosComplement(wideAt(vector as WideVector, row)));
}

/** As few bytes as hold the number and its sign, the most significant first. */
function twosComplement(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const byte = Number(rest & 255n);
    bytes.unshift(byte);
    rest >>= 8n;
    if ((rest === 0n && byte < 128) || (rest === -1n && byte >= 128)) return Uint8Array.from(bytes);
  }
}
