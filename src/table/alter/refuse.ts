// The refusals of schema changes, worded in one place each.
import { LakeError } from '../../base/index.ts';

/** A schema or change that Java refuses too. */
export function refused(message: string, details: Readonly<Record<string, unknown>> = {}): LakeError {
  return new LakeError('SCHEMA_INVALID', message, details);
}

export function noColumn(path: readonly string[]): LakeError {
  const column = path.join('.');
  return new LakeError('COLUMN_MISSING', `There is no column ${column}.`, { column });
}

export function columnExists(path: readonly string[]): LakeError {
  return refused(`There is a column ${path.join('.')} already.`, { column: path.join('.') });
}
