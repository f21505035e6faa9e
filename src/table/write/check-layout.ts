// Batches made by others held against their types before anything is read from them: layouts, lengths,
// offsets. A wrong offset would be read as other memory.
import { type DataType, type Field, LakeError } from '../../base/index.ts';
import { type Batch, layoutOf, type Vector } from '../../codec/index.ts';

/**
 * Refuses a batch that is not laid out as its own fields say.
 *
 * Errors  ARGUMENT_INVALID naming the column.
 */
export function checkLayout(batch: Batch): void {
  if (batch.columns.length !== batch.fields.length) throw bad('', 'columns and fields differ in number');
  for (const [c, field] of batch.fields.entries()) {
    const vector = batch.columns[c] as Vector;
    if (vector.length !== batch.rowCount) throw bad(field.name, `${vector.length} rows of ${batch.rowCount}`);
    const why = trouble(field.type, vector);
    if (why !== undefined) throw bad(field.name, why);
  }
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
