// From what a table shall be to its first schema: keys out of options, NOT NULL keys, field ids.
import { type DataType, type Field, LakeError, withNullable } from '../base/index.ts';
import { bucketKeys, type TableSchema, trimmedPrimaryKeys } from './schema.ts';

/** The layout of schema files that is written. */
export const SCHEMA_VERSION = 3;

/** A column of a table that shall be. Ids inside `type` do not count. */
export type ColumnDraft = Omit<Field, 'id'>;

/**
 * A table that shall be.
 *
 * Shape   as the members of a schema file. The options `primary-key` and `partition` may stand for the lists.
 * Source  Paimon, schema/Schema.java.
 */
export interface SchemaDraft {
  readonly fields: readonly ColumnDraft[];
  readonly partitionKeys?: readonly string[];
  readonly primaryKeys?: readonly string[];
  readonly options?: Readonly<Record<string, string>>;
  readonly comment?: string;
}

/** The last field id given. Ids are never given twice in the life of a table. */
export interface FieldIds {
  last: number;
}

/**
 * The first schema of a table.
 *
 * Shape   ids from 0 as Java gives them: a column first, then what is inside it.
 * Units   `timeMillis` milliseconds since 1970.
 * Errors  `SCHEMA_INVALID` for keys that are no columns, names given twice, keys given twice.
 * Source  Paimon, schema/Schema.java (Builder), TableSchema.java (create).
 */
export function createSchema(draft: SchemaDraft, timeMillis: bigint): TableSchema {
  const ids: FieldIds = { last: -1 };
  const fields = draft.fields.map((column): Field => {
    const id = ++ids.last;
    return { ...column, id, type: assignIds(column.type, ids) };
  });
  return normalizeSchema({
    version: SCHEMA_VERSION,
    id: 0,
    fields,
    highestFieldId: ids.last,
    partitionKeys: draft.partitionKeys ?? [],
    primaryKeys: draft.primaryKeys ?? [],
    options: draft.options ?? {},
    ...(draft.comment === undefined ? {} : { comment: draft.comment }),
    timeMillis,
  });
}

/**
 * The type with fresh ids inside: the fields of a nested row come before the field that holds it.
 *
 * Source  Paimon, types/ReassignFieldId.java.
 */
export function assignIds(type: DataType, ids: FieldIds): DataType {
  switch (type.kind) {
    case 'ARRAY':
    case 'MULTISET':
      return { ...type, element: assignIds(type.element, ids) };
    case 'MAP': {
      const key = assignIds(type.key, ids);
      return { ...type, key, value: assignIds(type.value, ids) };
    }
    case 'ROW':
      return {
        ...type,
        fields: type.fields.map((field): Field => {
          const inside = assignIds(field.type, ids);
          return { ...field, id: ++ids.last, type: inside };
        }),
      };
    default:
      return type;
  }
}

/**
 * The schema as Java makes it of its parts: the options `primary-key` and `partition` moved into the lists,
 * key columns NOT NULL, the parts checked against each other.
 *
 * Errors  `SCHEMA_INVALID`.
 * Source  Paimon, schema/Schema.java, TableSchema.java (constructors).
 */
export function normalizeSchema(schema: TableSchema): TableSchema {
  const { 'primary-key': _key, partition: _partition, ...options } = schema.options;
  const partitionKeys = foldedKeys(schema.options, 'partition', schema.partitionKeys);
  const primaryKeys = foldedKeys(schema.options, 'primary-key', schema.primaryKeys);
  checkFieldNames(schema.fields, 'The table');
  checkKeys(schema.fields, 'partition keys', partitionKeys);
  checkKeys(schema.fields, 'primary key', primaryKeys);
  const inKey = new Set(primaryKeys);
  const fields = schema.fields.map((field) =>
    inKey.has(field.name) ? { ...field, type: withNullable(field.type, false) } : field,
  );
  const normal = { ...schema, fields, partitionKeys, primaryKeys, options };
  trimmedPrimaryKeys(normal);
  bucketKeys(normal);
  return normal;
}

function foldedKeys(
  options: Readonly<Record<string, string>>,
  option: string,
  keys: readonly string[],
): readonly string[] {
  const text = Object.hasOwn(options, option) ? options[option] : undefined;
  if (text === undefined) return keys;
  if (keys.length > 0) {
    throw invalid(`Option '${option}' is set, and the keys are given as a list too: one of them is enough.`, {
      option,
    });
  }
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function checkFieldNames(fields: readonly Field[], where: string): void {
  const blank = fields.find(({ name }) => name.trim() === '');
  if (blank !== undefined) throw invalid(`${where} has a column whose name is blank.`);
  const twice = repeated(fields.map(({ name }) => name));
  if (twice !== undefined) throw invalid(`${where} has two columns named ${JSON.stringify(twice)}.`);
  for (const { name, type } of fields) checkNestedNames(type, `Column ${name}`);
}

function checkNestedNames(type: DataType, where: string): void {
  switch (type.kind) {
    case 'ARRAY':
    case 'MULTISET':
      checkNestedNames(type.element, where);
      return;
    case 'MAP':
      checkNestedNames(type.key, where);
      checkNestedNames(type.value, where);
      return;
    case 'ROW':
      checkFieldNames(type.fields, where);
      return;
    default:
  }
}

function checkKeys(fields: readonly Field[], what: string, keys: readonly string[]): void {
  const names = new Set(fields.map(({ name }) => name));
  const missing = keys.find((key) => !names.has(key));
  if (missing !== undefined) throw invalid(`Column ${missing} of the ${what} does not exist.`);
  const twice = repeated(keys);
  if (twice !== undefined) throw invalid(`Column ${twice} is in the ${what} twice.`);
}

function repeated(names: readonly string[]): string | undefined {
  const seen = new Set<string>();
  return names.find((name) => seen.size === seen.add(name).size);
}

function invalid(message: string, details: Readonly<Record<string, unknown>> = {}): LakeError {
  return new LakeError('SCHEMA_INVALID', message, details);
}
