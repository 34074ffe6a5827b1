import { expect, it } from 'vitest';
import { directory, file, stat } from '../../../modules/index.ts';
import { everything } from '../../../src/playbook/choice.ts';
import { HostBuild } from '../../../src/playbook/host-build.ts';
import type { Program } from '../../../src/steps/program.ts';

const counters = (): { task: number; step: number; scope: number } => ({ task: 0, step: 0, scope: 0 });
const users = { login: '', become: false };

it('a file that is declared in a folder after that was purged is an error', async () => {
  const build = new HostBuild(
    'test',
    'local',
    counters(),
    () => undefined,
    async () => new Map(),
  );
  const body = async (): Promise<void> => {
    directory('/srv/x', { purge: true });
    file('/srv/x/before', { content: '' });
    await stat('/srv').result();
    file('/srv/x/before', { content: '' });
    file('/srv/xy', { content: '' });
    file('/srv/x/after', { content: '' });
  };
  await expect(build.run(body)).rejects.toMatchObject({
    errors: [{ message: '/srv/x/after is declared after /srv/x was purged of all that was not declared' }],
  });
});

it('what is left out by tags counts as declared, and so does what was sent before', async () => {
  const programs: Program[] = [];
  const build = new HostBuild(
    'test',
    'local',
    counters(),
    () => undefined,
    async (program) => {
      programs.push(program);
      return new Map();
    },
    users,
    { ...everything, takes: ({ id }) => id !== 'file[/srv/x/left]' },
  );
  await build.run(async () => {
    file('/srv/x/first', { content: '' });
    await stat('/srv').result();
    directory('/srv/x', { purge: true });
    file('/srv/x/left', { content: '' });
  });
  expect(programs.at(-1)?.items).toHaveLength(1);
  expect(programs.at(-1)?.declared).toEqual(expect.arrayContaining(['/srv/x/first', '/srv/x/left']));
});
