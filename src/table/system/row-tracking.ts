// `$row_tracking`: the rows with their number and the sequence number of the commit that wrote them.
import { type Field, LakeError } from '../../base/index.ts';
import { type Batch, isValid, type LongVector, type Vector } from '../../codec/index.ts';
import type { DataFileMeta } from '../../format/index.ts';
import { SEQUENCE_NUMBER_FIELD } from '../../tree/index.ts';
import { printIdentifier } from '../identifier.ts';
import { planScan } from '../plan/plan-scan.ts';
import { filesOf } from '../plan/split.ts';
import { ROW_ID_FIELD } from '../read/file-columns.ts';
import { bucketContext } from '../read/read-context.ts';
import { readFile } from '../read/read-file.ts';
import type { Table } from '../table.ts';
import type { OpenSystemTable } from './system-table.ts';

/**
 * `$row_tracking` of a table with `row-tracking.enabled`.
 *
 * Shape   the table's columns, `_ROW_ID` and `_SEQUENCE_NUMBER`, both BIGINT NOT NULL. What a file does not
 *         store follows from its first row id and its newest sequence number.
 * Errors  `ARGUMENT_INVALID` for other tables.
 * Source  Paimon, table/system/RowTrackingTable.java, io/DataFileRecordReader.java.
 */
export function rowTracking(table: Table): OpenSystemTable {
  if (!table.options.rowTracking) {
    const name = printIdentifier(table.identifier);
    throw new LakeError('ARGUMENT_INVALID', `${name} does not have 'row-tracking.enabled'.`, { table: name });
  }
  const fields = [...table.schema.fields, ROW_ID_FIELD, SEQUENCE_NUMBER_FIELD];
  const stored = [...table.schema.fields, nullable(ROW_ID_FIELD), nullable(SEQUENCE_NUMBER_FIELD)];
  return {
    fields,
    async *read(engine, signal) {
      const cancel = signal === undefined ? {} : { signal };
      const { splits } = await planScan(table, cancel);
      if (splits.length === 0) return;
      const context = { table, engine: await engine(), ...cancel };
      for (const split of splits) {
        const bucket = bucketContext(table, split);
        for (const splitFile of filesOf(split)) {
          const read = { fields: stored, conjuncts: [], positions: true };
          for await (const batch of readFile(context, bucket, splitFile, read)) {
            yield { fields, rowCount: batch.rowCount, columns: tracked(batch, splitFile.file) };
          }
        }
      }
    },
  };
}

function nullable(field: Field): Field {
  return { ...field, type: { ...field.type, nullable: true } };
}

/**
 * The batch's columns with the gaps in its two tracking columns filled, the positions behind them left out.
 */
function tracked(batch: Batch, file: DataFileMeta): readonly Vector[] {
  const [ids, sequences, positions] = batch.columns.slice(-3) as [LongVector, LongVector, LongVector];
  const first = file.firstRowId;
  return [
    ...batch.columns.slice(0, -3),
    filled(ids, (row) => {
      if (first !== undefined) return first + (positions.values[row] as bigint);
      throw new LakeError('FILE_CORRUPT', `${file.fileName}: rows have no ids, and the file no first one.`, {
        file: file.fileName,
      });
    }),
    filled(sequences, () => file.maxSequenceNumber),
  ];
}

function filled(vector: LongVector, missing: (row: number) => bigint): LongVector {
  const { length } = vector;
  const values = vector.values.slice(0, length);
  for (let row = 0; row < length; row++) if (!isValid(vector, row)) values[row] = missing(row);
  return { layout: 'i64', length, validity: null, values };
}
