// The schema an Avro file was written with, as plain data.
import { AVRO_SCHEMA_TYPES_MAX, corrupt, NESTING_DEPTH_MAX, unsupported } from '../../base/index.ts';
import { type Json, type JsonObject, parseJson } from '../json64.ts';

export type AvroPrimitive = 'null' | 'boolean' | 'int' | 'long' | 'float' | 'double' | 'bytes' | 'string';

/**
 * A type of an Avro schema, named types resolved to what they name.
 *
 * Shape   `bytesMin`: the fewest bytes a value takes. `types`: types it holds, itself and repetitions
 *         included. `logical`, `precision`, `scale`: the logical type as written; meaning is given to it by
 *         who decodes.
 */
export type AvroType =
  | (TypeBase & Logical & { readonly kind: AvroPrimitive })
  | (TypeBase & Logical & { readonly kind: 'fixed'; readonly name: string; readonly size: number })
  | (TypeBase & { readonly kind: 'enum'; readonly name: string; readonly symbols: readonly string[] })
  | (TypeBase & Logical & { readonly kind: 'array'; readonly items: AvroType })
  | (TypeBase & { readonly kind: 'map'; readonly values: AvroType })
  | (TypeBase & { readonly kind: 'union'; readonly branches: readonly AvroType[] })
  | AvroRecord;
export type AvroRecord = TypeBase & {
  readonly kind: 'record';
  readonly name: string;
  readonly fields: readonly AvroField[];
};
export interface AvroField {
  readonly name: string;
  readonly type: AvroType;
}
interface TypeBase {
  readonly bytesMin: number;
  readonly types: number;
}
interface Logical {
  readonly logical?: string;
  readonly precision?: number;
  readonly scale?: number;
}

const PRIMITIVES: Readonly<Record<AvroPrimitive, number>> = {
  null: 0,
  boolean: 1,
  int: 1,
  long: 1,
  float: 4,
  double: 8,
  bytes: 1,
  string: 1,
};

/**
 * Parses the JSON of an Avro schema.
 *
 * Limits  nested at most `NESTING_DEPTH_MAX`; at most `AVRO_SCHEMA_TYPES_MAX` types with every name written
 *         out.
 * Errors  `FILE_CORRUPT` naming the file; `FEATURE_UNSUPPORTED` for a record that holds itself.
 * Source  Avro 1.12 specification, "Schema Declaration".
 */
export function parseAvroSchema(text: string, file: string): AvroType {
  return new SchemaParser(file).type(parseJson(text, file), '', 0);
}

class SchemaParser {
  private readonly file: string;
  private readonly named = new Map<string, AvroType | 'open'>();

  constructor(file: string) {
    this.file = file;
  }

  type(json: Json | undefined, namespace: string, depth: number): AvroType {
    if (depth > NESTING_DEPTH_MAX) throw this.bad('Avro schema nested too deep');
    if (typeof json === 'string') return this.byName(json, namespace);
    if (Array.isArray(json)) return this.union(json, namespace, depth);
    if (typeof json !== 'object' || json === null) throw this.bad('Avro schema holds neither name nor type');
    const object = json as JsonObject;
    const { type } = object;
    if (typeof type !== 'string') return this.type(type, namespace, depth + 1);
    switch (type) {
      case 'record':
      case 'error':
        return this.record(object, namespace, depth);
      case 'enum':
        return this.enumeration(object, namespace);
      case 'fixed':
        return this.fixed(object, namespace);
      case 'array': {
        const items = this.type(object.items, namespace, depth + 1);
        return { kind: 'array', items, bytesMin: 1, types: this.sum(items.types), ...this.logical(object) };
      }
      case 'map': {
        const values = this.type(object.values, namespace, depth + 1);
        return { kind: 'map', values, bytesMin: 1, types: this.sum(values.types) };
      }
      default: {
        const named = this.byName(type, namespace);
        return isPrimitive(type) ? ({ ...named, ...this.logical(object) } as AvroType) : named;
      }
    }
  }

  private byName(name: string, namespace: string): AvroType {
    if (isPrimitive(name)) return { kind: name, bytesMin: PRIMITIVES[name], types: 1 };
    const found = this.named.get(qualify(name, namespace)) ?? this.named.get(name);
    if (found === undefined)
      throw this.bad(`Avro schema uses the type ${quote(name)} that it does not define`);
    if (found === 'open')
      throw unsupported('avro recursive type', `${this.file}: Avro type ${name} holds itself`);
    return found;
  }

  private union(json: readonly Json[], namespace: string, depth: number): AvroType {
    if (json.length === 0) throw this.bad('Avro union without branches');
    const branches = json.map((branch) => this.type(branch, namespace, depth + 1));
    if (branches.some((branch) => branch.kind === 'union')) throw this.bad('Avro union inside a union');
    const bytesMin = 1 + branches.reduce((least, branch) => Math.min(least, branch.bytesMin), Infinity);
    return { kind: 'union', branches, bytesMin, types: this.sum(...branches.map((branch) => branch.types)) };
  }

  private record(json: JsonObject, namespace: string, depth: number): AvroType {
    const [name, space] = this.define(json, namespace);
    if (!Array.isArray(json.fields)) throw this.bad(`Avro record ${quote(name)} without fields`);
    const names = new Set<string>();
    const fields = (json.fields as readonly Json[]).map((field): AvroField => {
      if (typeof field !== 'object' || field === null || Array.isArray(field))
        throw this.bad('bad Avro field');
      const { name: fieldName, type } = field as JsonObject;
      if (typeof fieldName !== 'string') throw this.bad(`Avro record ${quote(name)}: a field without name`);
      if (names.has(fieldName)) throw this.bad(`Avro record ${quote(name)}: two fields ${quote(fieldName)}`);
      names.add(fieldName);
      return { name: fieldName, type: this.type(type, space, depth + 1) };
    });
    const record: AvroRecord = {
      kind: 'record',
      name,
      fields,
      bytesMin: fields.reduce(
        (sum, field) => Math.min(sum + field.type.bytesMin, Number.MAX_SAFE_INTEGER),
        0,
      ),
      types: this.sum(...fields.map((field) => field.type.types)),
    };
    this.named.set(name, record);
    return record;
  }

  private enumeration(json: JsonObject, namespace: string): AvroType {
    const [name] = this.define(json, namespace);
    const symbols = json.symbols as readonly Json[] | undefined;
    if (!Array.isArray(symbols) || symbols.some((symbol) => typeof symbol !== 'string')) {
      throw this.bad(`Avro enum ${quote(name)} without symbols`);
    }
    const type: AvroType = { kind: 'enum', name, symbols: symbols as string[], bytesMin: 1, types: 1 };
    this.named.set(name, type);
    return type;
  }

  private fixed(json: JsonObject, namespace: string): AvroType {
    const [name] = this.define(json, namespace);
    const { size } = json;
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || size > 0x7fffffff) {
      throw this.bad(`Avro fixed ${quote(name)} of bad size`);
    }
    const type: AvroType = { kind: 'fixed', name, size, bytesMin: size, types: 1, ...this.logical(json) };
    this.named.set(name, type);
    return type;
  }

  private define(json: JsonObject, namespace: string): readonly [name: string, namespace: string] {
    if (typeof json.name !== 'string') throw this.bad('Avro type without a name');
    const own = typeof json.namespace === 'string' ? json.namespace : namespace;
    const name = qualify(json.name, own);
    if (this.named.has(name)) throw this.bad(`Avro schema defines ${quote(name)} twice`);
    this.named.set(name, 'open');
    return [name, name.slice(0, Math.max(0, name.lastIndexOf('.')))];
  }

  private logical(json: JsonObject): Logical {
    const { logicalType, precision, scale } = json;
    return {
      ...(typeof logicalType === 'string' ? { logical: logicalType } : {}),
      ...(typeof precision === 'number' ? { precision } : {}),
      ...(typeof scale === 'number' ? { scale } : {}),
    };
  }

  private sum(...types: readonly number[]): number {
    const total = types.reduce((sum, count) => sum + count, 1);
    if (total > AVRO_SCHEMA_TYPES_MAX)
      throw this.bad(`Avro schema of more than ${AVRO_SCHEMA_TYPES_MAX} types`);
    return total;
  }

  private bad(what: string) {
    return corrupt(this.file, undefined, what);
  }
}

function isPrimitive(name: string): name is AvroPrimitive {
  return Object.hasOwn(PRIMITIVES, name);
}

function qualify(name: string, namespace: string): string {
  return name.includes('.') || namespace === '' ? name : `${namespace}.${name}`;
}

function quote(name: string): string {
  return JSON.stringify(name.length > 100 ? `${name.slice(0, 100)}...` : name);
}
