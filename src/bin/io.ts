// What a sub-command may touch of the process: the two streams, the environment, the signal that ends it.
// Data goes to `out`, everything else to `err`; nothing here knows a table.
import type { Writable } from 'node:stream';

/** One output stream. Writes wait while the reader is slow, so memory stays flat. */
export interface Output {
  /** Resolves when the next write may follow. Rejects with `OutputClosed` when the reader has gone. */
  write(chunk: string | Uint8Array): Promise<void>;
  /** Whether a person is looking at it. */
  readonly isTerminal: boolean;
  /** Width in characters; 80 where it is not known. */
  readonly columns: number;
}

/** What `run(args, io)` of every sub-command gets. */
export interface CommandIo {
  readonly out: Output;
  readonly err: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by SIGINT, SIGTERM and SIGHUP: stop, remove temporary files, return. */
  readonly signal: AbortSignal;
  /** Shows one status line on a terminal and replaces it next time; '' removes it. Silent elsewhere. */
  progress(line: string): void;
}

/** What every file of a sub-command exports. `run` returns the exit status. */
export interface Command {
  readonly help: string;
  run(args: readonly string[], io: CommandIo): Promise<number>;
}

/** The reader of an output has gone (`spillway scan ... | head`): end quietly, it is nobody's mistake. */
export class OutputClosed extends Error {
  override readonly name = 'OutputClosed';
}

/** The real process as a `CommandIo`. The caller gives the signal. */
export function processIo(signal: AbortSignal): CommandIo {
  const out = streamOutput(process.stdout);
  const err = streamOutput(process.stderr);
  let shown = false;
  return {
    out: err.isTerminal && out.isTerminal ? clearingOutput(out, () => shown && clear()) : out,
    err,
    env: process.env,
    signal,
    progress(line) {
      if (!err.isTerminal) return;
      if (shown) clear();
      if (line === '') return;
      process.stderr.write(line.slice(0, err.columns - 1));
      shown = true;
    },
  };

  function clear(): void {
    process.stderr.write('\r\u001b[K');
    shown = false;
  }
}

/** An `Output` over a Node stream. */
export function streamOutput(stream: Writable & { isTTY?: boolean; columns?: number }): Output {
  let failure: Error | undefined;
  let fail: ((error: Error) => void) | undefined;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    const gone = error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
    failure = gone ? new OutputClosed('the reader of the output has gone', { cause: error }) : error;
    fail?.(failure);
  });
  return {
    write(chunk) {
      if (failure !== undefined) return Promise.reject(failure);
      return new Promise((resolve, reject) => {
        fail = reject;
        stream.write(chunk, (error) => {
          if (!error) resolve();
          // An error is also emitted on the stream; the listener above says which kind it is.
        });
      });
    },
    isTerminal: stream.isTTY === true,
    columns: stream.columns ?? 80,
  };
}

/** Removes the status line before data is shown on the same terminal. */
function clearingOutput(out: Output, clear: () => void): Output {
  return {
    isTerminal: out.isTerminal,
    columns: out.columns,
    write(chunk) {
      clear();
      return out.write(chunk);
    },
  };
}
