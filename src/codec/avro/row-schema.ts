// The Avro schema Paimon gives the rows of a data file, as text.
//
// Source  Paimon, format/avro/AvroSchemaConverter.java; org.apache.avro.Schema for what it refuses.
import { type DataType, type Field, LakeError } from '../../base/index.ts';

const NAMESPACE = 'org.apache.paimon.avro.generated';
const ROOT = 'record';

/**
 * The schema of rows of these columns.
 *
 * Errors  SCHEMA_INVALID for what Java does not write to Avro either: timestamps of more than six digits,
 *         times of more than three, names Avro does not take.
 */
export function avroRowSchema(fields: readonly Field[]): string {
  const names: Names = new Map();
  const members = fields.map((field) => member(field.name, field.type, `${ROOT}_${field.name}`, names));
  return `{"type":"record","name":"${ROOT}","namespace":"${NAMESPACE}","fields":[${members.join(',')}]}`;
}

/** Records that are defined, by name: the same again is written as its name. */
type Names = Map<string, string>;

/** True when a map's keys let Avro's own maps hold it. */
export function hasTextKeys(key: DataType): boolean {
  return key.kind === 'CHAR' || key.kind === 'VARCHAR';
}

/** The counts of a multiset, as Java writes them. */
export const AVRO_COUNT: DataType = { kind: 'INT', nullable: true };

function member(name: string, type: DataType, record: string, names: Names): string {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw refused(`a column or field named '${name}'`);
  const fallback = type.nullable ? ',"default":null' : '';
  return `{"name":"${name}","type":${typeText(type, record, names)}${fallback}}`;
}

function typeText(type: DataType, record: string, names: Names): string {
  const bare = bareText(type, record, names);
  return type.nullable ? `["null",${bare}]` : bare;
}

function bareText(type: DataType, record: string, names: Names): string {
  switch (type.kind) {
    case 'BOOLEAN':
      return '"boolean"';
    case 'BIGINT':
      return '"long"';
    case 'FLOAT':
      return '"float"';
    case 'DOUBLE':
      return '"double"';
    case 'CHAR':
    case 'VARCHAR':
      return '"string"';
    case 'BINARY':
    case 'VARBINARY':
      return '"bytes"';
    case 'DATE':
      return '{"type":"int","logicalType":"date"}';
    case 'TIME':
      if (type.precision > 3) throw refused(`TIME(${type.precision})`);
      return '{"type":"int","logicalType":"time-millis"}';
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ': {
      if (type.precision > 6) throw refused(`a timestamp of ${type.precision} digits`);
      // Paimon gives both the wrong way round.
      const local = type.kind === 'TIMESTAMP_LTZ' ? 'local-' : '';
      const unit = type.precision <= 3 ? 'millis' : 'micros';
      return `{"type":"long","logicalType":"${local}timestamp-${unit}"}`;
    }
    case 'DECIMAL': {
      const { precision, scale } = type;
      return `{"type":"bytes","logicalType":"decimal","precision":${precision},"scale":${scale}}`;
    }
    case 'ARRAY':
      return `{"type":"array","items":${typeText(type.element, record, names)}}`;
    case 'MAP':
      return mapText(type.key, type.value, record, names);
    case 'MULTISET':
      if (!hasTextKeys(type.element)) throw refused('a multiset of anything but text');
      return mapText(type.element, AVRO_COUNT, record, names);
    case 'ROW': {
      const members = (inner: Names): readonly string[] =>
        type.fields.map((field) => member(field.name, field.type, `${record}_${field.name}`, inner));
      return recordText(record, members, names);
    }
    default:
      return '"int"';
  }
}

/** Avro's maps have text for keys; others are arrays of pairs. */
function mapText(key: DataType, value: DataType, record: string, names: Names): string {
  if (hasTextKeys(key)) return `{"type":"map","values":${typeText(value, record, names)}}`;
  const pair = (inner: Names): readonly string[] => [
    `{"name":"key","type":${typeText(key, `${record}_key`, inner)}}`,
    member('value', value, `${record}_value`, inner),
  ];
  return `{"type":"array","items":${recordText(record, pair, names)},"logicalType":"map"}`;
}

function recordText(record: string, members: (names: Names) => readonly string[], names: Names): string {
  const known = names.get(record);
  if (known === undefined) {
    // Taken before what is inside, so that nothing there takes it.
    names.set(record, '');
    const text = `{"type":"record","name":"${record}","fields":[${members(names).join(',')}]}`;
    names.set(record, text);
    return text;
  }
  const again = `{"type":"record","name":"${record}","fields":[${members(new Map()).join(',')}]}`;
  if (again !== known) throw refused(`two different rows that would both be '${record}'`);
  return `"${record}"`;
}

function refused(what: string): LakeError {
  return new LakeError('SCHEMA_INVALID', `Avro files do not hold ${what}; Java writes none either.`);
}
