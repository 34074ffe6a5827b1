import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ageKey, yamlBlock, type AgeKey } from '../support/age.ts';
import { startCli, type Ended } from '../support/cli.ts';
import { sshProject, type SshProject } from '../support/ssh-project.ts';

let project: SshProject;
let key: AgeKey;
let target = '';

beforeAll(async () => {
  project = await sshProject(['web1']);
  target = project.at('target');
  key = await ageKey(project.dir);
});
afterAll(() => project.close());
beforeEach(() => {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
});

function tsplay(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Ended> {
  return startCli(args, { cwd: project.dir, env: { TSPLAY_IDENTITY: key.file, ...env } }).ended;
}

const path = (name: string): string => project.at(name);
const at = (name: string): string => `${target}/${name}`;

function playbook(body: string, schema = 'v.object({ password: v.instance(Secret) })'): void {
  const text = `import { play, secret, Secret, v } from 'tsplay';
import { command, file, template } from 'tsplay/modules';
export default play('Test', { hosts: 'all', vars: ${schema} }, async ({ vars }) => {
${body}
});
void [command, file, template, secret, Secret];
`;
  writeFileSync(path('site.ts'), text);
}

describe('a value that is encrypted in the inventory', () => {
  it('comes to a file on the host, and nobody sees it', async () => {
    const password = yamlBlock(await key.encrypt('hunter2hunter2'), 6);
    writeFileSync(
      path('prod.yaml'),
      project.sshd('web1').inventory('web1', `    vars:\n      password: !age ${password}`),
    );
    writeFileSync(path('app.hbs'), 'url = db://app:{{password}}@db1\n');
    playbook(`
      file('${at('plain')}', { content: vars.password, mode: '0600' });
      file('${at('url')}', { content: secret\`db://\${vars.password}@db1\n\` });
      template('${at('app.conf')}', { source: 'app.hbs', vars });
      command('login', { run: ['sh', '-c', 'cat >${at('stdin')}'], stdin: vars.password });
      command('tells', { run: ['sh', '-c', 'cat; echo; exit 3'], stdin: vars.password });`);
    const check = await tsplay(['check', 'site.ts', '-i', 'prod.yaml', '--diff', '-vvv']);
    expect(check).toMatchObject({ code: 2, stderr: '' });
    const compiled = await tsplay(['compile', 'site.ts', '-i', 'prod.yaml']);
    expect(compiled).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(at('plain'))).toBe(false);
    const run = await tsplay(['run', 'site.ts', '-i', 'prod.yaml', '--diff', '-vvv', '--output', 'plain']);
    expect(run).toMatchObject({ code: 1, stderr: '' });
    expect(readFileSync(at('plain'), 'utf8')).toBe('hunter2hunter2');
    expect(statSync(at('plain')).mode & 0o777).toBe(0o600);
    expect(readFileSync(at('url'), 'utf8')).toBe('db://hunter2hunter2@db1\n');
    expect(readFileSync(at('app.conf'), 'utf8')).toBe('url = db://app:hunter2hunter2@db1\n');
    expect(readFileSync(at('stdin'), 'utf8')).toBe('hunter2hunter2');
    // A command can print what it was given, and that is not shown either.
    expect(run.stdout).toContain('| ‹secret›\n');
    for (const { stdout } of [check, compiled, run]) expect(stdout).not.toContain('hunter2');
  });

  it('is no text for a schema, which is told without it', async () => {
    playbook('void vars;', 'v.object({ password: v.string() })');
    const refused = await tsplay(['check', 'site.ts', '-i', 'prod.yaml']);
    expect(refused).toMatchObject({ code: 64, stdout: '' });
    expect(refused.stderr).toContain('it is a secret, for which the schema says v.instance(Secret)');
    expect(refused.stderr).not.toContain('hunter2');
  });

  it('is not joined to a text by accident', async () => {
    playbook("file('" + at('url') + "', { content: `db://${String(vars.password)}@db1\\n` });");
    const refused = await tsplay(['run', 'site.ts', '-i', 'prod.yaml']);
    expect(refused).toMatchObject({ code: 64, stdout: '' });
    expect(refused.stderr).toMatch(/a secret was joined to a text[^]*site\.ts:4:1[^]*secret`user:/);
    expect(existsSync(at('url'))).toBe(false);
  });

  it('cannot be read without the key: nothing runs', async () => {
    playbook(`file('${at('plain')}', { content: vars.password });`);
    const refused = await tsplay(['run', 'site.ts', '-i', 'prod.yaml'], { TSPLAY_IDENTITY: path('nowhere') });
    expect(refused).toMatchObject({ code: 64, stdout: '' });
    expect(refused.stderr).toMatch(/^error\[no-identity\]: .*nowhere\n {2}hint: `tsplay secret keygen`.*\n$/);
    const other = await ageKey(project.dir, 'other');
    const foreign = await tsplay(['run', 'site.ts', '-i', 'prod.yaml'], { TSPLAY_IDENTITY: other.file });
    expect(foreign).toMatchObject({ code: 64, stdout: '' });
    expect(foreign.stderr).toMatch(/^error\[age-other-key\][^]*prod\.yaml:9:22/);
    expect(existsSync(at('plain'))).toBe(false);
  });
});
