// The text of tag, changelog and consumer files, byte for byte as Java writes them.
import { printSnapshot, type Snapshot } from '../../format/index.ts';

/**
 * A snapshot as Java 1.4.2 writes it again: what other versions added to it is dropped, counts it lacks are
 * zero.
 *
 * Source  Paimon, Snapshot.java, Changelog.java, tag/Tag.java (trimToSnapshot).
 */
export function trimmedSnapshot(snapshot: Snapshot): Snapshot {
  const {
    uuid: _uuid,
    operation: _operation,
    logOffsets: _logOffsets,
    tagCreateTime: _created,
    tagTimeRetained: _retained,
    ...rest
  } = snapshot as Snapshot & { tagCreateTime?: unknown; tagTimeRetained?: unknown };
  const { totalRecordCount = 0n, deltaRecordCount = 0n } = snapshot;
  return { ...rest, totalRecordCount, deltaRecordCount };
}

/** How long a tag lives. Units: `createdMs` milliseconds since the epoch, `retainedMs` whole milliseconds. */
export interface TagTime {
  readonly createdMs: number;
  readonly retainedMs: number;
}

/**
 * The text of a tag file.
 *
 * Shape   without `time` the snapshot alone. The creation time is the wall clock of this process's time zone,
 *         as in Java.
 * Source  Paimon, tag/Tag.java with Jackson's LocalDateTimeSerializer and DurationSerializer.
 */
export function printTag(snapshot: Snapshot, time?: TagTime): string {
  const text = printSnapshot(trimmedSnapshot(snapshot));
  if (time === undefined) return text;
  const seconds = Math.floor(time.retainedMs / 1000);
  const nanos = String((time.retainedMs % 1000) * 1e6).padStart(9, '0');
  const created = wallClock(time.createdMs).join(', ');
  return text.replace(
    /\n}$/,
    `,\n  "tagCreateTime" : [ ${created} ],\n  "tagTimeRetained" : ${seconds}.${nanos}\n}`,
  );
}

/**
 * [year, month, day, hour, minute, second?, nanosecond?]: trailing zeros are left out, down to the minute.
 */
function wallClock(ms: number): number[] {
  const date = new Date(ms);
  const parts = [
    date.getFullYear(),
    date.getMonth() + 1,
    date.getDate(),
    date.getHours(),
    date.getMinutes(),
    date.getSeconds(),
    date.getMilliseconds() * 1e6,
  ];
  while (parts.length > 5 && parts.at(-1) === 0) parts.pop();
  return parts;
}

/** The moment a tag's list of wall-clock parts means in this process's time zone; milliseconds. */
export function wallClockMs(parts: readonly number[]): number {
  const [year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0, nanos = 0] = parts;
  return new Date(year, month - 1, day, hour, minute, second, Math.floor(nanos / 1e6)).getTime();
}

/** The text of a consumer file. Source: Paimon, consumer/Consumer.java. */
export function printConsumer(nextSnapshot: bigint): string {
  return `{\n  "nextSnapshot" : ${nextSnapshot}\n}`;
}
