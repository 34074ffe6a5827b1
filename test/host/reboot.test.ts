import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startCli, type Running } from '../support/cli.ts';
import { endsOf, linesOf, manyHosts, type ManyHosts } from '../support/many-hosts.ts';

// A host that only seems to boot: its sessions see the boot id of a file, and what is told to reboot it leaves a word.
let hosts: ManyHosts;
const at = (name: string): string => hosts.at(`host/${name}`);

beforeAll(async () => {
  hosts = await manyHosts(['web1'], (dir) => [`ForceCommand sh ${dir}/session`]);
  hosts.write(
    'session',
    `[ ! -e ${at('down')} ] || exit 1
export SSH_ORIGINAL_COMMAND
exec unshare -m sh -c 'mount --bind ${at('boot_id')} /proc/sys/kernel/random/boot_id && exec sh -c "$SSH_ORIGINAL_COMMAND"'
`,
  );
});
afterAll(() => hosts.close());
beforeEach(() => {
  hosts.fresh();
  boot(1);
});

const boot = (number: number): void => writeFileSync(at('boot_id'), `boot-${number}\n`);
const asked = (times: number): Promise<void> =>
  vi.waitFor(
    () => expect(existsSync(at('asked')) && readFileSync(at('asked'), 'utf8').length).toBe(times),
    20_000,
  );

/** The host goes down, and comes up again a while after: by then somebody may have tried it in vain. */
async function bootAgain(number: number, after = 300): Promise<void> {
  writeFileSync(at('down'), '');
  hosts.sshd.cut();
  boot(number);
  await new Promise((resolve) => setTimeout(resolve, after));
  rmSync(at('down'));
}

function start(calls: string, inventory = 'prod.yaml'): Running {
  hosts.site(`import { reboot } from 'tsplay/modules';
import { defineModule, rebooted } from 'tsplay/steps';
/** One that is waited for less long than the module of that name allows. */
const soon = defineModule<object>('soon', { steps: (name) => [rebooted(name, { run, limit: 3 })] });
void [reboot, soon];
const run = sh\`printf x >>\${at('asked')}\`;
export default play('Reboot', { hosts: 'all' }, () => {
${calls}
});
`);
  const words = ['run', 'site.ts', '-i', inventory, '--output', 'json'];
  return startCli(words, { cwd: hosts.dir });
}

const entries = (): readonly string[] => {
  const [run = ''] = readdirSync(hosts.at('state/runs'));
  const folder = join(hosts.at('state/runs'), run);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.undo'))
    .map(
      (name) =>
        readFileSync(join(folder, name), 'utf8').split(' ').slice(0, 2).join(' ').split('\n')[1] ?? '',
    );
};

it('the play goes on behind reboots, each of which happens once', { timeout: 90_000 }, async () => {
  const run = start(`  const conf = file(at('conf'), { content: 'new' });
  command('before', { run: ['true'], undo: ['true'] });
  reboot('same', { run, onlyIf: ['test', '!', '-e', at('asked')], when: conf.changed });
  reboot('same', { run });
  reboot('not due', { run, onlyIf: ['false'] });
  reboot('nor this', { run, unless: ['true'] });
  command('after', { run: sh\`cat /proc/sys/kernel/random/boot_id >\${at('seen')}\`, when: conf.changed });`);
  await asked(1);
  await bootAgain(2, 1500);
  await asked(2);
  await bootAgain(3);
  const ended = await run.ended;
  expect(endsOf(ended)).toEqual([
    `file[${at('conf')}] changed`,
    'command[before] changed',
    'reboot[same] changed',
    'reboot[same]#2 changed',
    'reboot[not due] ok',
    'reboot[nor this] ok',
    'command[after] changed',
  ]);
  expect([ended.code, ended.stderr]).toEqual([0, '']);
  expect(readFileSync(at('seen'), 'utf8')).toBe('boot-3\n');
  // What was changed for an earlier boot is gone, and nothing tries to take it back.
  expect(
    entries()
      .map((entry) => entry.replace(/\s.*/, ''))
      .toSorted(),
  ).toEqual(['ts_entry_disk', 'ts_entry_runtime', 'ts_entry_runtime']);
  expect(linesOf(ended.stdout).filter(({ type }) => type === 'warning')).toEqual([]);
  expect(linesOf(ended.stdout).filter(({ type }) => type === 'message')).toHaveLength(2);
});

it('a host that still answers is waited for until it goes', { timeout: 90_000 }, async () => {
  const run = start(`  reboot('slow', { run });`);
  await asked(1);
  hosts.sshd.cut();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await bootAgain(2);
  const ended = await run.ended;
  if (ended.code !== 0) console.error(ended.stdout);
  expect([ended.code, ended.stderr, endsOf(ended)]).toEqual([0, '', ['reboot[slow] changed']]);
  expect(readFileSync(at('asked'), 'utf8')).toBe('x');
});

it('one that does not come back, or does not go, is an error', { timeout: 90_000 }, async () => {
  const run = start(`  soon('gone');`);
  await asked(1);
  writeFileSync(at('down'), '');
  hosts.sshd.cut();
  const ended = await run.ended;
  expect(ended.code).toBe(3);
  expect(ended.stdout).toMatch(/web1: it went down for a reboot and was not back within 3 s; the last try: /);
  hosts.fresh();
  boot(1);
  const stays = await start(`  soon('stays');\n  reboot('cannot', { run: ['false'] });`).ended;
  expect([stays.code, endsOf(stays)]).toEqual([1, ['soon[stays] failed', 'reboot[cannot] skipped']]);
  expect(stays.stdout).toContain('it was told to reboot 3 s ago and is still up');
  // Nothing is left that a later run could take for a reboot.
  const again = await start(`  reboot('cannot', { run: ['false'] });`).ended;
  expect(again.stdout).toContain('cannot ended with status 1');
});

it('the machine that tsplay runs on is refused', async () => {
  hosts.write('here.yaml', 'hosts:\n  here:\n    connection: local\n');
  const ended = await start(`  file(at('conf'), { content: 'x' });\n  reboot('here', { run });`, 'here.yaml')
    .ended;
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain('would reboot the machine that tsplay runs on');
  expect([existsSync(at('conf')), existsSync(at('asked'))]).toEqual([false, false]);
});
