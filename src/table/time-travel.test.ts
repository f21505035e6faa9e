import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTimestampMs, startupMode, wallClockToInstantMs } from './time-travel.ts';

describe('the startup mode', () => {
  // Paimon, CoreOptions.java (startupMode).
  it('follows from the option that is set', () => {
    assert.equal(startupMode({}), 'latest-full');
    assert.equal(startupMode({ 'scan.mode': 'full' }), 'latest-full');
    assert.equal(startupMode({ 'scan.timestamp-millis': '1' }), 'from-timestamp');
    assert.equal(startupMode({ 'scan.version': 'x' }), 'from-snapshot');
    assert.equal(startupMode({ 'scan.tag-name': 'x' }), 'from-snapshot');
    assert.equal(startupMode({ 'scan.file-creation-time-millis': '1' }), 'from-file-creation-time');
    assert.equal(startupMode({ 'scan.creation-time-millis': '1' }), 'from-creation-timestamp');
    assert.equal(startupMode({ 'incremental-between': '1,2' }), 'incremental');
    assert.equal(startupMode({ 'scan.mode': 'LATEST', 'scan.snapshot-id': '1' }), 'latest');
  });
});

describe('timestamps', () => {
  it('with a zone are instants', () => {
    assert.equal(parseTimestampMs('1970-01-01T00:00:01Z'), 1000n);
    assert.equal(parseTimestampMs('1970-01-01 01:00:00+01:00'), 0n);
    assert.equal(parseTimestampMs('1969-12-31 23:00:00.5-0030'), -1_799_500n);
  });

  it('without one are of the process’s own zone', () => {
    assert.equal(parseTimestampMs('2026-03-01'), BigInt(new Date(2026, 2, 1).getTime()));
    const time = BigInt(new Date(2026, 2, 1, 4, 5, 6, 120).getTime());
    assert.equal(parseTimestampMs('2026-3-1 4:05:06.12'), time);
  });

  it('of digits alone are milliseconds', () => {
    assert.equal(parseTimestampMs('1790000000000'), 1790000000000n);
  });

  it('are refused when there is no such time', () => {
    for (const text of [
      '',
      'now',
      '2026-13-01',
      '2026-01-32',
      '2026-02-29',
      '2026-01-01 24:00',
      '2026-01-01 10',
    ]) {
      assert.throws(() => parseTimestampMs(text), { code: 'ARGUMENT_INVALID' }, text);
    }
  });

  it('of a wall clock stored as UTC are moved to the zone', () => {
    const wall = BigInt(Date.UTC(2026, 5, 1, 12));
    assert.equal(wallClockToInstantMs(wall), BigInt(new Date(2026, 5, 1, 12).getTime()));
  });
});
