// We and Java work on tables in turn, against a model: random actions from a seed.
// Usage: node test/interop/alternate/alternate.ts [--seed S] [--seeds N] [--ops N] [--shape NAME] [--trace]
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Lake, openLake } from '../../../src/index.ts';
import { Dice } from '../../upkeep/random-script.ts';
import { JavaSession } from '../java-session.ts';
import { randomAlteration } from './alterations.ts';
import { emptyState } from './model.ts';
import { randomRows } from './random-rows.ts';
import { SHAPE_NAMES, shapeOf } from './shapes.ts';
import { type PartitionValues, type Side, TableUnderTest } from './table-under-test.ts';

const ROWS_MOST = 30;
/** Actions that an error tells of. */
const ACTIONS_SHOWN = 12;
/** A look at the table after so many actions, and at every recorded number of its files. */
const CHECK_EVERY = 3;
const INSPECT_EVERY = 15;

/** A warehouse of its own, open to us and to a Java process; `await using` removes it. */
export interface Place extends AsyncDisposable {
  readonly lake: Lake;
  readonly java: JavaSession;
  readonly warehouse: string;
}

/** What to run. `trace` is called with every action before it is done. */
export interface AlternateOptions {
  readonly seed: number;
  readonly ops: number;
  readonly shape: string;
  readonly trace?: (line: string) => void;
}

/** Opens one. `KEEP` in the environment leaves the warehouse there, and says where. */
export async function openPlace(): Promise<Place> {
  const warehouse = mkdtempSync(join(tmpdir(), 'spillway-alternate-'));
  mkdirSync(join(warehouse, 'd.db'));
  const lake = await openLake({ warehouse, memory: '512mb' });
  const java = new JavaSession(warehouse);
  const close = async (): Promise<void> => {
    await java[Symbol.asyncDispose]();
    await lake.close();
    if (process.env.KEEP === undefined) rmSync(warehouse, { recursive: true });
    else console.log(`kept ${warehouse}`);
  };
  return { lake, java, warehouse, [Symbol.asyncDispose]: close };
}

/**
 * Runs `ops` actions on one table. Throws where a reader disagrees, naming seed, shape and the last actions.
 */
export async function alternate(place: Place, options: AlternateOptions): Promise<void> {
  const { seed, ops, shape: name, trace } = options;
  const dice = new Dice(seed * 1000 + SHAPE_NAMES.indexOf(name));
  const shape = shapeOf(dice, name);
  const side = dice.pick(['ours', 'java'] as const);
  const log: string[] = [];
  const note = (line: string): void => {
    log.push(line);
    trace?.(line);
  };
  note(`create by ${side} ${JSON.stringify(shape.options)}`);
  try {
    const table = `${name.replaceAll('-', '_')}_${seed}`;
    const under = await TableUnderTest.create(place, shape, { side, table });
    for (let op = 1; op <= ops; op++) {
      await act(dice, under, (line) => note(`${op} ${line}`));
      if (op % CHECK_EVERY === 0 || op === ops) await check(dice, under);
      if (op % INSPECT_EVERY === 0 || op === ops) await under.checkFiles();
    }
  } catch (error) {
    const shown = [log[0], ...log.slice(1).slice(-ACTIONS_SHOWN)].join('\n  ');
    throw new Error(`SEED=${seed}, ${name}: ${(error as Error).message}\n  ${shown}`, { cause: error });
  }
}

async function check(dice: Dice, under: TableUnderTest): Promise<void> {
  await under.checkNow();
  if (under.tags.length > 0 && dice.roll(2) === 0) await under.checkThen({ tag: dice.pick(under.tags) });
  const ids = under.snapshotIds();
  if (ids.length > 0 && dice.roll(2) === 0) await under.checkThen({ snapshot: dice.pick(ids) });
}

async function act(dice: Dice, under: TableUnderTest, note: (line: string) => void): Promise<void> {
  const side: Side = dice.pick(['ours', 'java'] as const);
  const { shape, state } = under;
  const said = (what: string): void => note(`${side} ${what}`);
  const ids = under.snapshotIds();
  const roll = ids.length === 0 ? 0 : dice.roll(24);
  if (roll < 11) {
    const rows = randomRows(dice, { shape, state, most: ROWS_MOST });
    if (rows.length === 0) return;
    said(`writes ${rows.length}`);
    return under.write(side, rows);
  }
  if (roll < 14) {
    const full = dice.roll(3) === 0;
    said(`compacts${full ? ' fully' : ''}`);
    return under.compact(side, full);
  }
  if (roll < 16) {
    const keep = 1 + dice.roll(6);
    said(`expires to ${keep}`);
    return under.expire(side, keep);
  }
  if (roll < 18) return tag(dice, under, side, said);
  if (roll === 18) return replace(dice, under, side, said);
  if (roll === 19) return remove(dice, under, side, said);
  if (roll < 22) {
    if (!shape.alters) return;
    const alteration = randomAlteration(dice, shape, { columns: state.columns, nextId: under.nextId });
    said(JSON.stringify(alteration.change));
    return under.alter(side, alteration);
  }
  if (roll === 22) {
    const id = dice.pick(ids);
    said(`rolls back to ${id}`);
    return under.rollback(side, id);
  }
  said('cleans');
  return under.clean(side);
}

type Said = (what: string) => void;

async function tag(dice: Dice, under: TableUnderTest, side: Side, said: Said): Promise<void> {
  const name = `t${dice.roll(4)}`;
  const exists = under.tags.includes(name);
  said(`${exists ? 'deletes' : 'makes'} tag ${name}`);
  return exists ? under.deleteTag(side, name) : under.tag(side, name);
}

/** Rows in place of others: of the whole table, of the partitions they lie in, or of one that is named. */
async function replace(dice: Dice, under: TableUnderTest, side: Side, said: Said): Promise<void> {
  const { shape, state } = under;
  const rows = randomRows(dice, { shape, state: emptyState(state.columns), most: ROWS_MOST }).filter(
    ({ kind }) => kind === '+I' || kind === '+U',
  );
  const partition = partitionValues(dice, under);
  if (partition === undefined) {
    const all = dice.roll(3) === 0;
    if (rows.length === 0 && !all) return;
    said(`overwrites ${all ? 'all ' : ''}with ${rows.length}`);
    return under.overwrite(side, rows, all ? {} : undefined);
  }
  const [name, value] = Object.entries(partition)[0] as [string, string];
  const id = state.columns.find((column) => column.name === name)?.id as number;
  const within = rows.filter(({ row }) => String(row.get(id)) === value);
  said(`overwrites ${JSON.stringify(partition)} with ${within.length}`);
  return under.overwrite(side, within, partition);
}

async function remove(dice: Dice, under: TableUnderTest, side: Side, said: Said): Promise<void> {
  const partition = partitionValues(dice, under);
  said(partition === undefined ? 'truncates' : `drops ${JSON.stringify(partition)}`);
  return partition === undefined ? under.truncate(side) : under.dropPartition(side, partition);
}

/** One partition by name; undefined for the whole table. */
function partitionValues(dice: Dice, { shape, state }: TableUnderTest): PartitionValues | undefined {
  const [name] = shape.partitions;
  if (name === undefined || dice.roll(3) === 0) return undefined;
  const column = state.columns.find((c) => c.name === name);
  const at = dice.roll(3);
  return { [name]: column?.type === 'STRING' ? `p${at}` : String(at) };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      seeds: { type: 'string', default: '1' },
      ops: { type: 'string', default: '100' },
      shape: { type: 'string', multiple: true, default: [...SHAPE_NAMES] },
      trace: { type: 'boolean', default: false },
    },
  });
  const first = Number(values.seed);
  await using place = await openPlace();
  for (let seed = first; seed < first + Number(values.seeds); seed++) {
    for (const shape of values.shape) {
      const began = performance.now();
      try {
        const trace = values.trace ? { trace: console.log } : {};
        await alternate(place, { seed, ops: Number(values.ops), shape, ...trace });
        console.log(`seed ${seed}, ${shape}: ${Math.round(performance.now() - began)} ms`);
      } catch (error) {
        console.log((error as Error).message);
        process.exitCode = 1;
      }
    }
  }
}
