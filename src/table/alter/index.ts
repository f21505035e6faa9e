export { alterSchema, type SchemaTarget, writeFirstSchema } from './commit-schema.ts';
export type { ColumnPosition, SchemaChange } from './schema-change.ts';
