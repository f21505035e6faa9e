// SHOW DATABASES, SHOW TABLES and DESCRIBE: questions to the catalog that need no engine.
import { type DataType, type Field, printType } from '../../base/index.ts';
import { type Batch, batchOf, type Value } from '../../codec/index.ts';
import { parseIdentifier } from '../../table/index.ts';
import type { LakeCore } from '../lake-core.ts';
import { openSystemTable } from '../system-source.ts';

/** Names listed by one batch. */
const ROWS_PER_BATCH = 1024;
const NAME = String.raw`((?:[^\s;'"\`]+|\`[^\`]+\`|"[^"]+")+)`;
const SHOW_DATABASES = /^\s*SHOW\s+(?:DATABASES|SCHEMAS)\s*;?\s*$/i;
const SHOW_TABLES = new RegExp(String.raw`^\s*SHOW\s+TABLES(?:\s+(?:FROM|IN)\s+${NAME})?\s*;?\s*$`, 'i');
const DESCRIBE = new RegExp(String.raw`^\s*DESC(?:RIBE)?\s+(?:TABLE\s+)?${NAME}\s*;?\s*$`, 'i');

/** The answer of such a statement, or undefined when the text is none. */
export async function showStatement(
  core: LakeCore,
  text: string,
  database: string,
): Promise<{ fields: readonly Field[]; batches: AsyncGenerator<Batch, void, undefined> } | undefined> {
  if (SHOW_DATABASES.test(text)) return listing('database_name', core.catalog.listDatabases());
  const tables = SHOW_TABLES.exec(text);
  if (tables !== null) return listing('table_name', core.catalog.listTables(unquote(tables[1] ?? database)));
  const described = DESCRIBE.exec(text);
  if (described === null || /^select$/i.test(described[1] as string)) return undefined;
  const name = unquote(described[1] as string);
  return describe(core, name.includes('.') ? name : `${database}.${name}`);
}

function listing(name: string, names: AsyncIterable<string>) {
  const fields = textFields([name]);
  async function* batches(): AsyncGenerator<Batch, void, undefined> {
    let rows: Value[][] = [];
    for await (const one of names) {
      rows.push([one]);
      if (rows.length < ROWS_PER_BATCH) continue;
      yield batchOf(fields, rows);
      rows = [];
    }
    if (rows.length > 0) yield batchOf(fields, rows);
  }
  return { fields, batches: batches() };
}

async function describe(core: LakeCore, name: string) {
  const identifier = parseIdentifier(name);
  const table = await core.catalog.openTable(identifier);
  const fields = textFields(['column_name', 'type', 'key', 'default', 'comment']);
  const { primaryKeys, partitionKeys } = table.schema;
  const keyOf = (column: string): string | null => {
    const parts = [
      ...(primaryKeys.includes(column) ? ['primary'] : []),
      ...(partitionKeys.includes(column) ? ['partition'] : []),
    ];
    return parts.length === 0 ? null : parts.join(', ');
  };
  const shown =
    identifier.system === undefined ? table.schema.fields : openSystemTable(identifier.system, table).fields;
  const rows = shown.map((field): Value[] => [
    field.name,
    printType(field.type),
    identifier.system === undefined ? keyOf(field.name) : null,
    field.defaultValue ?? null,
    field.description ?? null,
  ]);
  async function* batches(): AsyncGenerator<Batch, void, undefined> {
    yield batchOf(fields, rows);
  }
  return { fields, batches: batches() };
}

function textFields(names: readonly string[]): readonly Field[] {
  const type: DataType = { kind: 'VARCHAR', nullable: true, length: 2147483647 };
  return names.map((name, id) => ({ id, name, type }));
}

function unquote(name: string): string {
  return name.replace(/[`"]/g, '');
}
