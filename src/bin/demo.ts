// A tour: runs other sub-commands on the warehouse that comes with the package, and shows what was typed.
// What it prints is what they print; it computes nothing itself.
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArguments, printOptions } from './arguments.ts';
import type { Command, CommandIo } from './io.ts';

/** The example, two folders above this file in a checkout and in an installed package alike. */
const EXAMPLE = nearest(fileURLToPath(new URL('../../example/warehouse', import.meta.url)));
/** How the command is typed here: sources run in a checkout only, where nothing is on PATH. */
const SPILLWAY = import.meta.url.endsWith('.ts')
  ? nearest(fileURLToPath(new URL('../../bin/spillway', import.meta.url)))
  : 'npx spillway';

const LOAD = {
  sql: (): Promise<Command> => import('./sql.ts'),
  scan: (): Promise<Command> => import('./scan.ts'),
  changes: (): Promise<Command> => import('./changes.ts'),
};

interface Step {
  readonly say: string;
  readonly name: keyof typeof LOAD;
  readonly words: readonly string[];
}

const STEPS: readonly Step[] = [
  {
    say: 'Orders by status. The files hold every state an order was in; the newest one counts.',
    name: 'sql',
    words: [
      `SELECT status, count(*) AS orders, sum(amount) AS amount
     FROM shop.orders GROUP BY status ORDER BY status`,
    ],
  },
  {
    say: 'The same table as it was at the end of the first day, joined with the customers of today.',
    name: 'sql',
    words: [
      `SELECT c.city, count(*) AS orders
     FROM shop.orders VERSION AS OF 'first-day' o JOIN shop.customers c ON o.customer = c.id
     GROUP BY c.city ORDER BY orders DESC, c.city`,
    ],
  },
  {
    say: 'A table that sums while it is merged: nobody has added these up before.',
    name: 'scan',
    words: ['shop.revenue', '--filter', "day = '2026-03-03'", '--columns', 'product,amount,orders,largest'],
  },
  {
    say: 'What happened to one order, from the changelog.',
    name: 'changes',
    words: [
      'shop.orders',
      '--from',
      'earliest',
      '--once',
      '--filter',
      'id = 1003',
      '--columns',
      'id,status,amount',
    ],
  },
];

export const help = `usage: spillway demo

Runs a few queries on the example warehouse that comes with Spillway, and says what to try next.

${printOptions({})}
`;

/** Runs the tour; ends at the first step that fails. */
export async function run(args: readonly string[], io: CommandIo): Promise<number> {
  parseArguments(args, { options: {}, positionals: [], env: io.env });
  for (const step of STEPS) {
    await io.out.write(`# ${step.say}\n$ ${SPILLWAY} ${step.name} ${step.words.map(quote).join(' ')}\n`);
    const format = step.name === 'changes' ? [] : ['--format', 'table'];
    const command = await LOAD[step.name]();
    const status = await command.run([...step.words, ...format, '-w', EXAMPLE], io);
    if (status !== 0) return status;
    await io.out.write('\n');
  }
  await io.out.write(printNext());
  return 0;
}

/** A word as one would type it in a shell. */
function quote(word: string): string {
  return /^[\w.,=/:-]+$/.test(word) ? word : `"${word.replace(/["$`\\]/g, '\\$&')}"`;
}

/** A path from the current directory where it lies below that, else as it is. */
function nearest(path: string): string {
  const near = relative('.', path);
  return near.startsWith('..') ? path : near;
}

function printNext(): string {
  return `Your turn, on this warehouse (-w, or SPILLWAY_WAREHOUSE, names another one):
  export SPILLWAY_WAREHOUSE=${quote(EXAMPLE)}
  ${SPILLWAY} sql "SHOW TABLES FROM shop"
  ${SPILLWAY} scan shop.orders --explain
  ${SPILLWAY} system shop.orders snapshots
  ${SPILLWAY} --help
`;
}
