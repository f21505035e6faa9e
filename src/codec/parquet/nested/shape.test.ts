import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DataType, parseType } from '../../../base/index.ts';
import { type ParquetLeaf, type ParquetNode, PHYSICAL, REPETITION } from '../schema.ts';
import { leavesOf, type NestedShape, nestedShape } from './shape.ts';

/** A node written as `required name(children)`, or `optional name` for a leaf of INT32. */
function node(text: string): ParquetNode {
  const tokens = text.match(/[\w]+|[(),]/g) ?? [];
  let at = 0;
  const read = (definition: number, repeats: number, path: readonly string[]): ParquetNode => {
    const word = tokens[at++] as string;
    const name = tokens[at++] as string;
    const repetition = REPETITION[word.toUpperCase() as keyof typeof REPETITION];
    const inner = definition + (repetition === REPETITION.REQUIRED ? 0 : 1);
    const times = repeats + (repetition === REPETITION.REPEATED ? 1 : 0);
    const common = {
      name,
      repetition,
      definition: inner,
      repeats: times,
      annotation: { kind: 'none' } as const,
    };
    if (tokens[at] !== '(') return { ...common, children: [], leaf: leafOf([...path, name], inner, times) };
    const children: ParquetNode[] = [];
    while (tokens[at] !== ')') {
      at++;
      children.push(read(inner, times, [...path, name]));
    }
    at++;
    return { ...common, children, leaf: undefined };
  };
  return read(0, 0, []);
}

function leafOf(path: readonly string[], definition: number, repeats: number): ParquetLeaf {
  const type = PHYSICAL.INT32;
  const place = { index: 0, element: 0, text: false, typeAt: 0, lengthAt: undefined };
  return { path, type, length: 0, annotation: { kind: 'none' }, definition, repeats, ...place };
}

function shape(text: string, type: string): string {
  const made = nestedShape(node(text), parseType(type) as DataType);
  return typeof made === 'string' ? `refused: ${made}` : printed(made);
}

/** Leaves by their names, lists as [] with the levels of their elements, structs as {}. */
function printed(made: NestedShape): string {
  switch (made.kind) {
    case 'leaf':
      return made.leaf.path.at(-1) as string;
    case 'list':
      return `[${made.definition} ${made.repeats}/${made.present} ${printed(made.element)}]`;
    case 'struct':
      return `{${made.definition ?? '-'} ${made.children.map(printed).join(' ')}}`;
  }
}

describe('nestedShape', () => {
  it('takes lists of three levels, whatever their middle is called, and of two levels', () => {
    assert.equal(shape('optional a(repeated list(optional element))', 'ARRAY<INT>'), '[1 1/2 element]');
    assert.equal(
      shape('required a(repeated bag(required array_element))', 'ARRAY<INT>'),
      '[0 1/1 array_element]',
    );
    assert.equal(shape('optional a(repeated element)', 'ARRAY<INT>'), '[1 1/2 element]');
    const lists = 'optional a(repeated list(optional element(repeated list(optional element))))';
    assert.equal(shape(lists, 'ARRAY<ARRAY<INT>>'), '[1 1/2 [3 2/4 element]]');
  });

  it('takes maps and multisets whose entries are named key and value, in any order', () => {
    const map = 'optional m(repeated key_value(required key, optional value))';
    assert.equal(shape(map, 'MAP<INT, INT>'), '[1 1/2 {- key value}]');
    assert.equal(shape(map, 'MULTISET<INT>'), '[1 1/2 {- key value}]');
    const other = 'optional m(repeated map(optional value, required key))';
    assert.equal(shape(other, 'MAP<INT, INT>'), '[1 1/2 {- key value}]');
  });

  it('finds the fields of a row by their names', () => {
    const row = 'optional r(required b, optional x, optional a(repeated list(required element)))';
    assert.equal(shape(row, 'ROW<a ARRAY<INT>, b INT>'), '{1 [2 1/3 element] b}');
    assert.equal(shape('required r(optional a)', 'ROW<a INT> NOT NULL'), '{- a}');
    const made = nestedShape(node(row), parseType('ROW<a ARRAY<INT>, b INT>')) as NestedShape;
    assert.deepEqual(
      leavesOf(made).map((leaf) => leaf.path.join('.')),
      ['r.a.list.element', 'r.b'],
    );
  });

  it('refuses what Java refuses', () => {
    const refused = (text: string, type: string, why: RegExp) => assert.match(shape(text, type), why);
    refused('optional a', 'ARRAY<INT>', /^refused: a is no group/);
    refused('repeated a', 'ARRAY<INT>', /repeated outside/);
    refused('repeated a', 'INT', /repeated outside/);
    refused('optional a(required x)', 'ARRAY<INT>', /no group of one repeated/);
    refused('optional a(repeated x, repeated y)', 'ARRAY<INT>', /no group of one repeated/);
    refused('optional a(repeated array(required x))', 'ARRAY<ROW<x INT>>', /repeated group/);
    refused('optional a(repeated a_tuple(required x))', 'ARRAY<INT>', /repeated group/);
    refused(
      'optional a(repeated element(required x, required y))',
      'ARRAY<ROW<x INT, y INT>>',
      /repeated group/,
    );
    refused('optional a(repeated element)', 'ARRAY<ROW<x INT>>', /no group/);
    refused('optional m(repeated kv(required k, optional v))', 'MAP<INT, INT>', /no field key/);
    refused('optional m(repeated map(required key))', 'MAP<INT, INT>', /no field value/);
    refused('optional r(optional A)', 'ROW<a INT>', /no field a/);
    refused('optional r', 'ROW<a INT>', /no group/);
    refused('optional r(optional a)', 'INT', /is a group/);
    refused('optional r(optional a)', 'ROW<a STRING>', /holds no VARCHAR/);
  });
});
