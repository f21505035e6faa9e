// `spillway alter`: changes of a table's schema, all of them or none.
import { type OptionSpecs, parseArguments, printOptions, UsageError } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';
import { CHANGE_OPTIONS, parseChanges } from './schema-changes.ts';

const OPTIONS = {
  ...CHANGE_OPTIONS,
  'rename-table': { kind: 'text', value: 'DATABASE.NAME', help: 'another name for the table; alone only' },
} as const satisfies OptionSpecs;

export const help = `usage: spillway alter DATABASE.TABLE [options]

Changes a table's columns, comments and options. All changes are made in their order, or none. What is written
already is read as the new schema says. What Java refuses is refused.

C is a column: c, or c.inner in a row; c.element.inner in an array of rows, c.value.inner in a map of rows.
Names with blanks, dots or = stand in backquotes. All options may be given again and again,
but for the last two.

${printOptions(OPTIONS)}

  spillway alter shop.sales --add 'discount DECIMAL(5, 2) after price' --comment 'discount=in percent'
  spillway alter shop.sales --rename price=unit_price --type 'amount BIGINT' --move 'day first'
  spillway alter shop.sales --add 'address.zip STRING' --drop address.phone
  spillway alter shop.sales --set num-sorted-run.compaction-trigger=8 --unset write-only
  spillway alter shop.sales --rename-table shop.orders
`;

/** Makes the changes and says which schema is the newest. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, given, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE.TABLE'],
    env: io.env,
  });
  const [name = ''] = positionals;
  const changes = parseChanges(given);
  const newName = options['rename-table'];
  if (newName === undefined && changes.length === 0) throw new UsageError('there is nothing to change');
  if (newName !== undefined && changes.length > 0) {
    throw new UsageError('--rename-table and other changes need a command each');
  }
  await using lake = await openWarehouse(io, warehouse, undefined);
  if (newName !== undefined) {
    await lake.renameTable(name, newName);
    await io.err.write(`renamed ${name} to ${newName}\n`);
    return 0;
  }
  const table = await (await lake.table(name)).alter(changes);
  await io.err.write(`altered ${name}: schema ${table.schema.id}\n`);
  return 0;
}
