// Sequence groups and functions of a partial-update table, by column name.
import type { TableSchema } from '../format/index.ts';
import { checkFunctionName } from './aggregate/aggregator-spec.ts';
import { booleanOption, schemaInvalid, splitNames, textOption } from './merge-options.ts';

/**
 * What the options of a partial-update table say about its columns.
 *
 * Shape   `sequences`: of every member and sequence field of a group, the group's sequence fields.
 *         `functions`: of every column that has one, its aggregate function.
 */
export interface PartialUpdateOptions {
  readonly removeRecordOnDelete: boolean;
  readonly removeOnSequenceGroup: readonly string[];
  readonly sequences: ReadonlyMap<string, readonly string[]>;
  readonly functions: ReadonlyMap<string, string>;
}

const GROUP_PREFIX = 'fields.';
const GROUP_SUFFIX = '.sequence-group';
const REMOVE_ON_DELETE = 'partial-update.remove-record-on-delete';
const REMOVE_ON_GROUP = 'partial-update.remove-record-on-sequence-group';

/** `fields.default-aggregate-function`. */
export function defaultFunction(schema: TableSchema): string | undefined {
  return textOption(schema.options, 'fields.default-aggregate-function');
}

/**
 * Reads and checks them.
 *
 * Errors  SCHEMA_INVALID naming the option, where Java refuses the table.
 * Source  Paimon, mergetree/compact/PartialUpdateMergeFunction.java (Factory).
 */
export function partialUpdateOptions(schema: TableSchema): PartialUpdateOptions {
  const { options } = schema;
  const known = new Set(schema.fields.map((field) => field.name));
  const sequences = new Map<string, readonly string[]>();
  const sequenceFields = new Set<string>();
  const members = new Set<string>();
  for (const [option, value] of Object.entries(options)) {
    if (!option.startsWith(GROUP_PREFIX) || !option.endsWith(GROUP_SUFFIX)) continue;
    const sequence = splitNames(option.slice(GROUP_PREFIX.length, -GROUP_SUFFIX.length));
    for (const name of [...sequence, ...splitNames(value)]) {
      if (!known.has(name)) throw schemaInvalid(option, `Field ${name} can not be found in table schema`);
    }
    for (const name of splitNames(value)) {
      if (sequences.has(name)) {
        throw schemaInvalid(option, `Field ${name} is defined repeatedly by multiple groups: ${option}`);
      }
      sequences.set(name, sequence);
      members.add(name);
    }
    for (const name of sequence) {
      sequenceFields.add(name);
      sequences.set(name, sequence);
    }
  }
  const functions = columnFunctions(schema, sequenceFields, members);
  return { ...removals(schema, sequences.size > 0, sequenceFields), sequences, functions };
}

function columnFunctions(
  schema: TableSchema,
  sequenceFields: ReadonlySet<string>,
  members: ReadonlySet<string>,
): Map<string, string> {
  const functions = new Map<string, string>();
  for (const { name } of schema.fields) {
    if (sequenceFields.has(name)) continue;
    if (schema.primaryKeys.includes(name)) {
      functions.set(name, 'primary-key');
      continue;
    }
    const option = `fields.${name}.aggregate-function`;
    const own = textOption(schema.options, option);
    const functionName = own ?? defaultFunction(schema);
    if (functionName === undefined) continue;
    const namedBy = own === undefined ? 'fields.default-aggregate-function' : option;
    checkFunctionName(functionName, namedBy);
    if (functionName !== 'last_non_null_value' && !members.has(name)) {
      throw schemaInvalid(
        namedBy,
        `Must use sequence group for aggregation functions but not found for field ${name}.`,
      );
    }
    functions.set(name, functionName);
  }
  return functions;
}

function removals(
  schema: TableSchema,
  hasGroups: boolean,
  sequenceFields: ReadonlySet<string>,
): Pick<PartialUpdateOptions, 'removeRecordOnDelete' | 'removeOnSequenceGroup'> {
  const { options } = schema;
  const ignoreDelete = booleanOption(
    options,
    'ignore-delete',
    'first-row.ignore-delete',
    'deduplicate.ignore-delete',
    'partial-update.ignore-delete',
  );
  const removeRecordOnDelete = booleanOption(options, REMOVE_ON_DELETE);
  const onGroup = textOption(options, REMOVE_ON_GROUP);
  if (removeRecordOnDelete && ignoreDelete) throw conflicting(REMOVE_ON_DELETE, 'ignore-delete');
  if (onGroup !== undefined && ignoreDelete) throw conflicting(REMOVE_ON_GROUP, 'ignore-delete');
  if (removeRecordOnDelete && hasGroups) throw conflicting(REMOVE_ON_DELETE, 'sequence-group');
  const removeOnSequenceGroup = onGroup === undefined ? [] : splitNames(onGroup);
  for (const name of removeOnSequenceGroup) {
    if (!sequenceFields.has(name)) {
      throw schemaInvalid(
        REMOVE_ON_GROUP,
        `field '${name}' defined in '${REMOVE_ON_GROUP}' option must be part of sequence groups`,
      );
    }
  }
  return { removeRecordOnDelete, removeOnSequenceGroup };
}

function conflicting(option: string, other: string) {
  return schemaInvalid(
    option,
    `${other} and ${option} have conflicting behavior so should not be enabled at the same time.`,
  );
}
