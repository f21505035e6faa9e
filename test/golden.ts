// The golden tables: what Java read from each, as lines to compare with. Shared by the tests that read them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One expected file of a table and the read that made it. */
export interface Expected {
  readonly file: string;
  readonly rows: number;
  readonly sorted?: boolean;
  readonly read?: {
    readonly snapshot?: number;
    readonly tag?: string;
    readonly branch?: string;
    readonly columns?: readonly string[];
    readonly filter?: string;
    readonly incremental?: readonly [number | string, number | string];
    readonly kind?: boolean;
    readonly stream?: boolean;
    readonly from?: number;
    readonly system?: string;
  };
}

export interface GoldenTable {
  readonly table: string;
  readonly version: string;
  readonly expected: readonly Expected[];
  /** True when some data file is ORC: read in a later version. */
  readonly orc: boolean;
}

/** A warehouse and what Java read from it. */
export interface Golden {
  readonly warehouse: string;
  readonly database: string;
  readonly tables: readonly GoldenTable[];
  lines(table: string, file: string): string[];
}

export const GOLDEN = golden(join(import.meta.dirname, 'data/golden'), 'golden');

/** Reads the index of a set of golden tables. */
export function golden(root: string, database: string, expectedRoot = join(root, 'expected')): Golden {
  const warehouse = existsSync(join(root, 'warehouse')) ? join(root, 'warehouse') : root;
  const tables = readdirSync(expectedRoot)
    .filter((table) => existsSync(join(expectedRoot, table, 'index.json')))
    .map((table): GoldenTable => {
      const index = JSON.parse(readFileSync(join(expectedRoot, table, 'index.json'), 'utf8'));
      const path = join(warehouse, `${database}.db`, table);
      const orc = readdirSync(path, { recursive: true }).some((name) => String(name).endsWith('.orc'));
      return { table, version: index.version, expected: index.expected, orc };
    });
  return {
    warehouse,
    database,
    tables,
    lines: (table, file) =>
      readFileSync(join(expectedRoot, table, file), 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
  };
}
