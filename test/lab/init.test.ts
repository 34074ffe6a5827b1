import { expect, it } from 'vitest';
import { withLab } from './support/lab.ts';
import { labProject, taskStatuses } from './support/project.ts';

const lab = withLab(1);
const project = labProject();

async function play(mode: 'run' | 'check'): Promise<object> {
  return Object.fromEntries(taskStatuses(await project.play(mode, 'site.ts', '--limit', 'lab1'), 'lab1'));
}

it('the project that init makes runs in the lab as it is', async () => {
  // The folder has what npm would have installed.
  expect(await project.cli('init', '--keep')).toMatchObject({ code: 0, stderr: '' });
  const changes = { 'template[/etc/motd]': 'changed', 'sysctl[vm.swappiness]': 'changed' };
  expect(await play('check')).toEqual(changes);
  expect(await play('run')).toEqual(changes);
  expect(await lab.read('lab1', 'cat /etc/motd')).toMatch(/^lab1\n[^]*Ask ops@example\.org\.$/);
  expect(await lab.read('lab1', 'cat /proc/sys/vm/swappiness')).toBe('10');
  expect(await play('run')).toEqual({ 'template[/etc/motd]': 'ok', 'sysctl[vm.swappiness]': 'ok' });
});
