// Batches to stdout in the format asked for, at the reader's pace, with a status line on a terminal.
import { type Field, LENGTH_MAX, monotonicMs } from '../base/index.ts';
import {
  arrowStream,
  type Batch,
  csvLines,
  type IntVector,
  jsonLines,
  textTable,
  vectorOf,
} from '../codec/index.ts';
import type { OptionSpecs } from './arguments.ts';
import type { CommandIo } from './io.ts';

/** How long the status line stands before it is drawn again. */
const PROGRESS_MS = 200;
const KINDS = ['+I', '-U', '+U', '-D'] as const;
const KIND_FIELD: Field = {
  id: 0,
  name: '_kind',
  type: { kind: 'VARCHAR', nullable: false, length: LENGTH_MAX },
};

/** The output formats; `table` is the default on a terminal, `jsonl` elsewhere. */
export const FORMATS = ['table', 'jsonl', 'csv', 'arrow'] as const;
export type Format = (typeof FORMATS)[number];

/** Options of every sub-command that reads rows. */
export const READ_OPTIONS = {
  memory: {
    kind: 'text',
    short: 'm',
    value: 'SIZE',
    help: 'memory for the whole process, as 512mb or 2gb (SPILLWAY_MEMORY; default: half of what is allowed)',
  },
} as const satisfies OptionSpecs;

/** What to print and how. `kind`: the last column is `_VALUE_KIND` and becomes a first column `_kind`. */
export interface Printed {
  readonly fields: readonly Field[];
  readonly batches: AsyncIterable<Batch>;
  readonly format: Format | undefined;
  readonly kind?: boolean;
}

/** Prints all batches. The status line counts rows while it goes on. */
export async function printBatches(io: CommandIo, printed: Printed): Promise<void> {
  const format = printed.format ?? (io.out.isTerminal ? 'table' : 'jsonl');
  const fields = printed.kind === true ? [KIND_FIELD, ...printed.fields.slice(0, -1)] : printed.fields;
  const counted = countRows(io, printed.kind === true ? kindFirst(printed.batches, fields) : printed.batches);
  for await (const chunk of chunksOf(io, format, fields, counted)) await io.out.write(chunk);
  io.progress('');
}

async function* chunksOf(
  io: CommandIo,
  format: Format,
  fields: readonly Field[],
  batches: AsyncIterable<Batch>,
): AsyncGenerator<string | Uint8Array, void, undefined> {
  switch (format) {
    case 'table':
      yield* textTable(fields, batches, io.out.isTerminal ? { terminalWidth: io.out.columns } : {});
      return;
    case 'arrow':
      yield* arrowStream(fields, batches);
      return;
    case 'jsonl':
      for await (const batch of batches) yield* jsonLines(batch);
      return;
    case 'csv': {
      let header = true;
      for await (const batch of batches) {
        yield* csvLines(batch, { header });
        header = false;
      }
      if (header)
        yield* csvLines(
          { fields, rowCount: 0, columns: fields.map((f) => vectorOf(f.type, [])) },
          { header },
        );
    }
  }
}

async function* kindFirst(batches: AsyncIterable<Batch>, fields: readonly Field[]): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    const kinds = (batch.columns.at(-1) as IntVector).values;
    const names = Array.from({ length: batch.rowCount }, (_, i) => KINDS[kinds[i] as number] ?? '?');
    const columns = [vectorOf(KIND_FIELD.type, names), ...batch.columns.slice(0, -1)];
    yield { fields, rowCount: batch.rowCount, columns };
  }
}

async function* countRows(io: CommandIo, batches: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  const start = monotonicMs();
  let shown = start;
  let rows = 0;
  for await (const batch of batches) {
    rows += batch.rowCount;
    yield batch;
    const now = monotonicMs();
    if (now - shown < PROGRESS_MS) continue;
    shown = now;
    const rate = Math.round((rows / (now - start)) * 1000);
    io.progress(`${rows.toLocaleString('en')} rows, ${rate.toLocaleString('en')} rows/s`);
  }
}
