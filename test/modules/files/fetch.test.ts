import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command, fetch } from '../../../modules/index.ts';
import { Forks } from '../../support/forks.ts';
import { problemsOf, programOf, stepsOf } from '../../support/modules.ts';
import { runIn, shellNames } from '../../support/shells.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-fetch-'));
  mkdirSync(join(dir, 'host'));
});
afterEach(() => rmSync(dir, { recursive: true }));
const at = (name: string): string => join(dir, name);

describe('options of a fetch', () => {
  it.each([
    ['a relative path', 'x', {}, [/^the path must be absolute/]],
    ['a folder', '/etc/', {}, [/^the path names a folder/]],
    ['going up', '/a/../b', {}, [/^the path must not go up/]],
    ['a folder here', '/a', { to: 'x/' }, [/^to names a folder/]],
    ['nothing', '/a', { to: '' }, [/^to must be a text, not an empty/]],
    ['lines', '/a', { to: 'a\nb' }, [/^to must have no newlines/]],
    ['a folder that is there', '/a', { to: 'host' }, [/host cannot be read: EISDIR/]],
    ['a misspelt one', '/a', { too: 'x' }, [/did you mean to\?/]],
  ] as const)('%s', async (_name, path, options, expected) => {
    const call = fetch as (name: string, options: object) => unknown;
    const found = await problemsOf(() => void call(path, options), at('site.ts'));
    expect(found).toEqual(expected.map((one) => expect.stringMatching(one)));
  });

  it('go to a folder for each host, beside the playbook', async () => {
    expect(await stepsOf(() => void fetch('/etc/./app.conf'), at('site.ts'))).toMatchObject([
      { kind: 'fetch', path: '/etc/app.conf', to: at('fetched/host/etc/app.conf'), sha256: undefined },
    ]);
  });
});

describe.each(shellNames)('a fetch in %s', (shell) => {
  const run = async (body: () => void, mode: 'check' | 'apply' = 'apply', under: readonly string[] = []) => {
    const ran = await runIn(shell, await programOf(body, at('site.ts')), { home: at('state'), mode, under });
    const failures = ran.events.flatMap((event) =>
      event.type === 'task' && event.error !== undefined ? [event.error.message] : [],
    );
    return { ...ran, failures };
  };
  const one = (): void => void fetch(at("host/it's"), { to: 'here/one' });

  it('brings a file where it differs, and that alone', async () => {
    const bytes = Buffer.concat([Buffer.alloc(200_000, 'ab\0'), Buffer.from([0xff, 10, 10])]);
    writeFileSync(at("host/it's"), bytes);
    expect((await run(one, 'check')).statuses).toEqual(['changed']);
    expect(existsSync(at('here'))).toBe(false);
    expect(await run(one)).toMatchObject({ statuses: ['changed'], finished: true });
    expect(readFileSync(at('here/one')).equals(bytes)).toBe(true);
    expect(statSync(at('here/one')).mode & 0o777).toBe(0o600);
    expect(await run(one)).toMatchObject({ statuses: ['ok'], finished: true });
    writeFileSync(at("host/it's"), '');
    expect((await run(one)).statuses).toEqual(['changed']);
    expect(readFileSync(at('here/one'), 'utf8')).toBe('');
    expect(readdirSync(at('here'))).toEqual(['one']);
  });

  it('brings several, and what waits for them runs', async () => {
    for (const name of ['a', 'b']) writeFileSync(at(`host/${name}`), name.repeat(100_000));
    symlinkSync('a', at('host/c'));
    const ran = await run(() => {
      const [first] = ['a', 'b', 'c'].map((name) => fetch(at(`host/${name}`)));
      if (first !== undefined) command('after', { run: ['true'], when: first.changed });
    });
    expect(ran.statuses).toEqual(['changed', 'changed', 'changed', 'changed']);
    expect(readFileSync(at(`fetched/host${dir}/host/c`), 'utf8')).toBe('a'.repeat(100_000));
  });

  it.each([
    ['there is none', () => {}, /^there is no file/],
    ['it is a folder', () => mkdirSync(at("host/it's")), /is not a regular file$/],
    [
      'it cannot be written here',
      () => {
        writeFileSync(at("host/it's"), 'x');
        writeFileSync(at('here'), 'x');
      },
      /did not reach the controller$/,
    ],
  ])('fails where %s', async (_, lay, words) => {
    lay();
    const ran = await run(one);
    expect(ran).toMatchObject({ statuses: ['failed'], finished: true });
    expect(ran.failures).toEqual([expect.stringMatching(words)]);
  });

  it('starts as many processes for many as for few where nothing differs', async () => {
    const forks = new Forks();
    const count = async (many: number): Promise<number> => {
      const names = Array.from({ length: many }, (_, n) => `n${n}`);
      for (const name of names) writeFileSync(at(`host/${name}`), name);
      const body = (): void => {
        for (const name of names) fetch(at(`host/${name}`));
      };
      await run(body);
      const again = await run(body, 'apply', forks.under);
      expect(new Set(again.statuses)).toEqual(new Set(['ok']));
      return forks.count();
    };
    expect(await count(12)).toBe(await count(3));
    forks.close();
  });
});
