// Columns as a file holds them turned into the columns the table has now: matched by field id, nested ones
// too.
import { type DataType, type Field, LakeError } from '../../base/index.ts';
import {
  castableInPlace,
  constantVector,
  resolveCast,
  type StructVector,
  type Vector,
} from '../../codec/index.ts';

/** Turns a column read with the file's type into one of the table's type. */
export type Evolve = (vector: Vector) => Vector;

/**
 * How a column of a file becomes a column of the table, or undefined when the file holds nothing of it: then
 * it is null.
 *
 * Shape   `from` the type in the file's schema, `to` the type wanted; the ids of nested fields say what
 *         belongs together.
 * Errors  `SCHEMA_INVALID` when the types are so different that Java cannot cast either.
 * Source  Paimon, schema/SchemaEvolutionUtil.java (createCastExecutor) and utils/FormatReaderMapping.java
 *         (pruneDataType).
 */
export function evolveColumn(from: DataType, to: DataType): Evolve | undefined {
  if (!sharesFields(from, to)) return undefined;
  return castTo(from, to);
}

const same: Evolve = (vector) => vector;

function castTo(from: DataType, to: DataType): Evolve {
  if (castableInPlace(from, to)) return same;
  if (from.kind === 'ROW' && to.kind === 'ROW') return castRow(from.fields, to.fields);
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') {
    const element = castTo(from.element, to.element);
    return (vector) => (vector.layout === 'list' ? { ...vector, child: element(vector.child) } : bad(vector));
  }
  if (from.kind === 'MAP' && to.kind === 'MAP') return castMap(from, to);
  const cast = resolveCast(from, to);
  if (cast === undefined) {
    const message = `A column of ${from.kind} in a file cannot be read as ${to.kind}.`;
    throw new LakeError('SCHEMA_INVALID', message, { from, to });
  }
  return cast;
}

function castRow(from: readonly Field[], to: readonly Field[]): Evolve {
  const children = to.map((field) => {
    const at = from.findIndex((f) => f.id === field.id);
    const source = from[at];
    const evolve = source === undefined ? undefined : evolveColumn(source.type, field.type);
    return { at, evolve, type: field.type };
  });
  return (vector) => {
    if (vector.layout !== 'struct') return bad(vector);
    const { length, validity } = vector;
    const result: StructVector = {
      layout: 'struct',
      length,
      validity,
      children: children.map(({ at, evolve, type }) => {
        const child = vector.children[at];
        return child === undefined || evolve === undefined
          ? constantVector(type, null, length)
          : evolve(child);
      }),
    };
    return result;
  };
}

function castMap(from: Extract<DataType, { kind: 'MAP' }>, to: Extract<DataType, { kind: 'MAP' }>): Evolve {
  if (!castableInPlace(from.key, to.key)) {
    throw new LakeError(
      'SCHEMA_INVALID',
      'The keys of a MAP column changed their type; Java cannot read it either.',
      {
        from,
        to,
      },
    );
  }
  const value = castTo(from.value, to.value);
  return (vector) => {
    if (vector.layout !== 'list' || vector.child.layout !== 'struct') return bad(vector);
    const [keys, values] = vector.child.children;
    if (keys === undefined || values === undefined) return bad(vector);
    return { ...vector, child: { ...vector.child, children: [keys, value(values)] } };
  };
}

/**
 * False when a nested type has no field in common with what is wanted: Java then takes the whole column as
 * absent.
 */
function sharesFields(from: DataType, to: DataType): boolean {
  if (from.kind === 'ROW' && to.kind === 'ROW') {
    return to.fields.some((field) => {
      const source = from.fields.find((f) => f.id === field.id);
      return source !== undefined && sharesFields(source.type, field.type);
    });
  }
  if (from.kind === 'ARRAY' && to.kind === 'ARRAY') return sharesFields(from.element, to.element);
  if (from.kind === 'MAP' && to.kind === 'MAP') return sharesFields(from.value, to.value);
  return true;
}

function bad(vector: Vector): never {
  throw new LakeError('BUG', `A column came in layout ${vector.layout}, which its type does not have.`);
}
