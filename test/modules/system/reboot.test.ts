import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command, reboot, sysctl, waitFor } from '../../../modules/index.ts';
import { problemsOf, programOf } from '../../support/modules.ts';
import { runIn, shellNames } from '../../support/shells.ts';

describe('options', () => {
  it('are told of all at once', async () => {
    const wrong = { timeout: 5, onlyIf: 'x', run: [], messages: 'x' };
    expect(await problemsOf(() => void reboot('r', wrong as never))).toEqual([
      expect.stringMatching(/^timeout must be a whole number from 10 to 86400/),
      expect.stringMatching(/^onlyIf must be a list of words/),
      'run must not be empty',
      expect.stringMatching(/messages.*did you mean message\?/),
    ]);
  });
});

describe.each(shellNames)('in %s', (shell) => {
  let dir = '';
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'tsplay-reboot-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  it.each([
    ['would reboot', ['true'], 'changed', 'unknown'],
    ['need not', ['false'], 'ok', 'ok'],
  ] as const)('a check of a host that %s', async (_, onlyIf, rebooted, after) => {
    const program = await programOf(() => {
      reboot('due', { onlyIf });
      sysctl('net.ipv4.tcp_sack', { value: 1, persist: false });
      waitFor('port', { port: 1, state: 'absent' });
      command('plain', { run: ['true'] });
      command('guarded', { run: ['true'], unless: ['true'] });
      command('reads', { run: ['true'], reads: true });
    });
    const { statuses } = await runIn(shell, program, { home: join(dir, 'state'), mode: 'check' });
    expect(statuses).toEqual([rebooted, after, after, 'changed', after, 'ok']);
  });

  it('a check does not know what follows a reboot of which it does not know', async () => {
    const program = await programOf(() => {
      const later = command('later', { run: ['true'] });
      const probe = waitFor('port', { port: 1 });
      void later;
      reboot('maybe', { when: probe.changed });
      sysctl('net.ipv4.tcp_sack', { value: 1, persist: false });
    });
    const { statuses } = await runIn(shell, program, { home: join(dir, 'state'), mode: 'check' });
    expect(statuses).toEqual(['changed', 'unknown', 'unknown', 'unknown']);
  });
});
