// `spillway sql`: one statement over any number of tables.
import type { BoundTable } from '../index.ts';
import { type OptionSpecs, parseArguments, printOptions } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { FORMATS, printBatches, READ_OPTIONS } from './print-batches.ts';
import { printPlan } from './print-plan.ts';

const OPTIONS = {
  database: {
    kind: 'text',
    short: 'd',
    value: 'DB',
    help: "database of table names without one (default 'default')",
  },
  explain: { kind: 'flag', help: 'say how each table is read instead of printing the result' },
  format: { kind: 'choice', choices: FORMATS, help: 'default: table on a terminal, else jsonl' },
  ...READ_OPTIONS,
} as const satisfies OptionSpecs;

export const help = `usage: spillway sql "STATEMENT" [options]

Runs one statement in DuckDB's dialect over the tables of the warehouse. Tables travel in time:
FROM db.t VERSION AS OF 3 (or 'tag'), FROM db.t TIMESTAMP AS OF '2026-01-31 12:00:00'. System tables and
branches are tables too: FROM db.t$snapshots, FROM db.t$branch_b1. Also: SHOW DATABASES, SHOW TABLES FROM db,
DESCRIBE db.t. Files, settings and extensions cannot be reached from a statement.

These change a table, each as one commit, and print the number of rows and the snapshot:
  INSERT INTO db.t [(a, b)] [BY NAME] SELECT ... | VALUES ...
  INSERT OVERWRITE db.t [PARTITION (p = 'x')] SELECT ...   replaces the partitions that rows go to
  CREATE TABLE [IF NOT EXISTS] db.t [(PRIMARY KEY (a))] [COMMENT '...'] [PARTITIONED BY (p)]
    [WITH ('option' = 'value', ...)] AS SELECT ...
  TRUNCATE TABLE db.t
  ALTER TABLE db.t DROP PARTITION (p = 'x') [, PARTITION (p = 'y')]
Values are kept exactly or refused, as by \`spillway write\`; other types need a CAST.

${printOptions(OPTIONS)}

  spillway sql "SHOW TABLES FROM shop"
  spillway sql "SELECT status, count(*) FROM shop.orders GROUP BY status"
  spillway sql "SELECT * FROM shop.orders VERSION AS OF 1 WHERE id = 1003" --format jsonl
  spillway sql 'SELECT snapshot_id, commit_kind FROM shop.orders$snapshots'
  spillway sql "INSERT INTO shop.orders (id, status) VALUES (1, 'paid')"
  spillway sql "CREATE TABLE shop.paid AS SELECT * FROM shop.orders WHERE status = 'paid'"
`;

/** Runs the statement. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['STATEMENT'],
    env: io.env,
  });
  await using lake = await openWarehouse(io, warehouse, options.memory);
  const database = options.database === undefined ? {} : { database: options.database };
  await using result = await lake.sql(positionals[0] as string, {
    ...database,
    signal: io.signal,
    readOnly: options.explain,
  });
  if (options.explain) {
    for (const table of result.tables) await io.out.write(printTable(table));
    return 0;
  }
  await printBatches(io, { fields: result.fields, batches: result, format: options.format });
  return 0;
}

function printTable(table: BoundTable): string {
  const plan =
    table.report === undefined ? `${table.name}: made of metadata\n` : printPlan(table.name, table.report);
  const pushed = table.pushed === undefined ? 'none' : printPushed(table.pushed);
  return (
    `${plan}  columns    ${table.columns.join(', ')}\n  pushed     ${pushed}\n` +
    `  engine     reads ${table.filesDirect} files itself, ${table.stagedRows} rows merged or decoded here\n`
  );
}

function printPushed(predicate: NonNullable<BoundTable['pushed']>): string {
  return JSON.stringify(predicate, (_, value) => (typeof value === 'bigint' ? `${value}` : value));
}
