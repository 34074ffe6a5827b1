import { expect, it } from 'vitest';
import { Limit } from '../../src/transport/limit.ts';

it('lets so many in at once, and the others in their order', async () => {
  const limit = new Limit(2);
  const order: number[] = [];
  let inside = 0;
  let most = 0;
  await Promise.all(
    [0, 1, 2, 3, 4].map((number) =>
      limit.run(async () => {
        inside += 1;
        most = Math.max(most, inside);
        order.push(number);
        await new Promise((resolve) => setTimeout(resolve, 5));
        inside -= 1;
      }),
    ),
  );
  expect(most).toBe(2);
  expect(order).toEqual([0, 1, 2, 3, 4]);
});

it('gives a place back when the work fails, and only once', async () => {
  const limit = new Limit(1);
  await expect(limit.run(() => Promise.reject(new Error('work')))).rejects.toThrow('work');
  const leave = await limit.take();
  leave();
  leave();
  const again = await limit.take();
  let third = false;
  void limit.take().then(() => (third = true));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(third).toBe(false);
  again();
});
