// Batches made by others held against their types before anything is read from them: layouts, lengths,
// offsets. A wrong offset would be read as other memory.
import { type DataType, type Field, LakeError } from '../../base/index.ts';
import { type Batch, layoutOf, type Vector } from '../../codec/index.ts';

/**
 * Refuses a batch that is not laid out as `fields` say.
 *
 * Shape   `fields`: the table's, one for each column of the batch.
 * Errors  ARGUMENT_INVALID naming the column.
 */
export function checkLayout(batch: Batch, fields: readonly Field[]): void {
  if (batch.columns.length !== batch.fields.length) throw bad('', 'columns and fields differ in number');
  fields.forEach((field, c) => {
    const given = (batch.fields[c] as Field).type;
    if (!sameValues(given, field.type)) throw bad(field.name, `its type is not the table's`);
    const vector = batch.columns[c] as Vector;
    if (vector.length !== batch.rowCount) throw bad(field.name, `${vector.length} rows of ${batch.rowCount}`);
    const why = trouble(field.type, vector);
    if (why !== undefined) throw bad(field.name, why);
  });
}

/** True when values of both types lie in memory alike and mean the same; lengths are a matter of values. */
function sameValues(a: DataType, b: DataType): boolean {
  if (isText(a) && isText(b)) return true;
  if (isBytes(a) && isBytes(b)) return true;
  if (a.kind !== b.kind || layoutOf(a) !== layoutOf(b)) return false;
  switch (a.kind) {
    case 'DECIMAL':
      return a.scale === (b as typeof a).scale;
    case 'ARRAY':
    case 'MULTISET':
      return sameValues(a.element, (b as typeof a).element);
    case 'MAP':
      return sameValues(a.key, (b as typeof a).key) && sameValues(a.value, (b as typeof a).value);
    case 'ROW': {
      const other = (b as typeof a).fields;
      const alike = (field: Field, i: number): boolean =>
        field.name === other[i]?.name && sameValues(field.type, (other[i] as Field).type);
      return a.fields.length === other.length && a.fields.every(alike);
    }
    default:
      return true;
  }
}

function isText({ kind }: DataType): boolean {
  return kind === 'CHAR' || kind === 'VARCHAR';
}

function isBytes({ kind }: DataType): boolean {
  return kind === 'BINARY' || kind === 'VARBINARY';
}

/** What is wrong with a vector of that type, undefined when nothing is. */
function trouble(type: DataType, vector: Vector): string | undefined {
  const { length, validity } = vector;
  const bits = (length + 7) >> 3;
  if (vector.layout !== layoutOf(type)) return `layout ${vector.layout} instead of ${layoutOf(type)}`;
  if (validity !== null && validity.length < bits) return 'its validity is too short';
  switch (vector.layout) {
    case 'bool':
      return vector.values.length < bits ? 'its values are too few' : undefined;
    case 'i128':
      return vector.values.length < 2 * length ? 'its values are too few' : undefined;
    case 'bytes':
      return offsetTrouble(vector.offsets, length, vector.values.length);
    case 'list': {
      const { child, offsets } = vector;
      return offsetTrouble(offsets, length, child.length) ?? trouble(elementOf(type), child);
    }
    case 'struct':
      return structTrouble(partsOf(type), vector.children, length);
    default:
      return vector.values.length < length ? 'its values are too few' : undefined;
  }
}

function offsetTrouble(offsets: Int32Array, length: number, end: number): string | undefined {
  if (offsets.length < length + 1) return 'its offsets are too few';
  let before = 0;
  for (let i = 0; i <= length; i++) {
    const at = offsets[i] as number;
    if (at < before) return `offset ${i} is less than the one before`;
    before = at;
  }
  return before > end ? `offset ${before} lies beyond ${end}` : undefined;
}

function structTrouble(
  types: readonly DataType[],
  children: readonly Vector[],
  length: number,
): string | undefined {
  if (children.length !== types.length) return `${children.length} members of ${types.length}`;
  for (const [i, child] of children.entries()) {
    if (child.length < length) return 'a member is too short';
    const why = trouble(types[i] as DataType, child);
    if (why !== undefined) return why;
  }
  return undefined;
}

const COUNT: DataType = { kind: 'INT', nullable: false };

/** What the child of a list holds: maps are lists of pairs. */
function elementOf(type: DataType): DataType {
  if (type.kind === 'ARRAY') return type.element;
  const [key, value] = type.kind === 'MAP' ? [type.key, type.value] : [(type as Multiset).element, COUNT];
  const fields = [key, value].map((part, id): Field => ({ id, name: `f${id}`, type: part }));
  return { kind: 'ROW', nullable: false, fields };
}

type Multiset = Extract<DataType, { readonly kind: 'MULTISET' }>;

function partsOf(type: DataType): readonly DataType[] {
  return type.kind === 'ROW' ? type.fields.map((field) => field.type) : [];
}

function bad(column: string, why: string): LakeError {
  return new LakeError('ARGUMENT_INVALID', `Column '${column}' of the batch: ${why}.`, { column });
}
