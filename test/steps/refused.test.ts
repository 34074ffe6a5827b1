import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { file } from '../../modules/index.ts';
import type { TsplayError } from '../../src/errors/tsplay-error.ts';
import type { Send } from '../../src/playbook/barriers.ts';
import { HostBuild } from '../../src/playbook/host-build.ts';
import { callerPlace } from '../../src/playbook/place.ts';
import {
  action,
  defineModule,
  entries,
  fetched,
  file as fileStep,
  LocalFile,
  poll,
  procFile,
  reading,
  requires,
  secret,
  sh,
  transaction,
  value,
  type Step,
} from '../../src/steps/index.ts';

/** All that is wrong with a body, and whether it was sent to a host. */
async function refused(
  body: () => void,
): Promise<{ readonly errors: readonly TsplayError[]; readonly sent: boolean }> {
  let sent = false;
  const send: Send = async () => {
    sent = true;
    return new Map();
  };
  const users = { login: 'me', become: false };
  const build = new HostBuild('play', 'web1', { task: 0, step: 0, scope: 0 }, callerPlace, send, users);
  const thrown = await build.run(body).then(
    () => undefined,
    (error: { readonly errors: readonly TsplayError[] }) => error,
  );
  return { errors: thrown?.errors ?? [], sent };
}

const any = defineModule<{ readonly step: () => Step }>('any', { steps: (_name, o) => [o.step()] });
const half = 'x\ud83d';
const halves = { read: reading(sh`cat x`), write: sh`cat` };
const set = (want: readonly (readonly string[])[], unwanted: readonly string[] = []): Step =>
  entries('set', { list: sh`cat`, add: sh`cat`, remove: sh`cat`, want, unwanted });

/** What no shell can carry, by the code of its error. */
const cases: readonly (readonly [string, () => Step])[] = [
  ['trailing-newline', () => value('setting', { ...halves, want: 'x\n' })],
  ['several-lines', () => value('setting', { read: procFile('/proc/x'), write: sh`cat`, want: 'x\ny' })],
  [
    'several-lines',
    () => value('setting', { ...halves, want: 'x\ny', shared: { resource: 'a:b', owner: 'c' } }),
  ],
  ['newline-in-entry', () => set([['a', 'b\nc']])],
  ['newline-in-entry', () => set([['a\tb']])],
  ['newline-in-entry', () => set([], ['a\nb'])],
  ['empty-field', () => set([['a', '']])],
  ['empty-field', () => set([[]])],
  [
    'entry-twice',
    () =>
      set([
        ['a', '1'],
        ['a', '2'],
      ]),
  ],
  ['not-seconds', () => poll('it is there', { until: sh`true`, every: 0.5, limit: 1 })],
  ['not-seconds', () => poll('it is there', { until: sh`true`, limit: Number.NaN })],
  ['nul-in-value', () => value('setting', { ...halves, want: 'x\0' })],
  ['nul-in-value', () => value('set\0ting', { ...halves, want: 'x' })],
  ['nul-in-value', () => set([['a\0']])],
  ['nul-in-value', () => action('run', { run: sh`printf %s ${'a\0b'}` })],
  [
    'nul-in-value',
    () => action('run', { run: sh`cat ${['a', 'b\0']}`, guard: { kind: 'creates', path: '/x' } }),
  ],
  ['nul-in-value', () => action('run', { run: sh`cat`, guard: { kind: 'creates', path: '/x\0' } })],
  ['nul-in-value', () => requires('x', { test: sh`true`, otherwise: 'no\0' })],
  ['nul-in-value', () => fileStep('/x\0', { content: 'any\0byte' })],
  ['not-unicode', () => value('setting', { ...halves, want: half })],
  ['not-unicode', () => fileStep('/x', { content: half })],
  ['not-unicode', () => fileStep('/x', { content: secret(half) })],
  ['not-unicode', () => action('run', { run: sh`cat ${half}` })],
  ['secret-in-shell', () => action('run', { run: sh`cat ${secret('x') as unknown as string}` })],
];

it('is all that cannot be carried, each with the place of its call, before anything is sent', async () => {
  const { errors, sent } = await refused(() => {
    file('relative', { content: 'x' });
    for (const [, step] of cases) any('thing', { step });
    file('/last', { content: 'x', become: '-u' });
    file('/last', { content: 'x', become: '' });
    file('/last', { content: 'x', become: 'a\nb' });
  });
  expect(sent).toBe(false);
  expect(errors.map(({ code }) => code)).toEqual([
    'bad-option',
    ...cases.map(([code]) => code),
    'bad-option',
    'bad-option',
    'bad-option',
  ]);
  const lines = readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\n');
  const calls = errors.map(({ where }) => lines[(where?.line ?? 0) - 1]?.slice((where?.column ?? 0) - 1));
  expect(calls[0]).toMatch(/^file\('relative'/);
  expect(new Set(calls.slice(1, -3))).toEqual(new Set(["any('thing', { step });"]));
  expect(calls.at(-1)).toMatch(/^file\('\/last', .*'a\\nb'/);
  expect(
    errors.every(
      ({ exit, host, task, hint }) => exit === 64 && host === 'web1' && task !== undefined && hint !== '',
    ),
  ).toBe(true);
});

it('is a file that goes over the connection, in a module whose tasks run apart from it', async () => {
  const apart = defineModule<{ readonly step: () => Step }>('apart', {
    network: true,
    steps: (_name, o) => [o.step()],
  });
  const content = new LocalFile('/here', 1, 'a'.repeat(64));
  const steps = [
    () => fileStep('/x', { content }),
    () => fetched('/x', { to: '/here', sha256: undefined }),
    () => transaction('x', { plan: sh`true`, run: sh`ts_body`, body: content }),
  ];
  const { errors, sent } = await refused(() => {
    for (const step of steps) apart('thing', { step });
    apart('inline', { step: () => fileStep('/y', { content: 'x' }) });
    for (const step of steps) any('thing', { step });
  });
  expect(sent).toBe(false);
  expect(errors.map(({ code, where }) => [code, where?.file])).toEqual(
    steps.map(() => ['detached-file', fileURLToPath(import.meta.url)]),
  );
  expect(errors[0]?.hint).toContain('copy');
});

it('is no more than that', async () => {
  const { errors, sent } = await refused(() => {
    any('zero bytes', { step: () => fileStep('/x', { content: 'any\0byte' }) });
    any('in a secret', { step: () => fileStep('/x', { content: secret('any\0byte') }) });
    any('lines', { step: () => value('setting', { ...halves, want: '\nx\ty' }) });
    any('pairs', {
      step: () =>
        set([
          ['😀', "it's"],
          ['a', '𝕏 '],
        ]),
    });
    any('user', {
      step: () => requires('x', { test: sh`true`, otherwise: '' }),
      become: 'name.with-more@domain',
    });
  });
  expect(errors).toEqual([]);
  expect(sent).toBe(true);
});
