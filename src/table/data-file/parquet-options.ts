// How a table's options say its Parquet files are written. Options of Parquet itself win over Paimon's, as in
// Java.
import { LakeError, unsupported } from '../../base/index.ts';
import { CODEC } from '../../codec/index.ts';
import { memorySize } from '../table-options.ts';

/**
 * How Parquet files are written.
 *
 * Shape   `codec` a value of `CODEC`; `dictionaryOf` says for a leaf's path, dots between, whether it begins
 *         with a dictionary.
 * Units   bytes of plain values, but `rowGroupBytes`: bytes of compressed pages.
 */
export interface ParquetOptions {
  readonly codec: number;
  readonly zstdLevel: number;
  readonly rowGroupBytes: number;
  readonly pageBytes: number;
  readonly pageRows: number;
  readonly dictionaryBytes: number;
  readonly dictionaryOf: (path: string) => boolean;
}

/** Java's names of codecs, and what they are in the file. */
const CODECS: Readonly<Record<string, number>> = {
  zstd: CODEC.ZSTD,
  snappy: CODEC.SNAPPY,
  gzip: CODEC.GZIP,
  lz4: CODEC.LZ4,
  lz4_raw: CODEC.LZ4_RAW,
  none: CODEC.UNCOMPRESSED,
  uncompressed: CODEC.UNCOMPRESSED,
};

const MIB = 1024 * 1024;
const ROW_GROUP_BYTES = 128 * MIB;
const PAGE_ROWS = 20_000;

type Raw = Readonly<Record<string, string>>;

/** Paimon's own options: what the file is compressed with where Parquet's do not say. */
export interface FileCompression {
  readonly compression: string;
  readonly zstdLevel: number;
}

/**
 * Reads the options.
 *
 * Errors  FEATURE_UNSUPPORTED naming a codec or option; SCHEMA_INVALID for values Java does not take either.
 * Source  Paimon, format/parquet/ParquetFileFormat.java, writer/RowDataParquetBuilder.java; parquet-mr,
 *         column/ParquetProperties.java.
 */
export function parquetOptions(raw: Raw, file: FileCompression): ParquetOptions {
  const own = parquetOnly(raw);
  refuse(own);
  const compression = own['parquet.compression'] ?? file.compression;
  const codec = CODECS[compression.trim().toLowerCase()];
  if (codec === undefined) {
    const text = `Parquet files compressed with '${compression}' cannot be written by this version.`;
    throw unsupported('file.compression', text);
  }
  const dictionary = truth(own['parquet.enable.dictionary'], true);
  const byColumn = new Map<string, boolean>();
  for (const [key, value] of Object.entries(own)) {
    if (key.startsWith(DICTIONARY_OF)) byColumn.set(key.slice(DICTIONARY_OF.length), truth(value, false));
  }
  const block = raw['file.block-size'];
  return {
    codec,
    zstdLevel: count(own, 'parquet.compression.codec.zstd.level', file.zstdLevel, -131_072),
    rowGroupBytes:
      block === undefined
        ? count(own, 'parquet.block.size', ROW_GROUP_BYTES)
        : memorySize(raw, 'file.block-size', ROW_GROUP_BYTES),
    pageBytes: count(own, 'parquet.page.size', MIB),
    pageRows: count(own, 'parquet.page.row.count.limit', PAGE_ROWS),
    dictionaryBytes: count(own, 'parquet.dictionary.page.size', MIB),
    dictionaryOf: (path) => byColumn.get(path) ?? dictionary,
  };
}

const DICTIONARY_OF = 'parquet.enable.dictionary#';

/** The options that begin with `parquet.`, in whatever case that is written. */
function parquetOnly(raw: Raw): Raw {
  const own: Record<string, string> = {};
  for (const [key, value] of Object.entries(raw)) {
    if (key.toLowerCase().startsWith('parquet.')) own[`parquet.${key.slice('parquet.'.length)}`] = value;
  }
  return own;
}

/** What would make other files than ours. */
function refuse(own: Raw): void {
  const version = (own['parquet.writer.version'] ?? 'v1').trim();
  if (version !== 'v1' && version !== 'PARQUET_1_0')
    throw refused('parquet.writer.version', version, 'is another version of pages');
  for (const [key, value] of Object.entries(own)) {
    const filter = key === 'parquet.bloom.filter.enabled' || key.startsWith('parquet.bloom.filter.enabled#');
    if (filter && truth(value, false)) throw refused(key, value, 'adds bloom filters');
    if (key === 'parquet.crypto.factory.class') throw refused(key, value, 'encrypts files');
  }
}

function refused(option: string, value: string, why: string): LakeError {
  return unsupported(option, `Option '${option}' = '${value}' ${why}, which this version does not write.`);
}

/** A boolean as Hadoop's configuration reads it: anything but the two words is the default. */
function truth(text: string | undefined, fallback: boolean): boolean {
  const word = text?.trim().toLowerCase();
  return word === 'true' || (word !== 'false' && fallback);
}

/** A number as Hadoop's configuration reads it. */
function count(own: Raw, option: string, fallback: number, least = 1): number {
  const text = own[option];
  if (text === undefined) return fallback;
  const word = text.trim();
  const value = /^-?(0[xX][0-9a-fA-F]+|\d+)$/.test(word) ? parsed(word) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new LakeError('SCHEMA_INVALID', `Option '${option}' = '${text}' is no number it can be.`, { option });
}

function parsed(word: string): number {
  return word.startsWith('-') ? -Number(word.slice(1)) : Number(word);
}
