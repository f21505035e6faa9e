// Time travel as Paimon's own scan options.
import { LakeError } from '../base/index.ts';

/**
 * Which state of a table to read. At most one of the first six.
 *
 * Shape   `version`: a tag name, a snapshot id or `watermark-<n>`. `between`: `[from, to]` of snapshot ids or
 *         tags, `from` left out of the result; gives the changes between them.
 * Units   `timestamp`: epoch milliseconds, or text `yyyy-mm-dd hh:mm:ss`; `watermark`: milliseconds.
 */
export interface Travel {
  readonly snapshot?: bigint | number;
  readonly tag?: string;
  readonly version?: string;
  readonly timestamp?: bigint | number | string;
  readonly watermark?: bigint | number;
  readonly between?: readonly [string | number | bigint, string | number | bigint];
  readonly branch?: string;
}

/**
 * The table options that make a read travel, undefined when it does not. Errors: ARGUMENT_INVALID for more
 * than one way.
 */
export function travelOptions(travel: Travel): Readonly<Record<string, string>> | undefined {
  const { snapshot, tag, version, timestamp, watermark, between } = travel;
  const options: Record<string, string> = {};
  if (snapshot !== undefined) options['scan.snapshot-id'] = String(snapshot);
  if (tag !== undefined) options['scan.tag-name'] = tag;
  if (version !== undefined) options['scan.version'] = version;
  if (timestamp !== undefined) Object.assign(options, timestampOption(timestamp));
  if (watermark !== undefined) options['scan.watermark'] = String(watermark);
  if (between !== undefined) options['incremental-between'] = between.map(String).join(',');
  const ways = Object.keys(options);
  if (ways.length > 1) {
    throw new LakeError(
      'ARGUMENT_INVALID',
      `a read travels one way at a time, not by ${ways.join(' and ')}`,
      { ways },
    );
  }
  return ways.length === 0 ? undefined : options;
}

function timestampOption(timestamp: bigint | number | string): Record<string, string> {
  if (typeof timestamp === 'string' && !/^\d+$/.test(timestamp)) return { 'scan.timestamp': timestamp };
  return { 'scan.timestamp-millis': String(timestamp) };
}
