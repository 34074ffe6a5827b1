import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startCli, type Ended, type Running } from '../support/cli.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

// A host that only seems to boot: its sessions see the boot id of a file, and what is told to reboot it leaves a word.
const root = fileURLToPath(new URL('../..', import.meta.url));
let project = '';
let sshd: Sshd;
const at = (name: string): string => join(project, 'host', name);

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), 'tsplay-reboot-'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(root, join(project, 'node_modules/tsplay'));
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(project, 'session'),
    `[ ! -e ${project}/host/down ] || exit 1
export SSH_ORIGINAL_COMMAND
exec unshare -m sh -c 'mount --bind ${project}/host/boot_id /proc/sys/kernel/random/boot_id && exec sh -c "$SSH_ORIGINAL_COMMAND"'
`,
  );
  sshd = await startSshd([`SetEnv TS_HOME=${project}/host/state`, `ForceCommand sh ${project}/session`]);
  writeFileSync(join(project, 'hosts.yaml'), sshd.inventory('web1'));
});
afterAll(async () => {
  await sshd.close();
  rmSync(project, { recursive: true });
});
beforeEach(() => {
  rmSync(join(project, 'host'), { recursive: true, force: true });
  mkdirSync(join(project, 'host'));
  boot(1);
});

const boot = (number: number): void => writeFileSync(at('boot_id'), `boot-${number}\n`);
const asked = (times: number): Promise<void> =>
  vi.waitFor(
    () => expect(existsSync(at('asked')) && readFileSync(at('asked'), 'utf8').length).toBe(times),
    20_000,
  );

/** The host goes down, and comes up again a while after. */
async function bootAgain(number: number): Promise<void> {
  writeFileSync(at('down'), '');
  sshd.cut();
  boot(number);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  rmSync(at('down'));
}

function start(calls: string, inventory = 'hosts.yaml'): Running {
  writeFileSync(
    join(project, 'site.ts'),
    `import { play, sh } from 'tsplay';
import { command, file, reboot } from 'tsplay/modules';
const at = (name: string) => ${JSON.stringify(at(''))} + '/' + name;
const run = sh\`printf x >>\${at('asked')}\`;
void [command, file];
export default play('Reboot', { hosts: 'all' }, () => {
${calls}
});
`,
  );
  return startCli(['run', 'site.ts', '-i', inventory, '--output', 'json'], { cwd: project });
}

const events = ({ stdout }: Ended): readonly Readonly<Record<string, unknown>>[] =>
  stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const ends = (ended: Ended): readonly string[] =>
  events(ended).flatMap((event) =>
    event['type'] === 'task' ? [`${String(event['task'])} ${String(event['status'])}`] : [],
  );
const entries = (): readonly string[] => {
  const [run = ''] = readdirSync(at('state/runs'));
  const folder = join(at('state/runs'), run);
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
  await bootAgain(2);
  await asked(2);
  await bootAgain(3);
  const ended = await run.ended;
  expect(ends(ended)).toEqual([
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
  expect(events(ended).filter(({ type }) => type === 'warning')).toEqual([]);
  expect(events(ended).filter(({ type }) => type === 'message')).toHaveLength(2);
});

it('a host that still answers is waited for until it goes', { timeout: 90_000 }, async () => {
  const run = start(`  reboot('slow', { run });`);
  await asked(1);
  sshd.cut();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  await bootAgain(2);
  const ended = await run.ended;
  if (ended.code !== 0) console.error(ended.stdout);
  expect([ended.code, ended.stderr, ends(ended)]).toEqual([0, '', ['reboot[slow] changed']]);
  expect(readFileSync(at('asked'), 'utf8')).toBe('x');
});

it('one that does not come back, or does not go, is an error', { timeout: 90_000 }, async () => {
  const run = start(`  reboot('gone', { run, timeout: 10 });`);
  await asked(1);
  writeFileSync(at('down'), '');
  sshd.cut();
  const ended = await run.ended;
  expect(ended.code).toBe(3);
  expect(ended.stdout).toMatch(
    /web1: it went down for a reboot and was not back within 10 s; the last try: /,
  );
  rmSync(join(project, 'host'), { recursive: true });
  mkdirSync(join(project, 'host'));
  boot(1);
  const stays = await start(
    `  reboot('stays', { run, timeout: 10 });\n  reboot('cannot', { run: ['false'] });`,
  ).ended;
  expect([stays.code, ends(stays)]).toEqual([1, ['reboot[stays] failed', 'reboot[cannot] skipped']]);
  expect(stays.stdout).toContain('it was told to reboot 10 s ago and is still up');
  // Nothing is left that a later run could take for a reboot.
  const again = await start(`  reboot('cannot', { run: ['false'] });`).ended;
  expect(again.stdout).toContain('cannot ended with status 1');
});

it('the machine that tsplay runs on is refused', async () => {
  writeFileSync(join(project, 'here.yaml'), 'hosts:\n  here:\n    connection: local\n');
  const ended = await start(`  file(at('conf'), { content: 'x' });\n  reboot('here', { run });`, 'here.yaml')
    .ended;
  expect(ended.code).toBe(1);
  expect(ended.stdout).toContain('would reboot the machine that tsplay runs on');
  expect([existsSync(at('conf')), existsSync(at('asked'))]).toEqual([false, false]);
});
