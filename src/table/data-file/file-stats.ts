// What a manifest says about the columns of a new file, as Java gathers it from a Parquet footer.
import { type DataType, type Field, LakeError } from '../../base/index.ts';
import { encodeRow, type Value } from '../../codec/index.ts';
import type { SimpleStats } from '../../format/index.ts';
import { integer } from '../table-options.ts';

/** How much is kept of one column. `truncate`: characters of text. */
export type StatsMode =
  | { readonly kind: 'none' | 'counts' | 'full' }
  | { readonly kind: 'truncate'; readonly length: number };

/** What is known of one column; all undefined: nothing. */
export interface ColumnStats {
  readonly min: Value;
  readonly max: Value;
  readonly nullCount: bigint | undefined;
}

/** Characters kept of key columns, whatever the table's mode. */
const KEY_MODE: StatsMode = { kind: 'truncate', length: 128 };

/**
 * The modes of columns.
 *
 * Shape   `keys`: columns whose values stand for the key too (thin files). `mode`: of columns without an own
 *         one.
 * Errors  SCHEMA_INVALID for a mode Java does not know.
 * Source  Paimon, utils/StatsCollectorFactories.java.
 */
export function statsModes(
  fields: readonly Field[],
  raw: Readonly<Record<string, string>>,
  { keys, mode }: { readonly keys: ReadonlySet<string>; readonly mode: string },
): readonly StatsMode[] {
  const tableMode = parseMode(mode, 'metadata.stats-mode');
  const kept = integer(raw, 'metadata.stats-keep-first-n-columns', -1);
  let count = 0;
  return fields.map(({ name }) => {
    const own = columnMode(raw, name);
    if (own === undefined && keys.has(name)) return KEY_MODE;
    const beyond = kept >= 0 && count >= kept;
    count++;
    return own ?? (beyond ? { kind: 'none' } : tableMode);
  });
}

/** The mode of a key column in the key statistics. */
export function keyMode(raw: Readonly<Record<string, string>>, name: string): StatsMode {
  return columnMode(raw, `_KEY_${name}`) ?? KEY_MODE;
}

function columnMode(raw: Readonly<Record<string, string>>, name: string): StatsMode | undefined {
  const option = `fields.${name}.stats-mode`;
  const text = raw[option];
  return text === undefined ? undefined : parseMode(text, option);
}

function parseMode(text: string, option: string): StatsMode {
  const word = text.trim().toUpperCase();
  if (word === 'NONE' || word === 'COUNTS' || word === 'FULL') {
    return { kind: word.toLowerCase() as 'none' | 'counts' | 'full' };
  }
  const length = Number(/^TRUNCATE\((\d{1,9})\)$/.exec(word)?.[1] ?? 0);
  if (length > 0) return { kind: 'truncate', length };
  throw new LakeError('SCHEMA_INVALID', `Option '${option}' = '${text}' is no mode of statistics.`, {
    option,
  });
}

/** A column of which nothing is known: nested ones, and those whose mode is none. */
export const NOTHING: ColumnStats = { min: null, max: null, nullCount: undefined };

/**
 * What a mode leaves of full statistics.
 *
 * Source  Paimon, statistics/TruncateSimpleColStatsCollector.java, CountsSimpleColStatsCollector.java.
 */
export function reduceStats(mode: StatsMode, type: DataType, stats: ColumnStats): ColumnStats {
  switch (mode.kind) {
    case 'none':
      return NOTHING;
    case 'counts':
      return { ...NOTHING, nullCount: stats.nullCount };
    case 'full':
      return stats;
    case 'truncate': {
      if (type.kind !== 'CHAR' && type.kind !== 'VARCHAR') return stats;
      if (stats.min === null || stats.max === null) return stats;
      const max = truncatedMax(stats.max as Uint8Array, mode.length);
      if (max === undefined) return { ...NOTHING, nullCount: stats.nullCount };
      return { ...stats, min: truncatedMin(stats.min as Uint8Array, mode.length), max };
    }
  }
}

function truncatedMin(bytes: Uint8Array, length: number): Uint8Array {
  const characters = firstCharacters(bytes, length + 1);
  return characters.length <= length ? bytes : Buffer.from(characters.slice(0, length).join(''));
}

/** The shortest text of at most `length` characters that is not less; undefined when there is none. */
function truncatedMax(bytes: Uint8Array, length: number): Uint8Array | undefined {
  const characters = firstCharacters(bytes, length + 1);
  if (characters.length <= length) return bytes;
  for (let i = length - 1; i >= 0; i--) {
    const next = ((characters[i] as string).codePointAt(0) as number) + 1;
    if (next > 0x10ffff || (next >= 0xd800 && next <= 0xdfff)) continue;
    return Buffer.from(characters.slice(0, i).join('') + String.fromCodePoint(next));
  }
  return undefined;
}

/** The first `count` characters, of a text that may have millions; all it has, if fewer. */
function firstCharacters(bytes: Uint8Array, count: number): readonly string[] {
  // A character takes four bytes at most, and the last one may be cut: it only counts.
  const size = Math.min(bytes.byteLength, 4 * count);
  return [...Buffer.from(bytes.buffer, bytes.byteOffset, size).toString('utf8')].slice(0, count);
}

/** Statistics as a manifest holds them, and which columns they speak of: undefined for all. */
export interface DenseStats {
  readonly stats: SimpleStats;
  readonly columns: readonly string[] | undefined;
}

/**
 * Packs statistics.
 *
 * Shape   `dense`: columns of which nothing is known are left out and the others named.
 * Source  Paimon, stats/SimpleStatsConverter.java.
 */
export function packStats(
  fields: readonly Field[],
  stats: readonly ColumnStats[],
  options: { readonly dense: boolean },
): DenseStats {
  const kept = fields.flatMap((field, i) => {
    const column = stats[i] as ColumnStats;
    const none = column.min === null && column.max === null && column.nullCount === undefined;
    return options.dense && none ? [] : [{ field, column }];
  });
  const types = kept.map(({ field }) => ({ ...field.type, nullable: true }));
  return {
    stats: {
      minValues: encodeRow(
        types,
        kept.map(({ column }) => column.min),
      ),
      maxValues: encodeRow(
        types,
        kept.map(({ column }) => column.max),
      ),
      nullCounts: kept.map(({ column }) => column.nullCount),
    },
    columns: kept.length === fields.length ? undefined : kept.map(({ field }) => field.name),
  };
}
