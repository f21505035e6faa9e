// What the commands of upkeep share: their options, how they show what they do, and moments of time.
import { LakeError } from '../base/index.ts';
import type { UpkeepOptions, UpkeepReport } from '../index.ts';
import { parseTimestampMs } from '../table/index.ts';
import { type OptionSpecs, UsageError } from './arguments.ts';
import type { CommandIo } from './io.ts';

/** Options of every command that removes files. */
export const REMOVE_OPTIONS = {
  'dry-run': { kind: 'flag', help: 'change nothing; print the files that would be removed' },
  list: { kind: 'flag', help: 'print the files that are removed' },
} as const satisfies OptionSpecs;

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** A file's path as a line. Paths are printed as they are found, and wait while the reader is slow. */
export interface Listing {
  readonly options: UpkeepOptions;
  /** Prints what is left to print. */
  end(): Promise<void>;
}

/** Listed paths that wait to be printed; beyond it they are handed to the stream at once. */
const CHUNK_CHARS = 65_536;

/** The options for a run of upkeep, from the command line. */
export function listing(
  io: CommandIo,
  options: { readonly 'dry-run': boolean; readonly list: boolean },
): Listing {
  const dryRun = options['dry-run'];
  let text = '';
  let written: Promise<unknown> = Promise.resolve();
  const flush = (): void => {
    const chunk = text;
    text = '';
    if (chunk !== '') written = written.then(() => io.out.write(chunk));
    // The failure is reported by `end`, not as an unhandled rejection before.
    written.catch(() => undefined);
  };
  const onFile = (path: string): void => {
    text += `${path}\n`;
    if (text.length >= CHUNK_CHARS) flush();
  };
  return {
    options: {
      dryRun,
      signal: io.signal,
      onProgress: (line) => io.progress(line),
      ...(dryRun || options.list ? { onFile } : {}),
    },
    async end() {
      flush();
      await written;
      io.progress('');
    },
  };
}

/** Prints what could not be done, and a line about what was. */
export async function printReport(
  io: CommandIo,
  report: UpkeepReport,
  { dryRun, done }: { readonly dryRun: boolean; readonly done: string },
): Promise<void> {
  for (const note of report.notes) await io.err.write(`note: ${note}\n`);
  const files = `${report.files} file${report.files === 1 ? '' : 's'} ${dryRun ? 'would be ' : ''}removed`;
  await io.err.write(`${done}${done === '' ? '' : ': '}${files}\n`);
}

/** A length of time such as `7 d`, in milliseconds: ms, s, min, h or d. */
export function parseLength(name: string, text: string): number {
  const match = /^(\d{1,12})\s*([a-z]*)$/.exec(text.trim().toLowerCase());
  const unit = match === null ? undefined : UNITS_MS[match[2] ?? ''];
  if (match === null || unit === undefined) {
    throw new UsageError(`--${name} must be a length of time such as '7 d' or '12 h', not '${text}'`);
  }
  return Number(match[1]) * unit;
}

/** A moment, in milliseconds since the epoch: a length of time ago, or a date and time. */
export function parseMoment(name: string, text: string, nowMs: number): number {
  if (/^\d{1,12}\s*[a-z]+$/i.test(text.trim())) return nowMs - parseLength(name, text);
  try {
    return Number(parseTimestampMs(text));
  } catch (error) {
    if (!(error instanceof LakeError)) throw error;
    throw new UsageError(`--${name} must be '3 d' or '2026-01-31 12:00:00', not '${text}'`, { cause: error });
  }
}
