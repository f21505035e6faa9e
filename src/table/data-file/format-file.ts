// A data file on its way into a store, whatever its format, and which format that is.
import type { Field } from '../../base/index.ts';
import type { Vector } from '../../codec/index.ts';
import type { Store } from '../../store/index.ts';
import { AvroFile, type AvroOptions } from './avro-file.ts';
import type { ColumnStats } from './file-stats.ts';
import { ParquetFile } from './parquet-file.ts';
import type { ParquetOptions } from './parquet-options.ts';

/** How files of a level are stored. `format` is the end of their names too. */
export type Storage =
  | { readonly format: 'parquet'; readonly options: ParquetOptions }
  | { readonly format: 'avro'; readonly options: AvroOptions };

/** A file that rows are appended to. Gives itself up when disposed of before its end. */
export interface FormatFile extends AsyncDisposable {
  /** Bytes the file would have if it ended now, by estimate, and counted once all is compressed. */
  readonly estimatedBytes: number;
  measuredBytes(): Promise<number>;
  /** Appends rows: one vector a column. */
  append(columns: readonly Vector[], rowCount: number): Promise<void>;
  /** Ends the file, durable: its size, and the full statistics of its columns. */
  finish(): Promise<{ readonly size: number; readonly stats: readonly ColumnStats[] }>;
}

/** Makes the file; nothing else may have its name. */
export function createFile(
  store: Store,
  path: string,
  fields: readonly Field[],
  storage: Storage,
): Promise<FormatFile> {
  if (storage.format === 'avro') return AvroFile.create(store, path, fields, storage.options);
  return ParquetFile.create(store, path, fields, storage.options);
}
