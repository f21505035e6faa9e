// From a table's schema to the plain data a merge needs, with the refusals Java gives when it opens the
// table.
import { assert, type Field, unsupported } from '../base/index.ts';
import type { TableSchema } from '../format/index.ts';
import { aggregatorSpec } from './aggregate/aggregator-spec.ts';
import {
  booleanOption,
  enumOption,
  listOption,
  schemaInvalid,
  splitNames,
  textOption,
} from './merge-options.ts';
import type { AggregatorSpec, MergeEngine, MergeSpec } from './merge-spec.ts';
import {
  defaultFunction,
  type PartialUpdateOptions,
  partialUpdateOptions,
} from './partial-update-options.ts';

/**
 * The columns a merge must read so that the wanted ones come out right.
 *
 * Shape   the wanted columns in their order, then, where missing: key columns, `sequence.field` columns, the
 *         sequence fields of the wanted columns' groups. As in Java, the sequence fields whose -D removes a
 *         row (`partial-update.remove-record-on-sequence-group`) are not among them: a read of other columns
 *         only gives removed rows back.
 * Errors  SCHEMA_INVALID as `mergeSpec`; COLUMN_MISSING is the caller's to give: unknown names are skipped.
 * Source  Paimon, operation/MergeFileSplitRead.java (withReadType), PartialUpdateMergeFunction.java
 *         (adjustReadType).
 */
export function mergeColumns(schema: TableSchema, wantedNames: readonly string[]): readonly Field[] {
  const names = new Set(wantedNames);
  for (const name of sortKey(schema)) names.add(name);
  for (const name of sequenceFields(schema)) names.add(name);
  if (engineName(schema) === 'partial-update') {
    const options = partialUpdateOptions(schema);
    for (const name of names) for (const sequence of options.sequences.get(name) ?? []) names.add(sequence);
  }
  const byName = new Map(schema.fields.map((field) => [field.name, field]));
  return [...names].flatMap((name) => byName.get(name) ?? []);
}

/**
 * The columns that must be read, though nobody wants them, for a read of some columns to give exactly the
 * rows that a read of all gives: Java's projections leave them out (see `mergeColumns`), counting rows must
 * not.
 */
export function removingColumns(schema: TableSchema): readonly string[] {
  return engineName(schema) === 'partial-update' ? partialUpdateOptions(schema).removeOnSequenceGroup : [];
}

/** What `mergeSpec` needs besides the schema. */
export interface MergeSpecOptions {
  readonly keepDeletes?: boolean;
}

/**
 * The merge of a table's buckets.
 *
 * Shape   `columns`: what is read, a superset of what `mergeColumns` gives for it; their types may be newer
 *         or narrower than the schema's, their names are the schema's.
 * Errors  SCHEMA_INVALID naming the option where Java refuses the table; FEATURE_UNSUPPORTED for an aggregate
 *         function or merge engine this version does not know.
 * Source  Paimon, table/PrimaryKeyTableUtils.java (createMergeFunctionFactory), schema/SchemaValidation.java.
 */
export function mergeSpec(
  schema: TableSchema,
  columns: readonly Field[],
  options: MergeSpecOptions = {},
): MergeSpec {
  checkFieldOptions(schema);
  checkSequenceFields(schema);
  const positions = new Map(columns.map((field, position) => [field.name, position]));
  const place = (name: string): number => {
    const position = positions.get(name);
    assert(position !== undefined, `column ${name} is read, because the merge needs it`);
    return position;
  };
  return {
    fields: columns,
    key: sortKey(schema).map(place),
    userSequence: sequenceFields(schema).map(place),
    sequenceDescending:
      enumOption(
        schema.options,
        'sequence.field.sort-order',
        ['ascending', 'descending'] as const,
        'ascending',
      ) === 'descending',
    engine: engineOf(schema, columns, place),
    lookup: needsLookup(schema),
    keepDeletes: options.keepDeletes ?? false,
  };
}

const ENGINES = ['deduplicate', 'partial-update', 'aggregation', 'first-row'] as const;

function engineName(schema: TableSchema): (typeof ENGINES)[number] {
  const text = textOption(schema.options, 'merge-engine') ?? 'deduplicate';
  const name = ENGINES.find((engine) => engine === text.toLowerCase());
  if (name === undefined) throw unsupported('merge-engine', `merge-engine '${text}' is not known`);
  return name;
}

/** The primary key without the partition columns, which are constant in a bucket. */
function sortKey(schema: TableSchema): readonly string[] {
  const partitions = new Set(schema.partitionKeys);
  return schema.primaryKeys.filter((name) => !partitions.has(name));
}

function sequenceFields(schema: TableSchema): readonly string[] {
  return listOption(schema.options, 'sequence.field');
}

/** Source: Paimon, lookup/LookupStrategy.java. */
function needsLookup(schema: TableSchema): boolean {
  const { options } = schema;
  return (
    textOption(options, 'changelog-producer')?.toLowerCase() === 'lookup' ||
    booleanOption(options, 'deletion-vectors.enabled') ||
    booleanOption(options, 'force-lookup') ||
    engineName(schema) === 'first-row'
  );
}

function ignoresDelete(schema: TableSchema): boolean {
  return booleanOption(
    schema.options,
    'ignore-delete',
    'first-row.ignore-delete',
    'deduplicate.ignore-delete',
    'partial-update.ignore-delete',
  );
}

function engineOf(
  schema: TableSchema,
  columns: readonly Field[],
  place: (name: string) => number,
): MergeEngine {
  const kind = engineName(schema);
  switch (kind) {
    case 'deduplicate':
    case 'first-row':
      return { kind, ignoreDelete: ignoresDelete(schema) };
    case 'aggregation': {
      const aggregators = columns.map((field) => aggregatorSpec(schema, field, functionName(schema, field)));
      const removeRecordOnDelete = booleanOption(schema.options, 'aggregation.remove-record-on-delete');
      return { kind, removeRecordOnDelete, aggregators };
    }
    case 'partial-update':
      return partialUpdateEngine(schema, columns, place);
  }
}

/** Source: Paimon, aggregate/AggregateMergeFunction.java (getAggFuncName). */
function functionName(schema: TableSchema, field: Field): string {
  if (sequenceFields(schema).includes(field.name)) return 'last_value';
  if (schema.primaryKeys.includes(field.name)) return 'primary-key';
  return (
    textOption(schema.options, `fields.${field.name}.aggregate-function`) ??
    defaultFunction(schema) ??
    'last_non_null_value'
  );
}

function partialUpdateEngine(
  schema: TableSchema,
  columns: readonly Field[],
  place: (name: string) => number,
): MergeEngine {
  const options: PartialUpdateOptions = partialUpdateOptions(schema);
  return {
    kind: 'partial-update',
    ignoreDelete: ignoresDelete(schema),
    removeRecordOnDelete: options.removeRecordOnDelete,
    removeOnSequenceGroup: options.removeOnSequenceGroup.flatMap((name) => {
      const position = columns.findIndex((field) => field.name === name);
      return position < 0 ? [] : position;
    }),
    hasSequenceGroups: options.sequences.size > 0,
    sequences: columns.map((field) => options.sequences.get(field.name)?.map(place)),
    aggregators: columns.map((field): AggregatorSpec | undefined => {
      const name = options.functions.get(field.name);
      return name === undefined ? undefined : aggregatorSpec(schema, field, name);
    }),
  };
}

/** Source: Paimon, schema/SchemaValidation.java (validateFieldsPrefix). */
function checkFieldOptions(schema: TableSchema): void {
  const names = new Set(schema.fields.map((field) => field.name));
  for (const option of Object.keys(schema.options)) {
    if (!option.startsWith('fields.')) continue;
    for (const name of splitNames(option.split('.')[1] ?? '')) {
      if (name === 'default-aggregate-function' || names.has(name)) continue;
      throw schemaInvalid(option, `Field ${name} of option '${option}' can not be found in table schema.`);
    }
  }
}

/** Source: Paimon, schema/SchemaValidation.java (validateSequenceField). */
function checkSequenceFields(schema: TableSchema): void {
  const fields = sequenceFields(schema);
  if (fields.length === 0) return;
  const option = 'sequence.field';
  for (const name of fields) {
    if (!schema.fields.some((field) => field.name === name)) {
      throw schemaInvalid(option, `Sequence field: '${name}' can not be found in table schema.`);
    }
    const functionOption = `fields.${name}.aggregate-function`;
    if (textOption(schema.options, functionOption) !== undefined) {
      throw schemaInvalid(functionOption, `Should not define aggregation on sequence field: '${name}'.`);
    }
    if (fields.filter((other) => other === name).length > 1) {
      throw schemaInvalid(option, `Sequence field '${name}' is defined repeatedly.`);
    }
  }
  if (engineName(schema) === 'first-row') {
    throw schemaInvalid(option, 'Do not support use sequence field on FIRST_ROW merge engine.');
  }
}
