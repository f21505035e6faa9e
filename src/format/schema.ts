// A table's schema as Paimon stores it in schema/schema-<id>.
import { corrupt, type Field, LakeError, parseFields } from '../base/index.ts';
import { parseJson } from '../codec/index.ts';
import { Members } from './members.ts';

/**
 * One schema version of a table, with the old defaults of its JSON version already applied to `options`.
 *
 * Shape   `fields` in column order; keys are column names; `options` all values are text.
 * Source  Paimon, schema/TableSchema.java.
 */
export interface TableSchema {
  readonly version: number;
  readonly id: number;
  readonly fields: readonly Field[];
  readonly highestFieldId: number;
  readonly partitionKeys: readonly string[];
  readonly primaryKeys: readonly string[];
  readonly options: Readonly<Record<string, string>>;
  readonly comment?: string;
  readonly timeMillis: bigint;
}

/** The newest layout of schema files that is understood. */
const VERSION_MAX = 3;

/**
 * A schema file. Files without `version` are of Paimon 0.7 or older, where an absent `bucket` meant 1; up to
 * version 2 an absent `file.format` meant orc.
 *
 * Errors  `FILE_CORRUPT` naming file and member; `FEATURE_UNSUPPORTED` for a column type that is not
 *         supported and for a newer version; `SCHEMA_INVALID` where Java refuses the schema.
 * Source  Paimon, schema/SchemaSerializer.java, schema/TableSchema.java.
 */
export function parseSchema(text: string, file: string): TableSchema {
  const json = new Members(parseJson(text, file), file);
  const version = json.optionalInt('version') ?? 1;
  if (version > VERSION_MAX) {
    throw new LakeError(
      'FEATURE_UNSUPPORTED',
      `${file}: schema version ${version} is newer than ${VERSION_MAX}.`,
      {
        feature: `schema version ${version}`,
        file,
      },
    );
  }
  const fields = parseFields(json.get('fields'), { file, column: '' });
  const options: Record<string, string> = { ...(json.optionalTextMap('options') ?? json.missing('options')) };
  if (version <= 1) options.bucket ??= '1';
  if (version <= 2) options['file.format'] ??= 'orc';
  const comment = json.get('comment');
  const schema: TableSchema = {
    version,
    id: json.int('id'),
    fields,
    highestFieldId: json.int('highestFieldId'),
    partitionKeys: json.texts('partitionKeys'),
    primaryKeys: json.texts('primaryKeys'),
    options,
    ...(comment === undefined ? {} : { comment: String(comment) }),
    timeMillis: json.optionalLong('timeMillis') ?? 0n,
  };
  checkKeys(schema, file);
  return schema;
}

function checkKeys(schema: TableSchema, file: string): void {
  for (const name of [...schema.partitionKeys, ...schema.primaryKeys]) {
    if (!schema.fields.some((f) => f.name === name)) {
      throw corrupt(file, undefined, `key column ${JSON.stringify(name)} is no column`);
    }
  }
  bucketKeys(schema);
}

/** The field of that name. Fails with `COLUMN_MISSING`, which lists the columns there are. */
export function fieldOf(schema: Pick<TableSchema, 'fields'>, name: string): Field {
  const field = schema.fields.find((f) => f.name === name);
  if (field !== undefined) return field;
  const names = schema.fields.map((f) => f.name);
  throw new LakeError(
    'COLUMN_MISSING',
    `No column ${JSON.stringify(name)}; there are: ${names.join(', ')}.`,
    {
      column: name,
    },
  );
}

/** The fields of these names, in the order of the names. */
export function fieldsOf(schema: Pick<TableSchema, 'fields'>, names: readonly string[]): readonly Field[] {
  const byName = new Map(schema.fields.toReversed().map((field) => [field.name, field]));
  return names.map((name) => byName.get(name) ?? fieldOf(schema, name));
}

/**
 * The primary key without the partition keys: what is unique and sorted inside a bucket. Empty for append
 * tables.
 *
 * Errors  `SCHEMA_INVALID` when nothing is left.
 */
export function trimmedPrimaryKeys(schema: TableSchema): readonly string[] {
  const { primaryKeys, partitionKeys } = schema;
  const trimmed = primaryKeys.filter((name) => !partitionKeys.includes(name));
  if (primaryKeys.length > 0 && trimmed.length === 0) {
    throw invalid(`Primary key ${primaryKeys} is the same as the partition keys ${partitionKeys}.`);
  }
  return trimmed;
}

/**
 * The columns whose hash picks the bucket, in hash order: option `bucket-key`, else the trimmed primary key.
 *
 * Errors  `SCHEMA_INVALID` when the option names a column that is missing, a partition key, or outside the
 *         primary key.
 */
export function bucketKeys(schema: TableSchema): readonly string[] {
  const trimmed = trimmedPrimaryKeys(schema);
  const option = schema.options['bucket-key'];
  if (option === undefined || option.trim() === '') return trimmed;
  const keys = splitLikeJava(option);
  for (const key of keys) {
    const known = schema.fields.some((f) => f.name === key);
    if (!known) throw invalid(`Bucket key ${JSON.stringify(key)} is no column.`);
    if (schema.partitionKeys.includes(key)) throw invalid(`Bucket key ${key} is a partition key.`);
    if (schema.primaryKeys.length > 0 && !schema.primaryKeys.includes(key)) {
      throw invalid(`Bucket key ${key} is not in the primary key.`);
    }
  }
  return keys;
}

/** `String.split(",")` of Java drops empty parts at the end. */
function splitLikeJava(text: string): string[] {
  const parts = text.split(',');
  while (parts.length > 0 && parts.at(-1) === '') parts.pop();
  return parts;
}

/** True when one key may move from partition to partition: the primary key lacks a partition key. */
export function crossPartitionUpdate(schema: TableSchema): boolean {
  const { primaryKeys, partitionKeys } = schema;
  return primaryKeys.length > 0 && partitionKeys.some((name) => !primaryKeys.includes(name));
}

function invalid(message: string): LakeError {
  return new LakeError('SCHEMA_INVALID', message);
}
