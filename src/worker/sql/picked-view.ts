// Files of which only some rows are rows of the table, as SQL: the engine reads them, joined with marks that
// say which rows count. Merged rows need not be copied into the engine that way.
import type { Field } from '../../base/index.ts';
import { batchOf, type Value } from '../../codec/index.ts';
import { duckTypeOf, type Engine } from '../../engine/index.ts';
import {
  type DataSplit,
  type FileShape,
  type FileWinners,
  hasWinners,
  type Table,
} from '../../table/index.ts';
import { quoteName, quoteText } from './time-travel.ts';

/** The columns the engine puts each row's file and position in. */
const PATH_COLUMN = 'spillway_path';
const ROW_COLUMN = 'file_row_number';

/** SELECTs united in one view: each joins the marks, which takes a megabyte and more. */
const BRANCHES_MAX = 8;

const PATH_FIELD: Field = {
  id: 0,
  name: 'path',
  type: { kind: 'VARCHAR', length: 2147483647, nullable: false },
};
const ROWS_FIELD: Field = {
  id: 1,
  name: 'rows',
  type: { kind: 'VARBINARY', length: 2147483647, nullable: false },
};

/** Files whose columns have the same names, read by one SELECT. */
interface PickedGroup {
  readonly select: readonly string[];
  readonly paths: string[];
}

/**
 * Collects such files, then makes the relation of marks and the SELECTs that use it.
 *
 * Limits  `rowsMax` rows of files, a bit each.
 */
export class PickedFiles {
  readonly splits: DataSplit[] = [];
  readonly #fields: readonly Field[];
  readonly #groups = new Map<string, PickedGroup>();
  /** By path: values of the columns the file does not hold, by their place among the fields. */
  readonly #values = new Map<string, ReadonlyMap<number, Value>>();
  readonly #valued = new Set<number>();
  #rowsLeft: number;

  constructor(fields: readonly Field[], rowsMax: number) {
    this.#fields = fields;
    this.#rowsLeft = rowsMax;
  }

  get paths(): string[] {
    return [...this.#values.keys()];
  }

  /** Takes a split whose files have these shapes; false when it has to be read another way. */
  add(table: Table, split: DataSplit, shapes: readonly FileShape[]): boolean {
    const rows = split.files.reduce((sum, { file }) => sum + Number(file.rowCount), 0);
    if (rows > this.#rowsLeft || !hasWinners(table, split)) return false;
    if (shapes.some(({ names }) => names.has(PATH_COLUMN) || names.has(ROW_COLUMN))) return false;
    const items = shapes.map((shape) => ({ ...shape, select: this.#select(shape) }));
    const keys = new Set(items.map(({ select }) => select.join()).filter((key) => !this.#groups.has(key)));
    if (this.#groups.size + keys.size > BRANCHES_MAX) return false;
    this.#rowsLeft -= rows;
    this.splits.push(split);
    for (const { path, select, columns } of items) {
      const group = this.#groups.get(select.join());
      if (group === undefined) this.#groups.set(select.join(), { select, paths: [path] });
      else group.paths.push(path);
      const values = new Map<number, Value>();
      for (const [i, column] of columns.entries()) if (column?.kind === 'value') values.set(i, column.value);
      for (const i of values.keys()) this.#valued.add(i);
      this.#values.set(path, values);
    }
    return true;
  }

  #select({ columns }: FileShape): readonly string[] {
    return this.#fields.map((field, i) => {
      const column = columns[i];
      const value = column?.kind === 'file' ? `f.${quoteName(column.name)}` : `m.v${i}`;
      return `CAST(${value} AS ${duckTypeOf(field.type)}) AS ${quoteName(field.name)}`;
    });
  }

  /** Creates the relation `marks`. `winners`: those of `splits`, in their order. */
  async stage(engine: Engine, marks: string, winners: AsyncIterable<readonly FileWinners[]>): Promise<void> {
    const valued = [...this.#valued];
    const fields = [
      PATH_FIELD,
      ROWS_FIELD,
      ...valued.map((i): Field => {
        const { type } = this.#fields[i] as Field;
        return { id: 2 + i, name: `v${i}`, type: { ...type, nullable: true } };
      }),
    ];
    await using staged = await engine.stage(`${marks}_bytes`, fields);
    for await (const files of winners) {
      const marked = files.filter(({ rows }) => rows.length > 0);
      const rows = marked.map(({ path, rows }) => {
        const values = this.#values.get(path);
        return [Buffer.from(path), rows, ...valued.map((i) => values?.get(i) ?? null)];
      });
      if (rows.length > 0) await staged.append(batchOf(fields, rows));
    }
    await staged.finish();
    const columns = ['path', 'CAST(rows AS BIT) AS rows', ...valued.map((i) => `v${i}`)].join(', ');
    const sql = `CREATE TABLE ${quoteName(marks)} AS SELECT ${columns} FROM ${quoteName(staged.name)}`;
    for await (const _ of engine.query(sql)) {
      // A statement without rows.
    }
  }

  /** The SELECTs over the files, for the relation `marks`. */
  selects(marks: string): readonly string[] {
    return [...this.#groups.values()].map(({ select, paths }) => {
      const list = paths.map(quoteText).join(', ');
      const options = `hive_partitioning = false, ${ROW_COLUMN} = true, filename = '${PATH_COLUMN}'`;
      return (
        `SELECT ${select.join(', ')} FROM read_parquet([${list}], ${options}) f ` +
        `JOIN ${quoteName(marks)} m ON f.${PATH_COLUMN} = m.path ` +
        `WHERE get_bit(m.rows, CAST(f.${ROW_COLUMN} AS INTEGER)) = 1`
      );
    });
  }
}
