// Which part of a plan the engine can read by itself: Parquet files whose rows are the table's rows, column
// by column.
import { type DataType, type Field, LakeError } from '../../base/index.ts';
import type { Value } from '../../codec/index.ts';
import { duckTypeOf } from '../../engine/index.ts';
import {
  type DataSplit,
  type FileShape,
  fileShape,
  filesOf,
  type Split,
  type Table,
} from '../../table/index.ts';
import { PickedFiles } from './picked-view.ts';
import { quoteName, quoteText } from './time-travel.ts';

/** SELECTs united in one view; a plan with more shapes than this is staged instead. */
const BRANCHES_MAX = 64;

/** Files whose columns have the same names, read by one SELECT. */
export interface RawGroup {
  readonly select: readonly string[];
  readonly paths: string[];
}

/**
 * A plan cut in three: what becomes SQL over whole files, what becomes SQL over the rows of files that are
 * marked beforehand, and what is read row by row.
 */
export interface PlanCut {
  readonly groups: readonly RawGroup[];
  readonly picked: PickedFiles;
  readonly rest: readonly Split[];
}

/** How a plan may be cut. `pickedRowsMax`: rows of files that may be marked, a bit each. */
export interface CutOptions {
  readonly fields: readonly Field[];
  readonly pickedRowsMax: number;
}

/**
 * Cuts a plan.
 *
 * Shape   `fields`: the columns the statement needs. A split becomes SQL when all its files are Parquet, hold
 *         the columns unchanged (names may differ), and every column's type means the same to the engine;
 *         rows of it are picked when it is merged or has deletion vectors. No split does in a table whose
 *         text was binary once.
 */
export async function cutPlan(
  table: Table,
  splits: readonly Split[],
  { fields, pickedRowsMax }: CutOptions,
): Promise<PlanCut> {
  const picked = new PickedFiles(fields, pickedRowsMax);
  const groups = new Map<string, RawGroup>();
  const rest: Split[] = [];
  const plain = fields.every((field) => isPlain(field.type)) && !(await onceBinary(table, fields));
  for (const split of splits) {
    const shapes = plain && isParquet(split) ? await rawShapes(table, split, fields) : undefined;
    const taken =
      shapes !== undefined &&
      (isWhole(split) ? addToGroups(groups, shapes, fields) : picked.add(table, split as DataSplit, shapes));
    if (!taken) rest.push(split);
  }
  return { groups: [...groups.values()], picked, rest };
}

function isParquet(split: Split): split is DataSplit {
  return (
    split.kind === 'data' &&
    split.way !== 'as-written' &&
    split.fromFallback !== true &&
    split.files.every(({ file }) => file.fileName.toLowerCase().endsWith('.parquet'))
  );
}

/** True when all rows of the split's files are its rows. */
function isWhole(split: Split): boolean {
  return split.way === 'raw' && filesOf(split).every(({ deletion }) => deletion === undefined);
}

/**
 * True when a text column was binary in another schema: files compacted since then hold its bytes as text,
 * which the engine refuses where they are not UTF-8, and it may find that out after rows were given.
 */
async function onceBinary(table: Table, fields: readonly Field[]): Promise<boolean> {
  const texts = new Set(fields.filter(({ type }) => isText(type)).map((field) => field.id));
  if (texts.size === 0 || table.schema.id === 0) return false;
  for (const id of await table.schemas.ids()) {
    const schema = await table.schemas.byId(id);
    if (schema.fields.some((field) => texts.has(field.id) && isBinary(field.type))) return true;
  }
  return false;
}

function isText(type: DataType): boolean {
  return type.kind === 'CHAR' || type.kind === 'VARCHAR';
}

function isBinary(type: DataType): boolean {
  return type.kind === 'BINARY' || type.kind === 'VARBINARY';
}

async function rawShapes(
  table: Table,
  split: DataSplit,
  fields: readonly Field[],
): Promise<readonly FileShape[] | undefined> {
  const shapes: FileShape[] = [];
  for (const { file } of split.files) {
    const shape = await fileShape(table, split, file, fields);
    if (!shape.plain || !shape.columns.every((column) => column !== undefined)) return undefined;
    shapes.push(shape);
  }
  return shapes;
}

/** Adds all files of a split, or none when that makes too many groups. */
function addToGroups(
  groups: Map<string, RawGroup>,
  shapes: readonly FileShape[],
  fields: readonly Field[],
): boolean {
  const items = shapes.map(({ path, columns }) => {
    const select = columns.map((column, i) => selectItem(column as FileColumn, fields[i] as Field));
    return { path, select, key: select.join() };
  });
  const keys = new Set(items.map(({ key }) => key).filter((key) => !groups.has(key)));
  if (groups.size + keys.size > BRANCHES_MAX) return false;
  for (const { path, select, key } of items) {
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { select, paths: [path] });
    else group.paths.push(path);
  }
  return true;
}

type FileColumn = NonNullable<FileShape['columns'][number]>;

function selectItem(column: FileColumn, field: Field): string {
  const type = duckTypeOf(field.type);
  const value = column.kind === 'file' ? quoteName(column.name) : literalText(column.value, field.type);
  return `CAST(${value} AS ${type}) AS ${quoteName(field.name)}`;
}

/** The SELECT of a group. */
export function groupSql(group: RawGroup): string {
  const paths = group.paths.map(quoteText).join(', ');
  return `SELECT ${group.select.join(', ')} FROM read_parquet([${paths}], hive_partitioning=false)`;
}

/** Types whose stored values the engine takes for the same values; others are read row by row and staged. */
function isPlain(type: DataType): boolean {
  switch (type.kind) {
    case 'TIMESTAMP':
    case 'TIMESTAMP_LTZ':
      return type.precision <= 6;
    case 'ARRAY':
    case 'MAP':
    case 'MULTISET':
    case 'ROW':
      return false;
    default:
      return true;
  }
}

/** A partition value as SQL. */
function literalText(value: Value, type: DataType): string {
  if (value === null) return 'NULL';
  switch (type.kind) {
    case 'DATE':
      return `DATE '1970-01-01' + CAST(${value} AS INTEGER)`;
    case 'TIME':
      return `TIME '00:00:00' + INTERVAL (${value}) MILLISECONDS`;
    case 'TIMESTAMP':
      return `make_timestamp(${value})`;
    case 'TIMESTAMP_LTZ':
      return `make_timestamptz(${value})`;
    case 'DECIMAL':
      return decimalText(value as bigint, type.scale);
    case 'CHAR':
    case 'VARCHAR':
      return textLiteral(
        typeof value === 'string' ? value : Buffer.from(value as Uint8Array).toString('utf8'),
      );
    case 'BINARY':
    case 'VARBINARY':
      return `from_hex('${Buffer.from(value as Uint8Array).toString('hex')}')`;
    case 'FLOAT':
    case 'DOUBLE':
      return `'${Object.is(value, -0) ? '-0' : value}'`;
    case 'BOOLEAN':
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
      return String(value);
    default:
      throw new LakeError('BUG', `no partition is of type ${type.kind}`);
  }
}

/** The engine takes a statement to end at its first NUL. */
function textLiteral(text: string): string {
  return text.includes('\0') ? `decode(from_hex('${Buffer.from(text).toString('hex')}'))` : quoteText(text);
}

function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `'${unscaled < 0n ? '-' : ''}${whole}.${digits.slice(digits.length - scale)}'`;
}
