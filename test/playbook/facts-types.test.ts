import { symlinkSync } from 'node:fs';
import { afterEach, expect, it } from 'vitest';
import { customFacts, type FactSource } from '../../src/facts/source.ts';
import { sysctlFacts } from '../../src/facts/sysctl.ts';
import { factsProblems } from '../../src/playbook/gather-facts.ts';
import { play, type PlayOptions } from '../../src/playbook/play.ts';
import { sh } from '../../src/steps/sh.ts';
import { builtPackage, load } from './load/load-in-child.ts';
import { tempProject, type TempProject } from './load/temp-project.ts';

let project: TempProject | undefined;
afterEach(() => project?.remove());

it('has on the type of a body the groups that its play reads, and no others', async () => {
  project = tempProject({
    'package.json': '{"type":"module"}',
    'node_modules/.keep': '',
    'site.ts': `import { customFacts, play, sh, sysctlFacts, v, type FactGroup } from 'tsplay';
const raid = customFacts('raid', { probe: sh\`cat /proc/mdstat\`, parse: (text) => text.length });
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
  play('own', { hosts: 'all', facts: [raid, sysctlFacts('net.ipv4.ip_forward')] }, ({ facts }) => {
    const forward: string | undefined = facts.sysctl['net.ipv4.ip_forward'];
    void [forward, facts.raid.toFixed(), facts.sysctl['net.ipv4.ip_forwrad'], facts.system];
  }),
  play('some', { hosts: 'all', facts: some }, ({ facts }) => void facts.network.ssh),
];
`,
  });
  symlinkSync(builtPackage, project.path('node_modules/tsplay'));
  const { errors } = await load(project.dir, ['site.ts']);
  expect(errors.map(({ message, where }) => [where?.line, where?.column, message])).toEqual([
    [10, 79, expect.stringContaining("'system' does not exist on type") as string],
    [11, 37, expect.stringContaining("'facts' does not exist on type") as string],
    [12, 44, expect.stringContaining('"netwrok"') as string],
    [13, 92, expect.stringContaining('read-only') as string],
    [16, 55, expect.stringContaining('net.ipv4.ip_forwrad') as string],
    [16, 85, expect.stringContaining("'system' does not exist") as string],
    [18, 67, expect.stringContaining("possibly 'undefined'") as string],
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

it('refuses two different groups of one name, and takes one that is named twice', () => {
  const raid = customFacts('raid', { probe: sh`cat /proc/mdstat`, parse: String });
  const other = customFacts('raid', { probe: sh`mdadm --detail`, parse: String });
  const messages = (...facts: readonly FactSource[]): readonly string[] =>
    factsProblems(play('Edge', { hosts: 'all', facts }, () => {})).map(({ message }) => message);
  expect(messages(raid, 'system', raid, 'system')).toEqual([]);
  expect(messages(raid, other)).toEqual([
    "play 'Edge' reads two different groups of facts that are both called 'raid'",
  ]);
  expect(messages(sysctlFacts('net.ipv4.ip_forward'), sysctlFacts('kernel.ostype'))).toHaveLength(1);
});

it('refuses a group of its own that cannot be one', () => {
  const sound = { probe: sh`true`, parse: String };
  const refused = (name: string, definition: unknown): string => {
    try {
      customFacts(name, definition as typeof sound);
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(refused('fine', sound)).toBe('');
  expect(refused('network', sound)).toContain('a group of this name already');
  expect(refused('no-hyphen', sound)).toContain('letters, digits');
  expect(refused('__proto__', sound)).toContain('letters, digits');
  expect(refused('raid', { ...sound, probe: 'cat /proc/mdstat' })).toContain('its probe is no shell text');
  expect(refused('raid', { ...sound, parse: 1 })).toContain('its parse is no function');
  expect(refused('raid', { ...sound, limit: 0 })).toContain('1 to 3600 seconds');
  for (const key of ['ip_forward', 'net..ipv4', '../etc/passwd', 'net.ipv4.a b', ''])
    expect(() => sysctlFacts(key)).toThrow('this is no name of a kernel parameter');
});
