// What the command does with its words: find the sub-command, run it, turn what it throws into one line on
// stderr and an exit status. 0 done, 1 refused or failed, 2 the command line itself was wrong.
import { readFileSync } from 'node:fs';
import { LakeError } from '../base/index.ts';
import { asksForHelp, suggest, UsageError } from './arguments.ts';
import { COMMANDS, type CommandEntry } from './commands.ts';
import { type CommandIo, OutputClosed } from './io.ts';

/** Runs one command line and returns its exit status. Never throws. */
export async function main(
  args: readonly string[],
  io: CommandIo,
  commands: readonly CommandEntry[] = COMMANDS,
): Promise<number> {
  try {
    return await dispatch(args, io, commands);
  } catch (error) {
    if (error instanceof OutputClosed) return 0;
    io.progress('');
    const usage = error instanceof UsageError;
    // When nobody reads stderr either, the exit status still tells.
    await io.err.write(`${printError(error, io.env)}\n`).catch(() => undefined);
    return usage ? 2 : 1;
  }
}

/** One line that starts with the code; with SPILLWAY_DEBUG set, the stack and every cause below it. */
export function printError(error: unknown, env: CommandIo['env']): string {
  const line = errorLine(error).replace(/\s*\n\s*/g, ' ');
  const debug = env.SPILLWAY_DEBUG;
  if (!debug || debug === '0' || !(error instanceof Error)) return line;
  const stacks: string[] = [];
  for (let at: unknown = error; at instanceof Error && stacks.length < 8; at = at.cause)
    stacks.push(`${at.stack}`);
  return `${line}\n${stacks.join('\ncaused by ')}`;
}

function errorLine(error: unknown): string {
  if (error instanceof UsageError) return `USAGE: ${error.message}`;
  if (error instanceof LakeError) return `${error.code}: ${error.message}`;
  if (error instanceof Error && error.name === 'AbortError') return 'CANCELLED: stopped before it was done';
  return `BUG: ${error instanceof Error ? error.message || error.name : String(error)}`;
}

async function dispatch(
  args: readonly string[],
  io: CommandIo,
  commands: readonly CommandEntry[],
): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined) {
    await io.err.write(printHelp(commands));
    return 2;
  }
  if (name === '--help' || name === '-h' || (name === 'help' && rest.length === 0)) {
    await io.out.write(printHelp(commands));
    return 0;
  }
  if (name === '--version' || name === '-V') {
    await io.out.write(`${version()}\n`);
    return 0;
  }
  const wanted = name === 'help' ? (rest[0] as string) : name;
  const entry = commands.find((command) => command.name === wanted);
  if (entry === undefined) throw unknownCommand(wanted, commands);
  const command = await entry.load();
  if (name === 'help' || asksForHelp(rest)) {
    await io.out.write(command.help.endsWith('\n') ? command.help : `${command.help}\n`);
    return 0;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`${error.message}; see spillway ${entry.name} --help`, { cause: error });
  }
}

function unknownCommand(name: string, commands: readonly CommandEntry[]): UsageError {
  if (name.startsWith('-')) {
    return new UsageError(
      `options come after the sub-command, and ${name} is before it; see spillway --help`,
    );
  }
  const near = suggest(
    name,
    commands.map((command) => command.name),
  );
  const hint = near === undefined ? 'see spillway --help' : `did you mean '${near}'?`;
  return new UsageError(`unknown sub-command '${name}'; ${hint}`);
}

function printHelp(commands: readonly CommandEntry[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  const list = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`).join('\n');
  return `spillway ${version()}: Apache Paimon tables, read exactly as Java reads them, in fixed memory

usage: spillway SUB-COMMAND [options]

${list}

Every sub-command explains itself: spillway sql --help
-w, --warehouse DIR names the warehouse everywhere (or SPILLWAY_WAREHOUSE; default ./warehouse).
Data goes to stdout, everything else to stderr. Exit status: 0 done, 1 refused or failed, 2 wrong usage.

  spillway demo
  spillway sql -w /data/warehouse "SELECT count(*) FROM shop.orders"
  spillway scan -w /data/warehouse shop.orders --limit 10
`;
}

/** The version in package.json, which lies two folders up both in a checkout and in an installed package. */
function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
