import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCli } from '../support/cli.ts';
import { playbookProject, type PlaybookProject } from '../support/playbook-project.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
let project: PlaybookProject;

beforeAll(() => {
  project = playbookProject();
  // As npm would install it: built, with its own dependencies found above it.
  const role = project.at('node_modules/@site/greeting');
  cpSync(join(root, 'test/fixtures/role-package'), role, { recursive: true });
  mkdirSync(join(role, 'node_modules'));
  symlinkSync(join(root, 'node_modules/@types'), join(role, 'node_modules/@types'));
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', role], { stdio: 'inherit' });
  project.write('inv.yaml', 'hosts: { here: { connection: local, vars: { folder: here } } }\n');
  mkdirSync(project.at('etc'));
});
afterAll(() => project.remove());

const site = (body: string): void =>
  project.write(
    'site.ts',
    `import { play } from 'tsplay';
import { command } from 'tsplay/modules';
import { greeting } from '@site/greeting';
export default play('Site', { hosts: 'all' }, () => {
  ${body}
});
void command;
`,
  );
const tsplay = (...args: readonly string[]) =>
  startCli([...args, '-i', 'inv.yaml'], { cwd: project.dir, env: { TS_HOME: project.at('state') } }).ended;

it('a role of another package is imported, and finds the templates that it brings', async () => {
  site(`const told = greeting({ folder: '${project.at('etc')}', owner: 'operations' });
  command('reload', { run: ['touch', '${project.at('reloaded')}'], when: told.changed });`);
  expect(await tsplay('check', 'site.ts')).toMatchObject({ code: 2 });
  expect(project.has('etc/greeting')).toBe(false);
  expect(await tsplay('run', 'site.ts')).toMatchObject({ code: 0 });
  expect(readFileSync(project.at('etc/greeting'), 'utf8')).toBe('Ask operations.\n');
  expect(project.has('reloaded')).toBe(true);
  expect((await tsplay('check', 'site.ts')).code).toBe(0);
});

it('what it does not take is an error of the playbook, with its place', async () => {
  site(`greeting({ folder: '/etc', ownr: 'operations' });`);
  const { code, stderr } = await tsplay('check', 'site.ts');
  expect(code).toBe(64);
  expect(stderr).toContain("'ownr' does not exist in type 'GreetingOptions'");
  expect(stderr).toContain('site.ts:5:');
});

it('what its tasks refuse is told at the call in the playbook', async () => {
  site(`greeting({ folder: 'etc', owner: 'operations', notice: 'soon' });`);
  const { code, stderr } = await tsplay('check', 'site.ts');
  expect(code).toBe(64);
  expect(stderr).toContain("file('etc/notice'): the path must be absolute");
  expect(stderr).toContain("template('etc/greeting'): the path must be absolute");
  expect(stderr.match(/site\.ts:5:3/g)).toHaveLength(2);
});

it('its schema checks the variables of the inventory', async () => {
  project.write(
    'vars.ts',
    `import { play } from 'tsplay';
import { greeting, greetingVars } from '@site/greeting';
export default play('Site', { hosts: 'all', vars: greetingVars }, ({ vars }) => void greeting(vars));
`,
  );
  const { code, stderr } = await tsplay('check', 'vars.ts');
  expect(code).toBe(64);
  expect(stderr).toMatch(/owner.*here|here.*owner/s);
});

it('a role that brings a tsplay of its own along registers with the play that calls it', async () => {
  const own = project.at('node_modules/@site/greeting/node_modules/tsplay');
  cpSync(join(root, 'dist'), join(own, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(own, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(own, 'node_modules'));
  site(`greeting({ folder: '${project.at('etc')}', owner: 'somebody' });`);
  expect((await tsplay('run', 'site.ts')).code).toBe(0);
  expect(readFileSync(project.at('etc/greeting'), 'utf8')).toBe('Ask somebody.\n');
});

it('is the one that the documentation shows', () => {
  const page = readFileSync(join(root, 'docs/roles.md'), 'utf8');
  for (const file of ['package.json', 'src/index.ts']) {
    expect(page).toContain(readFileSync(join(root, 'test/fixtures/role-package', file), 'utf8').trim());
  }
});
