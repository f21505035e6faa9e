// System tables behind one face: those made of metadata rows, and those that are another reading of the table
// itself.
import { LakeError } from '../base/index.ts';
import { findSystemTable, type OpenSystemTable, SYSTEM_TABLE_NAMES, type Table } from '../table/index.ts';

/** A system table of an opened table. */
export type SystemSource = OpenSystemTable;

/** Opens a system table by name. Errors: TABLE_MISSING, listing the names there are. */
export function openSystemTable(name: string, table: Table): SystemSource {
  const system = findSystemTable(name, table);
  if (system !== undefined) return system;
  const names = SYSTEM_TABLE_NAMES.join(', ');
  throw new LakeError('TABLE_MISSING', `there is no system table $${name}; there are ${names}`, {
    system: name,
  });
}
