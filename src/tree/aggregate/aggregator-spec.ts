// The aggregate function of one column with its options, checked as Java's factories check it.
import { type DataType, type Field, LENGTH_MAX, unsupported } from '../../base/index.ts';
import type { TableSchema } from '../../format/index.ts';
import { booleanOption, integerOption, listOption, schemaInvalid, textOption } from '../merge-options.ts';
import type { AggregatorSpec } from '../merge-spec.ts';

const NUMERIC = new Set(['TINYINT', 'SMALLINT', 'INT', 'BIGINT', 'FLOAT', 'DOUBLE', 'DECIMAL']);

const anything = (): boolean => true;
const numeric = (type: DataType): boolean => NUMERIC.has(type.kind);
const boolean = (type: DataType): boolean => type.kind === 'BOOLEAN';
const varbinary = (type: DataType): boolean => type.kind === 'VARBINARY';
const nestedTable = (type: DataType): boolean => type.kind === 'ARRAY' && type.element.kind === 'ROW';

/**
 * Every aggregate function of Paimon 1.4.2 and the types it takes. Source: META-INF/services of paimon-core.
 */
const FUNCTIONS: ReadonlyMap<string, { accepts(type: DataType): boolean; readonly wants: string }> = new Map([
  ['primary-key', { accepts: anything, wants: 'anything' }],
  ['last_value', { accepts: anything, wants: 'anything' }],
  ['last_non_null_value', { accepts: anything, wants: 'anything' }],
  ['first_value', { accepts: anything, wants: 'anything' }],
  ['first_non_null_value', { accepts: anything, wants: 'anything' }],
  ['first_not_null_value', { accepts: anything, wants: 'anything' }],
  ['max', { accepts: anything, wants: 'anything' }],
  ['min', { accepts: anything, wants: 'anything' }],
  ['sum', { accepts: numeric, wants: 'a number' }],
  ['product', { accepts: numeric, wants: 'a number' }],
  ['bool_and', { accepts: boolean, wants: 'BOOLEAN' }],
  ['bool_or', { accepts: boolean, wants: 'BOOLEAN' }],
  ['listagg', { accepts: (type) => type.kind === 'VARCHAR' && type.length === LENGTH_MAX, wants: 'STRING' }],
  ['collect', { accepts: (type) => type.kind === 'ARRAY', wants: 'ARRAY' }],
  ['merge_map', { accepts: (type) => type.kind === 'MAP', wants: 'MAP' }],
  [
    'merge_map_with_keytime',
    {
      accepts: (type) => type.kind === 'MAP' && type.value.kind === 'ROW' && type.value.fields.length >= 2,
      wants: 'MAP of ROW with at least two fields',
    },
  ],
  ['nested_update', { accepts: nestedTable, wants: 'ARRAY<ROW>' }],
  ['nested_partial_update', { accepts: nestedTable, wants: 'ARRAY<ROW>' }],
  ['rbm32', { accepts: varbinary, wants: 'VARBINARY' }],
  ['rbm64', { accepts: varbinary, wants: 'VARBINARY' }],
  ['hll_sketch', { accepts: varbinary, wants: 'VARBINARY' }],
  ['theta_sketch', { accepts: varbinary, wants: 'VARBINARY' }],
]);

/** Throws FEATURE_UNSUPPORTED for a function this version does not know; `option` is where it was named. */
export function checkFunctionName(name: string, option: string): void {
  if (FUNCTIONS.has(name)) return;
  throw unsupported(option, `Option '${option}' names the aggregate function '${name}', which is not known`);
}

/**
 * The function of a column.
 *
 * Errors  FEATURE_UNSUPPORTED for an unknown function; SCHEMA_INVALID for a type it does not take or options
 *         that contradict.
 * Source  Paimon, aggregate/factory/FieldAggregatorFactory.java and the factories beside it.
 */
export function aggregatorSpec(schema: TableSchema, field: Field, name: string): AggregatorSpec {
  const { options } = schema;
  const prefix = `fields.${field.name}.`;
  const functionOption = `${prefix}aggregate-function`;
  checkFunctionName(
    name,
    textOption(options, functionOption) === undefined ? 'fields.default-aggregate-function' : functionOption,
  );
  const accepted = FUNCTIONS.get(name);
  if (accepted?.accepts(field.type) !== true) {
    throw schemaInvalid(
      functionOption,
      `Aggregate function '${name}' of column ${field.name} takes ${accepted?.wants}, not ${field.type.kind}`,
    );
  }
  const ignoreRetract = booleanOption(options, `${prefix}ignore-retract`);
  if (ignoreRetract && booleanOption(options, 'aggregation.remove-record-on-delete')) {
    throw schemaInvalid(
      `${prefix}ignore-retract`,
      `aggregation.remove-record-on-delete and ${prefix}ignore-retract have conflicting behavior.`,
    );
  }
  const spec = {
    name,
    ignoreRetract,
    distinct: booleanOption(options, `${prefix}distinct`),
    delimiter: textOption(options, `${prefix}list-agg-delimiter`) ?? ',',
    nestedKey: listOption(options, `${prefix}nested-key`),
    countLimit: integerOption(options, `${prefix}count-limit`, 2147483647),
    timeField: textOption(options, `${prefix}ts-field`),
  };
  checkNested(spec, field, prefix);
  return spec;
}

function checkNested(spec: AggregatorSpec, field: Field, prefix: string): void {
  const { type } = field;
  if (type.kind === 'ARRAY' && type.element.kind === 'ROW' && spec.name.startsWith('nested_')) {
    const names = type.element.fields.map((nested) => nested.name);
    const option = `${prefix}nested-key`;
    const missing = spec.nestedKey.find((name) => !names.includes(name));
    if (missing !== undefined)
      throw schemaInvalid(option, `Nested key '${missing}' is not a field of the row`);
    if (spec.name === 'nested_partial_update' && spec.nestedKey.length === 0) {
      throw schemaInvalid(option, `Aggregate function 'nested_partial_update' needs '${option}'`);
    }
  }
  if (spec.name !== 'merge_map_with_keytime' || spec.timeField === undefined) return;
  const row = type.kind === 'MAP' && type.value.kind === 'ROW' ? type.value.fields : [];
  if (row.some((nested) => nested.name === spec.timeField)) return;
  throw schemaInvalid(
    `${prefix}ts-field`,
    `Timestamp field '${spec.timeField}' not found in ROW type for field '${field.name}'`,
  );
}
