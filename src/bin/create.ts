// `spillway create`: a database, or a table without rows.
import { readFile, stat } from 'node:fs/promises';
import { LakeError } from '../base/index.ts';
import { parseDraft } from '../format/index.ts';
import { type OptionSpecs, parseArguments, printOptions, UsageError } from './arguments.ts';
import type { CommandIo } from './io.ts';
import { openWarehouse } from './open-warehouse.ts';

/** Bytes of a specification: one of 10,000 columns has about one megabyte. */
const SPEC_BYTES_MAX = 16 * 1024 * 1024;

const OPTIONS = {
  'if-not-exists': { kind: 'flag', help: 'do nothing when it exists already' },
} as const satisfies OptionSpecs;

export const help = `usage: spillway create DATABASE
       spillway create DATABASE.TABLE SPEC.json

Makes a database, or a table. SPEC.json has the shape of Paimon's own schema files; ids are not needed:

  {
    "fields": [
      { "name": "id", "type": "BIGINT NOT NULL" },
      { "name": "day", "type": "DATE", "description": "when it was sold" },
      { "name": "items", "type": "ARRAY<ROW<sku STRING, amount DECIMAL(10, 2)>>" }
    ],
    "partitionKeys": ["day"],
    "primaryKeys": ["id", "day"],
    "options": { "bucket": "4", "merge-engine": "deduplicate" },
    "comment": "all sales"
  }

Only "fields" must be there. What Java refuses is refused.

${printOptions(OPTIONS)}

  spillway create shop
  spillway create shop.sales sales.json
  spillway create shop.sales sales.json --if-not-exists
`;

/** Makes it and says so. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  const { options, positionals, warehouse } = parseArguments(args, {
    options: OPTIONS,
    positionals: ['DATABASE[.TABLE]'],
    optionalPositionals: ['SPEC.json'],
    env: io.env,
  });
  const [name = '', file] = positionals;
  const draft = file === undefined ? undefined : parseDraft(await readSpec(file), file);
  if (draft === undefined && name.includes('.')) {
    throw new UsageError(`SPEC.json is missing: ${name} is a table`);
  }
  await using lake = await openWarehouse(io, warehouse, undefined);
  try {
    if (draft === undefined) await lake.createDatabase(name);
    else await lake.createTable(name, draft);
  } catch (error) {
    const exists = error instanceof LakeError && ['TABLE_EXISTS', 'DATABASE_EXISTS'].includes(error.code);
    if (!exists || !options['if-not-exists']) throw error;
    await io.err.write(`${name} exists already\n`);
    return 0;
  }
  await io.err.write(`created ${name}\n`);
  return 0;
}

async function readSpec(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > SPEC_BYTES_MAX) {
      throw new LakeError('LIMIT_EXCEEDED', `${file} has ${size} bytes, at most ${SPEC_BYTES_MAX} are read.`);
    }
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof LakeError) throw error;
    throw new LakeError('ARGUMENT_INVALID', `${file} cannot be read: ${error}`, { file }, error);
  }
}
