import { symlinkSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { factsProblems } from '../../src/playbook/gather-facts.ts';
import { play, type PlayOptions } from '../../src/playbook/play.ts';
import { builtPackage, load } from './load/load-in-child.ts';
import { tempProject, type TempProject } from './load/temp-project.ts';

let project: TempProject | undefined;
afterEach(() => project?.remove());

it('has on the type of a body the groups that its play reads, and no others', async () => {
  project = tempProject({
    'package.json': '{"type":"module"}',
    'node_modules/.keep': '',
    'site.ts': `import { play, v, type FactGroup } from 'tsplay';
const vars = v.object({ name: v.string() });
const some: readonly FactGroup[] = ['network'];
export default [
  play('both', { hosts: 'all', facts: ['system', 'network'], vars }, ({ facts, vars }) => {
    const bytes: number = facts.system.memoryTotal + vars.name.length + facts.network.interfaces.length;
    void bytes;
  }),
  play('one', { hosts: 'all', facts: ['network'] }, ({ facts }) => void facts.system),
  play('none', { hosts: 'all' }, ({ facts }) => void facts),
  play('misspelt', { hosts: 'all', facts: ['netwrok'] }, () => {}),
  play('read-only', { hosts: 'all', facts: ['system'] }, ({ facts }) => void (facts.system.uid = 0)),
  play('some', { hosts: 'all', facts: some }, ({ facts }) => void facts.network.ssh),
];
`,
  });
  symlinkSync(builtPackage, project.path('node_modules/tsplay'));
  const { errors } = await load(project.dir, ['site.ts']);
  expect(errors.map(({ message, where }) => [where?.line, where?.column, message])).toEqual([
    [9, 79, expect.stringContaining("'system' does not exist on type") as string],
    [10, 37, expect.stringContaining("'facts' does not exist on type") as string],
    [11, 44, expect.stringContaining('"netwrok"') as string],
    [12, 92, expect.stringContaining('read-only') as string],
    [13, 67, expect.stringContaining("possibly 'undefined'") as string],
  ]);
});

it('suggests a group to those who have no types', () => {
  const options = { hosts: 'all', facts: ['netwrok', 'system', 'toString', 7] } as unknown as PlayOptions;
  const problems = factsProblems(play('Edge', options, () => {}));
  expect(problems.map(({ message }) => message)).toEqual([
    "play 'Edge' reads the facts 'netwrok', which do not exist; did you mean network?",
    "play 'Edge' reads the facts 'toString', which do not exist",
    "play 'Edge' reads the facts '7', which do not exist",
  ]);
  expect(problems[0]?.where?.file).toBe(import.meta.filename);
});
