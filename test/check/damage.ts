// What a test damages, and what check must say about it.
import type { Rule } from '../../src/table/index.ts';
import type { DamagedTable } from './damaged-table.ts';

/** One damage. `data`: found only when rows are read. `severity` error unless said otherwise. */
export interface Damage {
  readonly table: string;
  readonly name: string;
  readonly data?: true;
  readonly make: (table: DamagedTable) => void;
  readonly rule: Rule;
  readonly file: RegExp;
  readonly what: RegExp;
  readonly severity?: 'warning';
}

/** Turns over the bits of one byte; negative places count from the end. */
export const flip =
  (at: number) =>
  (bytes: Buffer): Buffer => {
    const place = at < 0 ? bytes.length + at : at;
    bytes[place] = (bytes[place] as number) ^ 0xff;
    return bytes;
  };

/** Four buckets, level 0 only, five snapshots. */
export const PK4 = 'pk_bucket4';
/** Several levels and a changelog. */
export const DEDUP = 'cl_lookup_dedup';

/** The newest manifest of a table, whatever its list. */
export const newest = (table: DamagedTable): string => {
  const numbered = table.files('manifest/manifest-[!l]*');
  const number = (name: string): number => Number(name.slice(name.lastIndexOf('-') + 1));
  return numbered.sort((a, b) => number(a) - number(b)).at(-1) as string;
};
