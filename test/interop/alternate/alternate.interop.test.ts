// We and Java take turns at writing, compacting, expiring, tagging, altering and reading tables of many
// kinds. OPS and SEED make it longer and other.
import { after, before, describe, it } from 'node:test';
import { findJava, skipWithout } from '../tools.ts';
import { alternate, openPlace, type Place } from './alternate.ts';
import { SHAPE_NAMES } from './shapes.ts';

const SEED = Number(process.env.SEED ?? 1);
const OPS = Number(process.env.OPS ?? 60);
const skip = skipWithout(findJava());

describe(`tables that we and Java work on in turn (SEED=${SEED} OPS=${OPS})`, { skip }, () => {
  let place: Place;
  before(async () => {
    place = await openPlace();
  });
  after(() => place[Symbol.asyncDispose]());

  for (const shape of SHAPE_NAMES) {
    it(`holds the same rows for both and the model after every few of ${OPS} actions: ${shape}`, () =>
      alternate(place, { seed: SEED, ops: OPS, shape }));
  }
});
