import { describe, expect, it } from 'vitest';
import { Lockstep } from '../../src/runner/schedule/lockstep.ts';
import { Beyond, Once } from '../../src/runner/schedule/once.ts';
import { Turns } from '../../src/runner/schedule/turns.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const plainly = <T>(waiting: Promise<T>): Promise<T> => waiting;

describe('lockstep', () => {
  it('lets nobody begin the next before all have come; those that end or wait for another one are not waited for', async () => {
    const lockstep = new Lockstep(['a', 'b', 'c']);
    const order: string[] = [];
    const come = async (host: string): Promise<void> => {
      await lockstep.arrive(host);
      order.push(host);
    };
    await Promise.all(['a', 'b', 'c'].map(come));
    expect(order.splice(0)).toEqual(['a', 'b', 'c']);
    void come('a');
    void come('b');
    await settle();
    expect(order).toEqual([]);
    lockstep.end('c');
    await settle();
    expect(order.splice(0)).toEqual(['a', 'b']);
    let back: () => void = () => {};
    const away = lockstep.away('b', new Promise<void>((resolve) => (back = resolve)));
    await come('a');
    expect(order.splice(0)).toEqual(['a']);
    back();
    await away;
    void come('a');
    await settle();
    expect(order).toEqual([]);
    await come('b');
    await settle();
    expect(order.toSorted()).toEqual(['a', 'b']);
  });
});

describe('once', () => {
  const of = (value: string) => async (): Promise<string> => value;
  it('gives to all what the first one found', async () => {
    const once = new Once();
    expect(await Promise.all(['a', 'b'].map((host) => once.run('x', host, of(host), plainly)))).toEqual([
      'a',
      'a',
    ]);
    expect(await once.run('y', 'b', of('b'), plainly)).toBe('b');
  });
  it('throws for all what the first one threw', async () => {
    const once = new Once();
    const fails = async (): Promise<never> => Promise.reject(new Error('no luck'));
    const all = await Promise.allSettled([
      once.run('x', 'a', fails, plainly),
      once.run('x', 'b', of('b'), plainly),
    ]);
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });
  it('goes to the next one where the first takes no part, and to nobody who takes none either', async () => {
    const once = new Once();
    const never = new Promise<never>(() => {});
    void once.run('x', 'a', () => never, plainly);
    void once.run('x', 'b', of('b'), plainly);
    const third = once.run('x', 'c', of('c'), plainly);
    once.drop('b');
    once.drop('a');
    expect(await third).toBe('c');
  });
  it('leaves it unknown for all where the first could not go on', async () => {
    const once = new Once();
    const never = new Promise<never>(() => {});
    void once.run('x', 'a', () => never, plainly);
    const other = once.run('x', 'b', of('b'), plainly);
    once.ended('b', { error: new Error('not his') });
    once.ended('a', new Beyond('command[x]'));
    expect(await other).toEqual(new Beyond('command[x]'));
  });
});

it('turns go on with the next one when a host is through, or has come to its end', async () => {
  const turns = new Turns();
  const inside: string[] = [];
  const take = async (host: string): Promise<void> => {
    await turns.take('x', 2, host);
    inside.push(host);
  };
  for (const host of ['a', 'b', 'c', 'd', 'e']) void take(host);
  await settle();
  expect(inside).toEqual(['a', 'b']);
  turns.end('c');
  turns.give('x', 'a');
  await settle();
  expect(inside).toEqual(['a', 'b', 'd']);
  turns.end('b');
  await settle();
  expect(inside).toEqual(['a', 'b', 'd', 'e']);
  turns.give('x', 'nobody');
});
