import { afterEach, expect, it } from 'vitest';
import { loadPlaybook } from '../../src/playbook/playbook.ts';
import { tempProject, type TempProject } from './load/temp-project.ts';

let project: TempProject | undefined;
afterEach(() => project?.remove());

const play = (name: string): string => `play('${name}', { hosts: 'all' }, () => {})`;

async function playsOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  project?.remove();
  project = tempProject({ 'hosts.yaml': 'hosts: { a: {} }\n', ...files });
  const { plays } = await loadPlaybook('site.ts', 'hosts.yaml', project.dir);
  return plays.map(({ name }) => name);
}

it('is one play, a list of them, or a list of playbooks', async () => {
  const from = `import { play } from 'tsplay';\n`;
  const one = `${from}export default ${play('one')};\n`;
  expect(await playsOf({ 'site.ts': one })).toEqual(['one']);
  expect(
    await playsOf({
      'one.ts': one,
      'more.ts': `${from}export default [${play('two')}, ${play('three')}];\n`,
      'site.ts': `import one from './one.ts';\nimport more from './more.ts';\nexport default [one, more];\n`,
    }),
  ).toEqual(['one', 'two', 'three']);
});

it('is not something else', async () => {
  for (const [text, found, line] of [
    ['export default [];', 'its default is an empty list', 2],
    ['export default 1;', 'its default is a number', 2],
    ['export default Promise.resolve(1);', 'its default is a promise; wait for it with await', 2],
    ['export default [undefined];', 'in its list, number 1 is undefined', 2],
    ['export default [[[]]];', 'in its list, number 1 is an object', 2],
    ['export {};', 'nothing is its default', 1],
  ] as const)
    await expect(playsOf({ 'site.ts': `\n${text}\n` })).rejects.toMatchObject({
      code: 'not-a-playbook',
      message: expect.stringMatching(new RegExp(`: ${found}$`)) as string,
      where: { line },
    });
});
