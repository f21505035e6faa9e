// `spillway drop`: removes a table or a database.
import { LakeError } from '../base/index.ts';
import { type OptionSpecs, parseArguments, printOptions, UsageError } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';

const OPTIONS = {
  cascade: { kind: 'flag', help: 'a database with all its tables' },
  'if-exists': { kind: 'flag', help: 'do nothing when it does not exist' },
} as const satisfies OptionSpecs;

export const help = `usage: spillway drop DATABASE.TABLE
       spillway drop DATABASE [--cascade]

Removes a table with all its files, branches and tags, or a database. There is no way back.

${printOptions(OPTIONS)}

  spillway drop shop.sales
  spillway drop shop --cascade
`;

/** Removes it and says so. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE[.TABLE]'],
    env: io.env,
  });
  const [name = ''] = positionals;
  const isTable = name.includes('.');
  if (isTable && options.cascade) {
    throw new UsageError(`--cascade is for databases, and ${name} is a table`);
  }
  await using lake = await openWarehouse(io, warehouse, undefined);
  try {
    if (isTable) await lake.dropTable(name);
    else await lake.dropDatabase(name, { cascade: options.cascade });
  } catch (error) {
    const missing = error instanceof LakeError && ['TABLE_MISSING', 'DATABASE_MISSING'].includes(error.code);
    if (!missing || !options['if-exists']) throw error;
    await io.err.write(`there is no ${name}\n`);
    return 0;
  }
  await io.err.write(`dropped ${name}\n`);
  return 0;
}
