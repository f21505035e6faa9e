// LIMIT without anything before it that needs all rows: then reading may stop early.
import { isNode, type Node, textOf, walk } from './ast.ts';

/** How many rows of the table the statement can use at most, or undefined when it may need all. */
export function rowLimit(query: Node, table: Node): number | undefined {
  const block = query.node;
  if (!isNode(block) || block.type !== 'SELECT_NODE' || block.from_table !== table) return undefined;
  if (isNode(block.where_clause) || isNode(block.having) || isNode(block.qualify)) return undefined;
  if (isNode(block.sample) || isNode(table.sample) || !isEmpty(block.group_expressions)) return undefined;
  if (textOf(block, 'aggregate_handling') !== 'STANDARD_HANDLING' || !isPlainList(block.select_list))
    return undefined;
  const modifiers = block.modifiers;
  if (!Array.isArray(modifiers) || modifiers.length !== 1 || !isNode(modifiers[0])) return undefined;
  const [modifier] = modifiers as [Node];
  if (modifier.type !== 'LIMIT_MODIFIER') return undefined;
  const limit = wholeNumber(modifier.limit);
  const offset = modifier.offset == null ? 0 : wholeNumber(modifier.offset);
  return limit === undefined || offset === undefined ? undefined : limit + offset;
}

function isEmpty(value: unknown): boolean {
  return !Array.isArray(value) || value.length === 0;
}

/** Only columns, stars and constants: nothing that makes one row out of many, or many out of one. */
function isPlainList(list: unknown): boolean {
  let plain = Array.isArray(list);
  walk(list, (node) => {
    const kind = node.class;
    if (typeof kind === 'string' && !/^(?:COLUMN_REF|STAR|CONSTANT)$/.test(kind)) plain = false;
    return undefined;
  });
  return plain;
}

function wholeNumber(node: unknown): number | undefined {
  const constant = isNode(node) && node.class === 'CONSTANT' ? node.value : undefined;
  const value = isNode(constant) ? constant.value : undefined;
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
