// listagg, bool_and and bool_or.
import type { Value } from '../../codec/index.ts';
import type { AggregatorSpec } from '../merge-spec.ts';
import type { ComputeFunction } from './cell.ts';

/** Source: Paimon, aggregate/FieldBoolAndAgg.java, FieldBoolOrAgg.java. */
export function booleanFunction(name: 'bool_and' | 'bool_or'): ComputeFunction {
  return {
    kind: 'compute',
    name,
    skipsNulls: true,
    combine: name === 'bool_and' ? (a, b) => a === true && b === true : (a, b) => a === true || b === true,
  };
}

const SPACE = Uint8Array.of(0x20);

/**
 * Source: Paimon, aggregate/FieldListaggAgg.java, utils/BinaryStringUtils.java
 * (splitByWholeSeparatorPreserveAllTokens).
 */
export function listaggFunction(spec: AggregatorSpec): ComputeFunction {
  const delimiter = new TextEncoder().encode(spec.delimiter);
  const separator = delimiter.length === 0 ? SPACE : delimiter;
  return {
    kind: 'compute',
    name: 'listagg',
    skipsNulls: true,
    combine: (a, b) => {
      const [list, input] = [a as Uint8Array, b as Uint8Array];
      if (input.length === 0) return list;
      if (list.length === 0) return input;
      if (!spec.distinct) return concat([list, delimiter, input]);
      const known = new Set(split(list, separator).map(latin1));
      const parts = [list];
      for (const token of split(input, separator)) {
        const text = latin1(token);
        if (token.length === 0 || known.has(text)) continue;
        known.add(text);
        parts.push(delimiter, token);
      }
      return parts.length === 1 ? list : concat(parts);
    },
  };
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1');
}

function split(bytes: Uint8Array, separator: Uint8Array): Uint8Array[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const tokens: Uint8Array[] = [];
  let start = 0;
  let end = text.indexOf(separator);
  while (end >= 0) {
    tokens.push(bytes.subarray(start, end));
    start = end + separator.length;
    end = start >= bytes.length ? -1 : text.indexOf(separator, start);
  }
  if (start < bytes.length) tokens.push(bytes.subarray(start));
  return tokens;
}

function concat(parts: readonly Uint8Array[]): Value {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
