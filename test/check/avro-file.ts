// Avro files written again with the schema they had, without compression.

/** A schema as its JSON, unions as lists. */
export type AvroSchema = string | readonly AvroSchema[] | { readonly [member: string]: unknown };

/** The schema in the header of an Avro file: its JSON stands after its key and its length. */
export function avroSchema(bytes: Buffer): AvroSchema {
  const key = 'avro.schema';
  let at = bytes.indexOf(key) + key.length;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] as number;
    length += (byte & 0x7f) << shift;
    if (byte < 0x80) break;
  }
  return JSON.parse(bytes.toString('utf8', at, at + length / 2)) as AvroSchema;
}

/**
 * A container of one block. Records are objects; a union takes null (also for absent members) or its other
 * branch.
 */
export function avroFile(schema: AvroSchema, records: readonly unknown[]): Buffer {
  const head = new Output();
  const sync = Buffer.alloc(16, 7);
  head.raw(Buffer.from('Obj\u0001', 'latin1'));
  head.long(2n);
  for (const text of ['avro.schema', JSON.stringify(schema), 'avro.codec', 'null']) {
    head.bytes(Buffer.from(text));
  }
  head.long(0n);
  head.raw(sync);
  const block = new Output();
  const named = new Map<string, AvroSchema>();
  for (const record of records) write(schema, record, { into: block, named });
  head.long(BigInt(records.length));
  head.bytes(block.finish());
  head.raw(sync);
  return head.finish();
}

interface Target {
  readonly into: Output;
  readonly named: Map<string, AvroSchema>;
}

function write(schema: AvroSchema, value: unknown, target: Target): void {
  const { into, named } = target;
  if (Array.isArray(schema)) {
    const branch =
      value === null || value === undefined ? schema.indexOf('null') : 1 - schema.indexOf('null');
    into.long(BigInt(branch));
    write(schema[branch] as AvroSchema, value, target);
    return;
  }
  const object = schema as { readonly [member: string]: unknown };
  const type = typeof schema === 'string' ? schema : object.type;
  if (type === 'null') return;
  if (type === 'int' || type === 'long') into.long(BigInt(value as number | bigint));
  else if (type === 'string') into.bytes(Buffer.from(value as string));
  else if (type === 'bytes') into.bytes(Buffer.from(value as Uint8Array));
  else if (type === 'array') {
    const items = value as readonly unknown[];
    if (items.length > 0) into.long(BigInt(items.length));
    for (const item of items) write(object.items as AvroSchema, item, target);
    into.long(0n);
  } else if (type === 'record') {
    named.set(String(object.name), schema);
    for (const field of object.fields as readonly { name: string; type: AvroSchema }[]) {
      write(field.type, (value as Record<string, unknown>)[field.name], target);
    }
  } else if (typeof type === 'string' && named.has(type)) write(named.get(type) as AvroSchema, value, target);
  else throw new Error(`no Avro type ${String(type)}`);
}

class Output {
  readonly #parts: Buffer[] = [];

  raw(bytes: Buffer): void {
    this.#parts.push(bytes);
  }

  long(value: bigint): void {
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    const out: number[] = [];
    for (; rest > 0x7fn; rest >>= 7n) out.push(Number(rest & 0x7fn) | 0x80);
    out.push(Number(rest));
    this.raw(Buffer.from(out));
  }

  bytes(bytes: Buffer): void {
    this.long(BigInt(bytes.length));
    this.raw(bytes);
  }

  finish(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
