import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor, type WaitForOptions } from '../../../modules/index.ts';
import { sh } from '../../../src/steps/index.ts';
import { problemsOf, programOf } from '../../support/modules.ts';
import { runIn, shellNames, type ShellRun } from '../../support/shells.ts';

describe('options', () => {
  const called = (options: object) => (): void =>
    void (waitFor as (name: string, options: object) => unknown)('w', options);
  it.each([
    ['nothing', {}, ['port, file or command is missing: what is waited for.']],
    ['too much', { port: 80, file: '/x' }, ['port and file exclude each other']],
    ['no port', { port: 65_536 }, ['port must be a whole number from 1 to 65535, not the number 65536']],
    ['a host that is none', { port: 80, host: 'a b' }, [/^host must be a host name or an IP address/]],
    ['a host without a port', { file: '/x', host: 'a' }, ['host makes no sense without port']],
    [
      'a time without a host',
      { port: 80, connectTimeout: 3 },
      ['connectTimeout makes no sense without host'],
    ],
    ['drained of others', { port: 80, host: 'a', state: 'drained' }, [/so host makes no sense$/]],
    ['drained files', { file: '/x', state: 'drained' }, ['a file cannot be drained']],
    [
      'a state of a command',
      { command: ['x'], state: 'absent' },
      ['state makes no sense without port or file'],
    ],
    ['a line of nothing', { port: 80, matches: 'x' }, ['matches makes no sense without file']],
    ['relative paths', { file: 'x/../y' }, [/^file must be absolute/, /^file must not go up/]],
    [
      'fractions',
      { port: 80, timeout: 0.5, every: 0 },
      [/^timeout must be a whole/, /^every must be a whole/],
    ],
  ] as const)('%s', async (_name, options, expected) => {
    const told = await problemsOf(called(options));
    expect(told).toHaveLength(expected.length);
    expect(told.filter((one, n) => !new RegExp(expected[n] ?? 'x').test(one))).toEqual([]);
  });
});

describe.each(shellNames)('in %s', (shell) => {
  let dir = '';
  let server: Server;
  let port = 0;
  beforeEach(async () => {
    dir = mkdtempSync(join(tmpdir(), 'tsplay-wait-'));
    server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as { port: number }).port;
  });
  afterEach(async () => {
    rmSync(dir, { recursive: true });
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  });
  const at = (name: string): string => join(dir, name);
  const play = async (
    waits: readonly WaitForOptions[],
    mode: 'check' | 'apply' = 'apply',
  ): Promise<ShellRun> =>
    runIn(shell, await programOf(() => void waits.map((one, n) => waitFor(`w${n}`, one))), {
      home: at('state'),
      mode,
      // What may take 10 s takes one.
      rewritten: (text) => text.replaceAll('left=10', 'left=1'),
    });
  const messages = (run: ShellRun): readonly unknown[] =>
    run.events.flatMap((event) => (event.type === 'task' ? [event.error?.message ?? event.status] : []));

  it('finds what is so already, in a check too', async () => {
    writeFileSync(at('log'), 'ready\n');
    const waits: readonly WaitForOptions[] = [
      { port },
      { port, host: '127.0.0.1' },
      { port: 1, state: 'absent' },
      { port: 1, host: '127.0.0.1', state: 'absent' },
      { port, state: 'drained' },
      { file: at('log') },
      { file: at('log'), matches: '^(ready|done)$' },
      { file: at('none'), state: 'absent' },
      { file: at('log'), matches: 'busy', state: 'absent' },
      { file: at('none'), matches: 'busy', state: 'absent' },
      { command: ['test', '-e', at('log')] },
    ];
    for (const mode of ['check', 'apply'] as const)
      expect(messages(await play(waits, mode))).toEqual(waits.map(() => 'ok'));
  });

  it('says what it has waited for in vain, and in a check that it does not know', async () => {
    const waits: readonly WaitForOptions[] = [
      { port: 1, timeout: 0 },
      { port: 1, host: '127.0.0.1', timeout: 0 },
      { port, state: 'absent', timeout: 0 },
      { file: at('none'), matches: 'x', timeout: 0 },
      { command: sh`exit 7`, timeout: 0 },
      { command: sh`sleep 31 & sleep 32`, timeout: 0 },
      { command: ['frobnicate'], timeout: 0 },
      { file: at('state'), matches: '(', timeout: 0 },
    ];
    const said: unknown[] = [];
    for (const one of waits) said.push(...messages(await play([one])));
    expect(said).toEqual([
      'waited 0 s in vain until something listens on port 1',
      'waited 0 s in vain until port 1 of 127.0.0.1 takes a connection: Connection refused',
      `waited 0 s in vain until nobody listens on port ${port}`,
      `waited 0 s in vain until a line of ${at('none')} matches x`,
      'waited 0 s in vain until its command succeeds: its status is 7',
      'waited 0 s in vain until its command succeeds: it was ended, having taken 1 s',
      'cannot tell whether its command succeeds',
      `cannot tell whether a line of ${at('state')} matches (`,
    ]);
    expect((await play(waits.slice(0, 5), 'check')).statuses).toEqual(Array(5).fill('unknown'));
  });

  it('sees what comes about while it waits, and those who are connected', async () => {
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve) => socket.once('connect', resolve));
    const drained: WaitForOptions = { port, state: 'drained', timeout: 20 };
    expect((await play([drained], 'check')).statuses).toEqual(['unknown']);
    const run = play([
      { file: at('log'), matches: 'ready', timeout: 20 },
      { ...drained, initialDelay: 1 },
    ]);
    setTimeout(() => writeFileSync(at('log'), 'starting\n'), 300);
    setTimeout(() => appendFileSync(at('log'), 'ready\n'), 1200);
    setTimeout(() => socket.destroy(), 2500);
    server.on('connection', (one) => one.on('error', () => {}));
    expect((await run).statuses).toEqual(['ok', 'ok']);
  });
});

// Only here is there a shell that could not do it itself.
it.each(['nc', 'busybox', 'python3', 'perl'])('connects by %s where that is all there is', async (tool) => {
  const bin = mkdtempSync(join(tmpdir(), 'tsplay-wait-bin-'));
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const real = (name: string): string =>
    realpathSync(execFileSync('which', [name], { encoding: 'utf8' }).trim());
  for (const name of ['dash', 'timeout', 'sleep', 'cat', 'stat']) symlinkSync(real(name), join(bin, name));
  if (tool === 'nc') {
    // As the one of OpenBSD answers.
    const text = `#!/bin/dash
[ "$1" != -h ] || { echo 'usage: nc [-46CDdFhklNnrStUuvZz] [-I length]'; exit 0; }
[ "$1 $2 $3 $4" = '-z -w 5 127.0.0.1' ] || exit 9
[ "$5" = ${port} ] || { echo 'nc: connect to 127.0.0.1 port 1 (tcp) failed: Connection refused' >&2; exit 1; }
`;
    writeFileSync(join(bin, 'nc'), text, { mode: 0o755 });
  } else if (tool === 'python3') {
    symlinkSync('/usr/bin/python3', join(bin, tool));
  } else symlinkSync(real(tool), join(bin, tool));
  const program = await programOf(() => {
    waitFor('there', { port, host: '127.0.0.1' });
    waitFor('not', { port: 1, host: '127.0.0.1', timeout: 0 });
  });
  const run = await runIn('dash', program, {
    home: join(bin, 'state'),
    under: ['/usr/bin/env', '-i', `PATH=${bin}`],
    rewritten: (text) => text.replaceAll(/PATH=\$PATH:\S+/g, ''),
  });
  server.close();
  rmSync(bin, { recursive: true });
  expect(run.statuses).toEqual(['ok', 'failed']);
  expect(JSON.stringify(run.events)).toMatch(
    /port 1 of 127\.0\.0\.1 takes a connection: (.Errno 111. )?Connection refused/,
  );
});
