// Opens the warehouse a command line names, inside the memory it names.
import { type Lake, openLake } from '../index.ts';
import type { CommandIo } from './io.ts';

/** The lake of a command line. Close it by scope. */
export function openWarehouse(io: CommandIo, warehouse: string, memory: string | undefined): Promise<Lake> {
  const size = memory || io.env.SPILLWAY_MEMORY;
  return openLake({ warehouse, ...(size ? { memory: size } : {}) });
}
