// Literals of the engine's syntax tree as literals of a Paimon column, only where both sides mean exactly the
// same value.
import type { DataType } from '../../base/index.ts';
import type { Literal } from '../../format/index.ts';
import { isNode, type Node, textOf } from './ast.ts';

const INTEGER_LIMITS: Readonly<Record<string, bigint>> = {
  TINYINT: 7n,
  SMALLINT: 15n,
  INT: 31n,
  BIGINT: 63n,
};

/** An exact decimal: `unscaled` x 10^-`scale`. */
interface Exact {
  readonly unscaled: bigint;
  readonly scale: number;
}

/**
 * The literal in the memory form of `type`, or undefined when the node is no literal or would need rounding.
 */
export function literalOf(node: unknown, type: DataType): Literal | undefined {
  if (!isNode(node)) return undefined;
  switch (type.kind) {
    case 'BOOLEAN':
      return booleanOf(node);
    case 'TINYINT':
    case 'SMALLINT':
    case 'INT':
    case 'BIGINT':
      return integerOf(node, type.kind);
    case 'FLOAT':
    case 'DOUBLE':
      return floatOf(node, type.kind);
    case 'DECIMAL':
      return unscaledOf(node, type.precision, type.scale);
    case 'CHAR':
    case 'VARCHAR':
      return textConstant(node);
    case 'DATE':
      return dateOf(textConstant(node, 'DATE'));
    case 'TIMESTAMP':
      return timestampOf(textConstant(node, 'TIMESTAMP'), type.precision);
    case 'TIMESTAMP_LTZ':
      return timestampOf(
        textConstant(node, 'TIMESTAMP WITH TIME ZONE')?.replace(/Z$|\+00(?::?00)?$/, ''),
        type.precision,
      );
    default:
      return undefined;
  }
}

function constant(node: Node): Node | undefined {
  const value = node.class === 'CONSTANT' ? node.value : undefined;
  return isNode(value) && value.is_null === false ? value : undefined;
}

function typeIdOf(value: Node): string {
  return isNode(value.type) ? textOf(value.type, 'id') : '';
}

/** A string constant, bare or in a cast to `castType` (the form `DATE '2026-01-31'` takes). */
function textConstant(node: Node, castType?: string): string | undefined {
  let inner: Node = node;
  if (castType !== undefined && node.class === 'CAST' && isNode(node.child)) {
    if (!isNode(node.cast_type) || textOf(node.cast_type, 'id') !== castType) return undefined;
    inner = node.child;
  }
  const value = constant(inner);
  return value !== undefined && typeIdOf(value) === 'VARCHAR' && typeof value.value === 'string'
    ? value.value
    : undefined;
}

function booleanOf(node: Node): boolean | undefined {
  const text = textConstant(node, 'BOOLEAN');
  return node.class !== 'CAST' || text === undefined
    ? undefined
    : text === 't'
      ? true
      : text === 'f'
        ? false
        : undefined;
}

function exactOf(node: Node): Exact | undefined {
  const value = constant(node);
  if (value === undefined) return undefined;
  const id = typeIdOf(value);
  const raw = value.value;
  const whole = typeof raw === 'bigint' ? raw : Number.isSafeInteger(raw) ? BigInt(raw as number) : undefined;
  if (id === 'DECIMAL' && whole !== undefined) {
    const info = isNode(value.type) ? value.type.type_info : undefined;
    const scale = isNode(info) ? info.scale : undefined;
    return typeof scale === 'number' ? { unscaled: whole, scale } : undefined;
  }
  return /^(?:TINYINT|SMALLINT|INTEGER|BIGINT)$/.test(id) && whole !== undefined
    ? { unscaled: whole, scale: 0 }
    : undefined;
}

/** The value at another scale, or undefined when digits would be lost. */
function rescale(exact: Exact, scale: number): bigint | undefined {
  if (exact.scale <= scale) return exact.unscaled * 10n ** BigInt(scale - exact.scale);
  const divisor = 10n ** BigInt(exact.scale - scale);
  return exact.unscaled % divisor === 0n ? exact.unscaled / divisor : undefined;
}

function integerOf(node: Node, kind: string): Literal | undefined {
  const exact = exactOf(node);
  const value = exact === undefined ? undefined : rescale(exact, 0);
  const bits = INTEGER_LIMITS[kind] as bigint;
  if (value === undefined || value >= 1n << bits || value < -(1n << bits)) return undefined;
  return kind === 'BIGINT' ? value : Number(value);
}

function floatOf(node: Node, kind: 'FLOAT' | 'DOUBLE'): number | undefined {
  const exact = exactOf(node);
  if (exact === undefined) return undefined;
  const value = Number(exact.unscaled) / 10 ** exact.scale;
  const small = exact.scale <= 22 && Number.isSafeInteger(Number(exact.unscaled));
  return small && (kind === 'DOUBLE' || Math.fround(value) === value) ? value : undefined;
}

function unscaledOf(node: Node, precision: number, scale: number): bigint | undefined {
  const exact = exactOf(node);
  const value = exact === undefined ? undefined : rescale(exact, scale);
  const limit = 10n ** BigInt(precision);
  return value !== undefined && value < limit && value > -limit ? value : undefined;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;

function dateOf(text: string | undefined): number | undefined {
  const match = text === undefined ? null : DATE.exec(text);
  if (match === null) return undefined;
  const [year, month, day] = match.slice(1).map(Number) as [number, number, number];
  const ms = Date.UTC(year, month - 1, day);
  const back = new Date(ms);
  // Years 0-99 and days that do not exist are left to the engine.
  if (year < 100 || back.getUTCMonth() !== month - 1 || back.getUTCDate() !== day) return undefined;
  return ms / 86_400_000;
}

const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?)?$/;

function timestampOf(text: string | undefined, precision: number): bigint | undefined {
  const match = text === undefined ? null : TIMESTAMP.exec(text);
  const days = match === null ? undefined : dateOf(match[1]);
  if (match === null || days === undefined) return undefined;
  const [hours, minutes, seconds] = [match[2], match[3], match[4]].map((part) => Number(part ?? '0')) as [
    number,
    number,
    number,
  ];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const nanosText = (match[5] ?? '').padEnd(9, '0');
  const nanos =
    BigInt(days * 86_400 + hours * 3600 + minutes * 60 + seconds) * 1_000_000_000n + BigInt(nanosText);
  if (precision > 6) return nanos;
  return nanos % 1000n === 0n ? nanos / 1000n : undefined;
}
