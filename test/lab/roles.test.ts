import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { withLab } from './support/lab.ts';
import { asPredicted, labProject, taskStatuses } from './support/project.ts';

const lab = withLab(1);
const project = labProject();

/** The host as other tools see it. */
const view = `cat /etc/hostname /proc/sys/kernel/hostname /etc/hosts; readlink /etc/localtime; getent passwd ops; cat /home/ops/.ssh/authorized_keys
cat /etc/sudoers.d/* /etc/ssh/sshd_config.d/* /etc/sysctl.d/* /etc/modules-load.d/*; sshd -T | grep -i passwordauth; cat /proc/sys/net/core/somaxconn; lsmod | grep -c '^dummy '; :`;
const snapshot = (): Promise<string> => lab.read('lab1', view);

beforeAll(() => {
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'ops', '-f', join(project.dir, 'ops')]);
  const key = readFileSync(join(project.dir, 'ops.pub'), 'utf8').trim();
  project.write(
    'base.ts',
    `import { play, v } from 'tsplay';
import { baseSystem, baseSystemVars } from 'tsplay/roles';
export default play('Base', { hosts: 'lab1', become: true, vars: v.object({ base: baseSystemVars }) }, ({ vars }) => baseSystem(vars.base));
`,
  );
  mkdirSync(join(project.dir, 'inventory'));
  project.write(
    'inventory/lab.yaml',
    `hosts:
  lab1:
    connection: lab
    vars:
      base:
        hostname: base1.example.org
        timezone: Europe/Berlin
        packages: [procps, sudo]
        admins: [{ name: ops, keys: ['${key}'] }]
        sysctl: { net.core.somaxconn: 8192 }
        kernelModules: [dummy]
        sshPasswords: false
`,
  );
});

/** The statuses of the tasks, by id. */
async function play(mode: 'run' | 'check'): Promise<object> {
  const run = await project.play(mode, 'base.ts', '--limit', 'lab1');
  return Object.fromEntries(taskStatuses(run, 'lab1'));
}

it('the base of a host: predicted, made, found again, taken back', async () => {
  const before = await snapshot();
  const predicted = await play('check');
  expect(await snapshot()).toBe(before);
  expect(await play('run')).toEqual(asPredicted(predicted));
  const after = await snapshot();
  expect(after).not.toBe(before);
  for (const part of ['base1.example.org', 'Europe/Berlin', 'ops:x:', 'passwordauthentication no', '8192'])
    expect(after).toContain(part);
  const again = await play('run');
  expect(Object.values(again).filter((status) => status !== 'ok' && status !== 'skipped')).toEqual([]);
  expect(await snapshot()).toBe(after);
  const { code, stdout, stderr } = await project.cli('rollback', '-i', 'lab', '--limit', 'lab1');
  expect(`${code} ${code === 0 ? '' : stdout}${stderr}`).toBe('0 ');
  expect(await snapshot()).toBe(before);
});
