// Walks to a column inside rows, arrays and map values, and rebuilds the types on the way back.
import type { DataType, Field } from '../../base/index.ts';
import { noColumn } from './refuse.ts';

/** Changes the list of fields in which the path's column is; `depth` is that column's place in the path. */
export type ChangeFields = (fields: Field[], name: string, depth: number) => void;

/** Makes another field of the path's column. */
export type ChangeField = (field: Field, depth: number) => Field;

/**
 * Changes the fields in place. Steps through ARRAY and MAP take one name of the path each, whatever it is;
 * where the path ends at an element, the column that holds it is changed.
 *
 * Source  Paimon, schema/SchemaManager.java (NestedColumnModifier), whose ways with paths that lead through
 *         columns of other types are kept.
 */
export function changeFields(fields: Field[], path: readonly string[], change: ChangeFields): void {
  step({ fields, depth: 0 }, { fields, depth: 0 }, path, change);
}

/** As `changeFields`, for changes of one field. Errors: `COLUMN_MISSING`. */
export function changeField(fields: Field[], path: readonly string[], change: ChangeField): void {
  changeFields(fields, path, (level, name, depth) => {
    const at = level.findIndex((field) => field.name === name);
    if (at < 0) throw noColumn(path);
    level[at] = change(level[at] as Field, depth);
  });
}

interface Level {
  readonly fields: Field[];
  readonly depth: number;
}

function step(level: Level, above: Level, path: readonly string[], change: ChangeFields): void {
  const { fields, depth } = level;
  const last = depth === path.length - 1 ? level : above;
  if (depth >= path.length - 1) {
    change(last.fields, path[last.depth] as string, last.depth);
    return;
  }
  const at = fields.findIndex((field) => field.name === path[depth]);
  const field = fields[at];
  if (field === undefined) throw noColumn(path.slice(0, depth + 1));
  const { inside, steps } = open(field.type);
  step({ fields: inside, depth: depth + steps }, level, path, change);
  const changed = fields[at] as Field;
  fields[at] = { ...changed, type: close(changed.type, inside) };
}

/** The fields of the row a type is or holds, and how many names of a path lead there. */
function open(type: DataType): { readonly inside: Field[]; readonly steps: number } {
  let at = type;
  for (let steps = 1; ; steps++) {
    if (at.kind === 'ROW') return { inside: [...at.fields], steps };
    if (at.kind === 'ARRAY') at = at.element;
    else if (at.kind === 'MAP') at = at.value;
    else return { inside: [], steps };
  }
}

function close(type: DataType, inside: readonly Field[]): DataType {
  switch (type.kind) {
    case 'ROW':
      return { ...type, fields: inside };
    case 'ARRAY':
      return { ...type, element: close(type.element, inside) };
    case 'MAP':
      return { ...type, value: close(type.value, inside) };
    default:
      return type;
  }
}

/** The type a path ends at, when `steps` of its names lead into arrays and maps. */
export function typeInside(type: DataType, steps: number): DataType {
  if (steps <= 0) return type;
  if (type.kind === 'ARRAY') return typeInside(type.element, steps - 1);
  return type.kind === 'MAP' ? typeInside(type.value, steps - 1) : type;
}

/** The type with another one where `typeInside` found it. */
export function withTypeInside(type: DataType, inside: DataType, steps: number): DataType {
  if (steps <= 0) return inside;
  if (type.kind === 'ARRAY') return { ...type, element: withTypeInside(type.element, inside, steps - 1) };
  if (type.kind === 'MAP') return { ...type, value: withTypeInside(type.value, inside, steps - 1) };
  return inside;
}
