// Numbers with an exponent on their way through the engine's syntax tree: printed as JSON, a double must not
// look like an integer, and printed as SQL (`json_deserialize_sql` writes `0.1` for `1e-1`) it would be a
// DECIMAL when it is parsed again.
import { RealNumber } from '../../codec/index.ts';
import { childrenOf, isNode, type Node, walk } from './ast.ts';

/**
 * Makes every DOUBLE constant of the tree the cast of a text; a double elsewhere (SAMPLE) is printed as one.
 */
export function keepDoubles(root: Node): void {
  walk(root, (node) => {
    const constant = node.class === 'CONSTANT' ? doubleOf(node.value) : undefined;
    if (constant !== undefined) Object.assign(node, castOf(node, constant));
    for (const value of childrenOf(node)) {
      const double = doubleOf(value);
      if (double !== undefined) (value as Node).value = new RealNumber(double);
    }
    return true;
  });
}

/** The number of a value of type DOUBLE. */
function doubleOf(value: unknown): number | undefined {
  if (!isNode(value) || !isNode(value.type) || value.type.id !== 'DOUBLE') return undefined;
  return typeof value.value === 'number' ? value.value : undefined;
}

function castOf(node: Node, double: number): Node {
  const text = Object.is(double, -0) ? '-0' : String(double);
  const value = { type: { id: 'VARCHAR', type_info: null }, is_null: false, value: text };
  const { query_location } = node;
  return {
    class: 'CAST',
    type: 'OPERATOR_CAST',
    child: { class: 'CONSTANT', type: 'VALUE_CONSTANT', alias: '', query_location, value },
    cast_type: { id: 'DOUBLE', type_info: null },
    try_cast: false,
    value: undefined,
  };
}
