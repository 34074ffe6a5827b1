import { expect, it } from 'vitest';
import { withLab } from './support/lab.ts';
import { labProject, taskStatuses } from './support/project.ts';

const lab = withLab(1);
const project = labProject();

/** What many small tasks ask of a host: so many files, packages and services, each by a call of its own. */
const playbook = (files: number, packages: readonly string[], services: readonly string[]): string =>
  `import { play } from 'tsplay';
import { file, pkg, service } from 'tsplay/modules';
export default play('Many', { hosts: 'lab1' }, () => {
  for (let n = 0; n < ${files}; n += 1) file(\`/srv/many/\${n}\`, { content: \`number \${n}\\n\`, mode: '0640', owner: 'root:root' });
  for (const name of ${JSON.stringify(packages)}) pkg(name);
  for (const name of ${JSON.stringify(services)}) service(name, { state: 'running' });
});
`;

/** How many processes a run starts on the host, its login among them, and how many of its tasks came to what. */
async function run(name: string): Promise<{ processes: number; told: Record<string, number> }> {
  const count = async (): Promise<number> =>
    Number(/^processes (\d+)/m.exec(await lab.read('lab1', 'cat /proc/stat'))?.[1]);
  const before = await count();
  const statuses = [...taskStatuses(await project.play('run', name, '--limit', 'lab1'), 'lab1').values()];
  const processes = (await count()) - before;
  const told: Record<string, number> = {};
  for (const status of statuses) told[status] = (told[status] ?? 0) + 1;
  return { processes, told };
}

it('200 files, 50 packages and 20 services cost as many processes as a few of each', async () => {
  const names = (text: string, number: number): readonly string[] => text.split('\n').slice(0, number);
  const packages = names(await lab.read('lab1', "dpkg-query -W -f '${Package}\\n'"), 50);
  const services = names(
    await lab.read(
      'lab1',
      "systemctl list-units --state=active --no-legend --plain --type=service,socket,target,timer | awk '{ print $1 }' | grep '^[a-z][a-z.@-]*$'",
    ),
    20,
  );
  expect([packages.length, services.length]).toEqual([50, 20]);
  await lab.read('lab1', 'mkdir /srv/many');
  project.write('few.ts', playbook(3, packages.slice(0, 2), services.slice(0, 2)));
  project.write('many.ts', playbook(200, packages, services));
  expect((await run('many.ts')).told).toEqual({ changed: 200, ok: 70 });

  const [few, many] = [await run('few.ts'), await run('many.ts')];
  expect([few.told, many.told]).toEqual([{ ok: 7 }, { ok: 270 }]);
  expect(many.processes).toBe(few.processes);
  console.error(`no change: ${many.processes} processes, the login among them`);

  const spoil = (): Promise<string> => lab.read('lab1', 'echo more >>/srv/many/1');
  await spoil();
  const one = await run('few.ts');
  await spoil();
  const oneOfMany = await run('many.ts');
  expect([one.told, oneOfMany.told]).toEqual([
    { changed: 1, ok: 6 },
    { changed: 1, ok: 269 },
  ]);
  expect(oneOfMany.processes).toBe(one.processes);
  console.error(`one of the files changed: ${oneOfMany.processes} processes`);
});
