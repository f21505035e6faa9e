// Which snapshot a system table is about.
import type { Snapshot } from '../../format/index.ts';
import type { Table } from '../table.ts';
import { travelledSnapshot } from '../time-travel.ts';

/**
 * The snapshot the table's options travel to, else the newest; undefined for a table never written. Source:
 * TimeTravelUtil.tryTravelOrLatest.
 */
export async function shownSnapshot(table: Table): Promise<Snapshot | undefined> {
  return (await travelledSnapshot(table.snapshots, table.options.raw)) ?? table.snapshots.latest();
}
