// How the options of a table say the files of each level are stored.
import { LakeError, unsupported } from '../../base/index.ts';
import { integer } from '../table-options.ts';
import { avroOptions } from './avro-file.ts';
import type { Storage } from './format-file.ts';
import { parquetOptions } from './parquet-options.ts';

type Raw = Readonly<Record<string, string>>;

/**
 * By level, how files are stored and what is gathered of them.
 *
 * Shape   `statsMode`: the mode of columns without one of their own, as text. `distinct`: every way of
 *         storing data files. `changelog`: how changelog files of rows written are stored.
 */
export interface Storages {
  readonly of: (level: number) => Storage;
  readonly statsMode: (level: number) => string;
  readonly distinct: readonly Storage[];
  readonly changelog: () => Storage;
}

/**
 * Reads the options. Those per level count for keyed tables only, as in Java.
 *
 * Errors  FEATURE_UNSUPPORTED naming a format, codec or option; SCHEMA_INVALID for what is no list by level.
 * Source  Paimon, io/KeyValueFileWriterFactory.java, CoreOptions.java.
 */
export function storagesOf(raw: Raw, keyed: boolean): Storages {
  const formats = keyed ? byLevel(raw, 'file.format.per.level') : NONE;
  const compressions = keyed ? byLevel(raw, 'file.compression.per.level') : NONE;
  const modes = keyed ? byLevel(raw, 'metadata.stats-mode.per.level') : NONE;
  const format = raw['file.format'] ?? 'parquet';
  const compression = raw['file.compression'] ?? 'zstd';
  const mode = raw['metadata.stats-mode'] ?? 'truncate(16)';
  const stored = (level: number | undefined): Storage =>
    storageOf(raw, at(formats, level) ?? format, at(compressions, level) ?? compression);
  const usual = stored(undefined);
  const own = new Map<number, Storage>();
  for (const level of [...formats.keys(), ...compressions.keys()]) own.set(level, stored(level));
  return {
    of: (level) => own.get(level) ?? usual,
    statsMode: (level) => modes.get(level) ?? mode,
    distinct: [usual, ...own.values()],
    changelog: () => {
      const wanted = raw['changelog-file.format'];
      if (wanted !== undefined && !isWritten(wanted)) {
        const option = 'changelog-file.format';
        const text = `Option '${option}' = '${wanted}': such files cannot be written by this version.`;
        throw unsupported(option, text);
      }
      return storageOf(
        raw,
        wanted ?? formats.get(0) ?? format,
        raw['changelog-file.compression'] ?? compressions.get(0) ?? compression,
      );
    },
  };
}

const NONE: ReadonlyMap<number, string> = new Map();

function at(map: ReadonlyMap<number, string>, level: number | undefined): string | undefined {
  return level === undefined ? undefined : map.get(level);
}

function isWritten(format: string): boolean {
  return ['parquet', 'avro'].includes(format.trim().toLowerCase());
}

function storageOf(raw: Raw, format: string, compression: string): Storage {
  const file = { compression, zstdLevel: integer(raw, 'file.compression.zstd-level', 1) };
  switch (format.trim().toLowerCase()) {
    case 'parquet':
      return { format: 'parquet', options: parquetOptions(raw, file) };
    case 'avro':
      return { format: 'avro', options: avroOptions(raw, file) };
    default:
      throw unsupported('file.format', `Data files of format '${format}' cannot be written by this version.`);
  }
}

/** An option of the form `0:avro,3:parquet`. */
function byLevel(raw: Raw, option: string): ReadonlyMap<number, string> {
  const text = (raw[option] ?? '').trim();
  const levels = new Map<number, string>();
  if (text === '') return levels;
  for (const part of text.split(',')) {
    const match = /^\s*(\d{1,9})\s*:\s*(\S.*?)\s*$/.exec(part);
    if (match === null)
      throw new LakeError('SCHEMA_INVALID', `Option '${option}' = '${text}' is no list such as '0:a,3:b'.`, {
        option,
      });
    levels.set(Number(match[1]), match[2] as string);
  }
  return levels;
}
