// One Avro file on its way into a store: rows are encoded as they come, blocks written as they fill.
import { type Field, syncMarker, unsupported } from '../../base/index.ts';
import {
  AvroFileWriter,
  type AvroOutput,
  type AvroRowWriter,
  avroRowSchema,
  avroRowWriter,
  BoundsCollector,
  isValid,
  type Vector,
} from '../../codec/index.ts';
import type { Store, StoreOutput } from '../../store/index.ts';
import type { ColumnStats } from './file-stats.ts';
import { boundsStats, isNested } from './leaf-stats.ts';

/** How Avro files are compressed: Avro's name of the codec. */
export interface AvroOptions {
  readonly codec: string;
  readonly zstdLevel: number;
}

const CODECS: readonly string[] = ['null', 'deflate', 'snappy', 'zstandard'];
/** The level of a codec called by Avro's own name. Source: CodecFactory.DEFAULT_ZSTANDARD_LEVEL. */
const AVRO_ZSTD_LEVEL = 3;

/**
 * Reads the options.
 *
 * Errors  FEATURE_UNSUPPORTED naming a codec or option.
 * Source  Paimon, format/avro/AvroFileFormat.java.
 */
export function avroOptions(
  raw: Readonly<Record<string, string>>,
  file: { readonly compression: string; readonly zstdLevel: number },
): AvroOptions {
  if (raw['avro.row-name-mapping'] !== undefined)
    throw unsupported(
      'avro.row-name-mapping',
      "Option 'avro.row-name-mapping' names rows another way, which this version does not write.",
    );
  const own = raw['avro.codec'];
  if (own === undefined && file.compression.trim().toLowerCase() === 'zstd')
    return { codec: 'zstandard', zstdLevel: file.zstdLevel };
  const codec = (own ?? file.compression).trim();
  if (CODECS.includes(codec)) return { codec, zstdLevel: AVRO_ZSTD_LEVEL };
  throw unsupported(
    'file.compression',
    `Avro files compressed with '${codec}' cannot be written by this version.`,
  );
}

/**
 * Writes one file.
 *
 * Limits  holds a block of records and the blocks of a batch.
 * Errors  those of the store; VALUE_INVALID for a null where the column has none.
 * Source  Paimon, format/avro/AvroBulkWriter.java.
 */
export class AvroFile implements AsyncDisposable {
  readonly #output: StoreOutput;
  readonly #writer: AvroFileWriter;
  readonly #writeRow: AvroRowWriter;
  readonly #columns: readonly ColumnFacts[];

  private constructor(output: StoreOutput, fields: readonly Field[], options: AvroOptions) {
    this.#output = output;
    this.#writer = new AvroFileWriter({ ...options, schema: avroRowSchema(fields), sync: syncMarker() });
    this.#writeRow = avroRowWriter(fields);
    this.#columns = fields.map((field) => new ColumnFacts(field));
  }

  static async create(
    store: Store,
    path: string,
    fields: readonly Field[],
    options: AvroOptions,
  ): Promise<AvroFile> {
    return new AvroFile(await store.openNew(path), fields, options);
  }

  /** Bytes of the blocks that are full, as Java looks at the place it has come to. */
  get estimatedBytes(): number {
    return this.#writer.closedLength;
  }

  async measuredBytes(): Promise<number> {
    return this.estimatedBytes;
  }

  async append(columns: readonly Vector[], rowCount: number): Promise<void> {
    let row = 0;
    const write = (out: AvroOutput): void => this.#writeRow(columns, row, out);
    for (; row < rowCount; row++) this.#writer.append(write);
    this.#columns.forEach((facts, c) => {
      facts.add(columns[c] as Vector);
    });
    await this.#output.append([this.#writer.take()]);
  }

  async finish(): Promise<{ readonly size: number; readonly stats: readonly ColumnStats[] }> {
    await this.#output.append([this.#writer.finish()]);
    await this.#output.finish();
    return { size: this.#output.size, stats: this.#columns.map((facts) => facts.stats()) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#output[Symbol.asyncDispose]();
  }
}

/** What is gathered of a column; of nested ones their nulls. */
class ColumnFacts {
  readonly #field: Field;
  readonly #collector: BoundsCollector | undefined;
  #nestedNulls = 0;

  constructor(field: Field) {
    this.#field = field;
    this.#collector = isNested(field.type) ? undefined : new BoundsCollector(field.type);
  }

  add(vector: Vector): void {
    if (this.#collector !== undefined) this.#collector.add(vector);
    else for (let i = 0; i < vector.length; i++) if (!isValid(vector, i)) this.#nestedNulls++;
  }

  stats(): ColumnStats {
    if (this.#collector === undefined) return { min: null, max: null, nullCount: BigInt(this.#nestedNulls) };
    const { bounds, nullCount } = this.#collector;
    return boundsStats(this.#field.type, bounds, nullCount);
  }
}
