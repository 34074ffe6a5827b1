import { expect, it } from 'vitest';
import { Places } from '../../../src/runner/schedule/places.ts';

/** A promise that is settled from outside. */
function waiting(): { readonly promise: Promise<void>; come: () => void; fail: (error: Error) => void } {
  let come: () => void = () => {};
  let fail: (error: Error) => void = () => {};
  const promise = new Promise<void>((resolve, reject) => {
    come = resolve;
    fail = reject;
  });
  return { promise, come, fail };
}

it('lets others work while one waits, and has it work next when what it waited for has come', async () => {
  const places = new Places(1);
  const order: string[] = [];
  const far = waiting();
  const work = waiting();
  const all = [
    places.run(async (place) => {
      await place.lend(far.promise);
      order.push('far');
    }),
    places.run(async () => {
      order.push('near');
      far.come();
      await work.promise;
    }),
    places.run(async () => {
      order.push('last');
    }),
  ];
  while (order.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  // It has come, but only one may work.
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(order).toEqual(['near']);
  work.come();
  await Promise.all(all);
  expect(order).toEqual(['near', 'far', 'last']);
});

it('tells at once of one that never comes, though nobody has made room, and gives its place to nobody twice', async () => {
  const places = new Places(1);
  const dead = waiting();
  const busy = waiting();
  const first = places.run((place) => place.lend(dead.promise));
  const begun = waiting();
  let inside = 0;
  const others = [1, 2].map(() =>
    places.run(async () => {
      inside += 1;
      begun.come();
      await busy.promise;
      inside -= 1;
    }),
  );
  await begun.promise;
  dead.fail(new Error('no answer'));
  await expect(first).rejects.toThrow('no answer');
  expect(inside).toBe(1);
  busy.come();
  await Promise.all(others);
});
