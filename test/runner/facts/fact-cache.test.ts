import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Host } from '../../../src/inventory/inventory.ts';
import { FactCache, type Gathered } from '../../../src/runner/facts/fact-cache.ts';

let dir = '';
let now = 0;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-fact-cache-'));
  now = 1_000_000;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dir, { recursive: true });
});

const folder = (): string => join(dir, '.tsplay/facts');
const cacheOf = (warn: (message: string) => void = () => {}): FactCache =>
  new FactCache(folder(), 3_600_000, warn, () => now);
const host = (name: string): Host =>
  ({ name, address: name, port: 22, connection: 'ssh' }) as unknown as Host;
const learnt = (printed: string): ReadonlyMap<string, Gathered> => new Map([['q', { printed, at: now }]]);
/** What stands in files, whatever they are called. */
const written = (): readonly string[] =>
  readdirSync(folder())
    .map((name) => (JSON.parse(readFileSync(join(folder(), name), 'utf8')) as { host: string }).host)
    .toSorted();
const later = (ms: number): void => {
  now += ms;
  vi.advanceTimersByTime(ms);
};

describe('what was learnt of hosts', () => {
  it('is written at once, then every few seconds, and at the end', () => {
    const cache = cacheOf();
    cache.keep(host('a'), learnt('a'));
    expect(written()).toEqual(['a']);
    cache.keep(host('b'), learnt('b'));
    later(1000);
    cache.keep(host('c'), learnt('c'));
    expect(written()).toEqual(['a']);
    later(2000);
    expect(written()).toEqual(['a', 'b', 'c']);
    cache.keep(host('d'), learnt('d'));
    cache.write();
    expect(written()).toEqual(['a', 'b', 'c', 'd']);
    expect(cacheOf().read(host('c'))).toEqual(
      new Map([['c', 'q']].map(([printed = '', q = '']) => [q, { printed, at: now - 2000 }])),
    );
  });

  it('is known before it is written, and forgotten with its host', () => {
    const cache = cacheOf();
    cache.keep(host('a'), learnt('old'));
    cache.keep(host('a'), learnt('new'));
    expect(cache.read(host('a')).get('q')?.printed).toBe('new');
    cache.drop(host('a'));
    expect(cache.read(host('a')).size).toBe(0);
    cache.write();
    later(10_000);
    expect(written()).toEqual([]);
  });

  it('is not written again where nothing is new', () => {
    const cache = cacheOf();
    cache.keep(host('a'), learnt('a'));
    const [name = ''] = readdirSync(folder());
    const { ino } = statSync(join(folder(), name));
    later(10_000);
    cache.keep(host('a'), cache.read(host('a')));
    cache.write();
    expect(statSync(join(folder(), name)).ino).toBe(ino);
  });
});
