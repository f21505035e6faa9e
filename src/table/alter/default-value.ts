// Defaults of columns: text that must be readable as the column's type.
import { type DataType, LENGTH_MAX } from '../../base/index.ts';
import { resolveCast, vectorBuilder } from '../../codec/index.ts';
import { canCast } from './cast-rules.ts';
import { refused } from './refuse.ts';

const STRING: DataType = { kind: 'VARCHAR', nullable: true, length: LENGTH_MAX };

/**
 * Refuses a default that is no value of the type. One pair of single quotes around it does not count.
 *
 * Errors  `SCHEMA_INVALID`.
 * Source  Paimon, utils/DefaultValueUtils.java.
 */
export function checkDefault(column: string, type: DataType, text: string | undefined): void {
  if (text === undefined) return;
  const cast = canCast(STRING, type) ? resolveCast(STRING, type) : undefined;
  if (cast === undefined) throw refused(`Column ${column}: its type can have no default value.`, { column });
  const message = `Column ${column}: '${text}' is no value of its type.`;
  const quoted = text.startsWith("'") && text.endsWith("'");
  if (quoted && text.length < 2) throw refused(message, { column });
  const builder = vectorBuilder(STRING, 1);
  builder.append(quoted ? text.slice(1, -1) : text);
  try {
    cast(builder.finish());
  } catch (error) {
    throw Object.assign(refused(message, { column }), { cause: error });
  }
}
