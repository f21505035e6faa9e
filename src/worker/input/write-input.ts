// An input of any format into an open write, part by part: never more of it is held than a few batches.
import { resolve } from 'node:path';
import { BATCH_BYTES_TARGET, type Field, LakeError, RUN_BATCH_ROWS } from '../../base/index.ts';
import { readArrow, sliceBatch } from '../../codec/index.ts';
import { describeParquet } from '../../engine/index.ts';
import type { TableWriter, WriteInput } from '../../table/index.ts';
import type { LakeCore } from '../lake-core.ts';
import { FORMAT_BYTES, formatOfBytes, formatOfName, type InputFormat } from './input-format.ts';
import { bytesOf, type InputSource, peek } from './input-source.ts';
import { readCsvRows, readJsonRows } from './text-rows.ts';

/**
 * How an input is read.
 *
 * Shape   `format`: default what the name says, else the first bytes. `name`: what messages call it; default
 *         the path. `onProgress` is told after every part.
 */
export interface InputOptions {
  readonly format?: InputFormat;
  readonly name?: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: InputProgress) => void;
}

/** How far an input was read: its rows, bad ones too, and bytes where they pass through here. */
export interface InputProgress {
  readonly rowCount: number;
  readonly badRowCount: number;
  readonly byteCount: number | undefined;
}

/**
 * Reads an input to its end and hands its rows to a writer. All of it is looked at, also after a bad row.
 *
 * Limits  a part is some thousand rows or `BATCH_BYTES_TARGET` bytes, and a few are held.
 * Errors  VALUE_INVALID naming the first bad rows and how many there are; COLUMN_MISSING, ARGUMENT_INVALID
 *         for columns that do not fit; those of the source.
 */
export async function writeInput(
  core: LakeCore,
  target: { readonly writer: TableWriter; readonly fields: readonly Field[] },
  source: InputSource,
  options: InputOptions,
): Promise<InputProgress> {
  const { writer, fields } = target;
  const name = options.name ?? (typeof source === 'string' ? source : 'the input');
  const before = { rows: writer.rowCount, bad: writer.badRowCount };
  let byteCount: number | undefined;
  const onBytes = (count: number): void => {
    byteCount = (byteCount ?? 0) + count;
  };
  const progress = (): InputProgress => ({
    rowCount: writer.rowCount - before.rows,
    badRowCount: writer.badRowCount - before.bad,
    byteCount,
  });
  const input = { name, fields, signal: options.signal, onBytes };
  try {
    for await (const part of await openInput(core, source, { ...input, format: options.format })) {
      await writer.take(part, { name, rowsBefore: before.rows });
      options.onProgress?.(progress());
    }
    writer.checkTaken();
  } catch (error) {
    writer.fail();
    throw named(error, name);
  }
  return progress();
}

/** Columns that do not fit are those of one input of several. */
function named(error: unknown, name: string): unknown {
  if (!(error instanceof LakeError) || error.message.includes(name)) return error;
  if (error.code !== 'COLUMN_MISSING' && error.code !== 'ARGUMENT_INVALID') return error;
  return new LakeError(error.code, `${name}: ${error.message}`, { ...error.details, file: name }, error);
}

interface OpenInput {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly signal: AbortSignal | undefined;
  readonly format: InputFormat | undefined;
  readonly onBytes: (count: number) => void;
}

async function openInput(
  core: LakeCore,
  source: InputSource,
  input: OpenInput,
): Promise<AsyncIterable<WriteInput>> {
  const named = input.format ?? (typeof source === 'string' ? formatOfName(source) : undefined);
  if (named === 'parquet') return readParquetInput(core, source, input);
  const parts = bytesOf(source, input);
  const { first, bytes } = await peek(counted(parts, input.onBytes), FORMAT_BYTES);
  const format = named ?? formatOfBytes(first);
  const text = { name: input.name, bytes, fields: input.fields };
  switch (format) {
    case 'csv':
      return readCsvRows(text);
    case 'jsonl':
      return readJsonRows(text);
    case 'arrow':
      return readArrowInput(core, bytes, input);
    case 'parquet':
      await bytes.return();
      return readParquetInput(core, source, input);
  }
}

async function* counted(
  parts: AsyncIterable<Uint8Array>,
  onBytes: (count: number) => void,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const part of parts) {
    onBytes(part.length);
    yield part;
  }
}

/** What one record batch and what becomes of it may take: writers make batches of a few megabytes. */
const ARROW_BYTES_MAX = 512 * 1024 * 1024;

async function* readArrowInput(
  core: LakeCore,
  bytes: AsyncIterable<Uint8Array>,
  { name, signal }: OpenInput,
): AsyncGenerator<WriteInput, void, undefined> {
  const wanted = Math.min(ARROW_BYTES_MAX, core.budget.batchesBytes);
  await using lease = await core.batchGate.acquire(wanted, asking(core, name, signal));
  // Half for a batch as it came, half for what is made of it.
  const batchBytesMax = Math.floor(lease.bytes / 2);
  for await (const batch of readArrow(bytes, { name, batchBytesMax })) {
    for (let at = 0; at === 0 || at < batch.rowCount; at += RUN_BATCH_ROWS) {
      const end = Math.min(batch.rowCount, at + RUN_BATCH_ROWS);
      yield { kind: 'batch', batch: sliceBatch(batch, at, end) };
    }
  }
}

function asking(core: LakeCore, name: string, signal: AbortSignal | undefined) {
  return { holder: `reading ${name}`, waitMs: core.waitMs, ...(signal === undefined ? {} : { signal }) };
}

/** What the engine takes to read one foreign file: pages may be as large as a row group. */
const PARQUET_DECODE_BYTES = 64 * 1024 * 1024;

async function* readParquetInput(
  core: LakeCore,
  source: InputSource,
  { name, signal }: OpenInput,
): AsyncGenerator<WriteInput, void, undefined> {
  if (typeof source !== 'string')
    throw new LakeError('ARGUMENT_INVALID', `${name}: Parquet is read from files, not from a stream.`);
  const path = resolve(source);
  if ((await core.store.stat(path))?.kind !== 'file')
    throw new LakeError('ARGUMENT_INVALID', `${name}: there is no such file.`, { file: name });
  const asked = asking(core, name, signal);
  const decode = Math.min(core.budget.scanBytes, PARQUET_DECODE_BYTES);
  // In the order of every read, so that two never wait for each other.
  await using _batches = await core.batchGate.acquire(
    Math.min(core.budget.batchesBytes, 4 * BATCH_BYTES_TARGET),
    asked,
  );
  await using _readers = await core.scanGate.acquire(decode, asked);
  const engine = await core.engine();
  const columns = (await describeParquet(engine, path)).map(timeAsText);
  const read = {
    paths: [path],
    columns,
    batchRows: RUN_BATCH_ROWS,
    ...(signal === undefined ? {} : { signal }),
  };
  for await (const batch of engine.readParquet(read)) yield { kind: 'batch', batch };
}

/** The engine drops what a time has beyond milliseconds; as text nothing is lost, and more is refused. */
function timeAsText(field: Field): Field {
  if (field.type.kind !== 'TIME') return field;
  return { ...field, type: { kind: 'VARCHAR', nullable: true, length: 2147483647 } };
}
