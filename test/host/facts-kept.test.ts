import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { eventsOf, factHosts } from '../support/fact-hosts.ts';

const { project, oddIp, asked, tsplay, play, told } = factHosts();
const folder = (): string => join(project(), '.tsplay/facts');
const files = (): readonly string[] => (existsSync(folder()) ? readdirSync(folder()) : []);
beforeEach(() => rmSync(folder(), { recursive: true, force: true }));

const kept = ['--fact-cache', '1h'] as const;
const reading = `play('Reading', { hosts: 'all', facts: ['network'] }, ({ host, facts }) =>
    tell(host.name, facts.network.interfaces.length))`;
const looking = `play('Looking', { hosts: 'all', facts: ['network'] }, ({ facts }) =>
    void facts.network.interfaces)`;

describe('facts of former runs', () => {
  it('are taken while they are young, so that nothing is asked, nor even connected to', async () => {
    const first = await play('check', looking, ...kept);
    expect([first.code, first.stderr, asked('fine'), asked('odd')]).toEqual([0, '', 1, 1]);
    const second = await play('run', looking, ...kept);
    expect([second.code, asked('fine'), asked('odd')]).toEqual([0, 1, 1]);
    expect(eventsOf(second, 'session')).toEqual([]);
    // Without the flag they are neither read nor renewed.
    const before = files().map((name) => readFileSync(join(folder(), name), 'utf8'));
    await play('run', looking);
    expect([asked('fine'), asked('odd')]).toEqual([2, 2]);
    expect(files().map((name) => readFileSync(join(folder(), name), 'utf8'))).toEqual(before);
  });

  it('are nobody else’s business', async () => {
    await play('check', looking, ...kept);
    expect(files()).toHaveLength(2);
    for (const name of files()) expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o600);
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(project(), '.tsplay/.gitignore'), 'utf8')).toBe('*\n');
  });

  it('that are too old, from the future, or not to be understood, are asked for anew', async () => {
    const change = (edit: (text: string) => string): void => {
      for (const name of files()) {
        const text = readFileSync(join(folder(), name), 'utf8');
        const changed = edit(text);
        expect(changed).not.toBe(text);
        writeFileSync(join(folder(), name), changed);
      }
    };
    const at = /"at":(\d+)/g;
    const edits: readonly ((text: string) => string)[] = [
      (text) => text.replaceAll(at, (_, ms: string) => `"at":${Number(ms) - 3_700_000}`),
      (text) => text.replaceAll(at, (_, ms: string) => `"at":${Number(ms) + 3_700_000}`),
      (text) => text.slice(0, -20),
      (text) => text.replaceAll('@links', '@nonsense'),
      () => 'null',
    ];
    let times = 0;
    for (const edit of edits) {
      await play('check', looking, ...kept, '--limit', 'fine');
      expect(asked('fine')).toBe((times += 1));
      change(edit);
    }
    await play('check', looking, ...kept, '--limit', 'fine');
    expect(asked('fine')).toBe(times + 1);
  });

  it('of a host that a run changes are forgotten before it does so, with the flag or without', async () => {
    const changing = `play('Changing', { hosts: 'all' }, ({ host }) => {
    command('look', { run: ['ls', '${folder()}'] });
    file(\`\${target}/\${host.name}\`, { content: 'new' });
  })`;
    await play('check', looking, ...kept);
    expect(files()).toHaveLength(2);
    const check = await play('check', changing);
    expect(check.code).toBe(2);
    expect(files()).toHaveLength(2);
    const run = await play('run', changing, '--limit', 'fine');
    const seen = eventsOf(run, 'output').map((event) => String(event['text']).trim());
    expect(seen.join('\n').split('\n')).toHaveLength(1);
    expect(files()).toHaveLength(1);
    await play('check', looking, ...kept);
    expect([asked('fine'), asked('odd')]).toEqual([2, 1]);
  });

  it('of a host where a run has found nothing to change stay', async () => {
    await play('run', reading, ...kept);
    expect(files()).toEqual([]);
    await play('run', reading, ...kept);
    expect(files()).toHaveLength(2);
    await play('run', reading, ...kept);
    expect([asked('fine'), asked('odd')]).toEqual([2, 2]);
    expect(files()).toHaveLength(2);
  });

  it('of a host that is rolled back are forgotten', async () => {
    await play('run', reading, '--limit', 'fine');
    await play('check', looking, ...kept);
    expect(files()).toHaveLength(2);
    await tsplay('rollback', '-i', 'test', '--limit', 'fine');
    expect(files()).toHaveLength(1);
  });
});

describe('facts of other hosts', () => {
  const others = `play('Others', { hosts: 'all' }, async ({ host, factsOf }) => {
    const { hostname } = await factsOf('fine', 'system');
    const { interfaces } = await factsOf('odd', 'network');
    const own = await factsOf('odd', customFacts('own', { probe: sh\`echo odd\`, parse: (text) => text.trim() }));
    tell(host.name, [hostname, interfaces[0]?.name, own]);
  })`;

  it('are gathered there, and known from then on; hosts may wait for each other', async () => {
    const run = await play('run', others, '--forks', '1');
    expect([run.code, run.stderr]).toEqual([0, '']);
    for (const host of ['fine', 'odd']) expect(told(host)).toEqual([os.hostname(), 'lo', 'odd']);
    expect([asked('fine'), asked('odd')]).toEqual([0, 1]);
    const again = await play('run', others, '--forks', '1');
    expect(eventsOf(again, 'task').map((task) => task['status'])).toEqual(['ok', 'ok']);
  });

  it('outside the limit are those that former runs have kept', async () => {
    const without = await play('run', others, '--limit', 'fine', ...kept);
    expect(without.code).toBe(1);
    expect(eventsOf(without, 'task')).toMatchObject([
      {
        host: 'fine',
        status: 'failed',
        error: { code: 'facts-not-kept', where: { file: join(project(), 'site.ts'), line: 10 } },
      },
    ]);
    expect(asked('odd')).toBe(0);
    const gathered = await tsplay('facts', 'odd', '-i', 'test', '-g', 'network', ...kept);
    expect([gathered.code, gathered.stderr, asked('odd')]).toEqual([0, '', 1]);
    const network = others.replace(/^ +const own.*\n/m, '').replace(', own]', ']');
    const run = await play('run', network, '--limit', 'fine', ...kept);
    expect([run.code, asked('odd')]).toEqual([0, 1]);
    expect(told('fine')).toEqual([os.hostname(), 'lo']);
    expect(eventsOf(run, 'session').map((event) => event['host'])).toEqual(['fine']);
  });

  it('that do not exist are refused before any connection', async () => {
    const site = `play('Odd', { hosts: 'all' }, async ({ factsOf }) => void (await factsOf('fin', 'system')))`;
    const run = await play('run', site, '--limit', 'fine');
    expect(run).toMatchObject({ code: 64, events: [] });
    expect(run.stderr).toContain('there is no such host in the inventory; did you mean fine?');
    expect(run.stderr).toMatch(/site\.ts:8:\d+/);
  });

  it('that cannot be had are a failure of the one who asks', async () => {
    oddIp('exit 7');
    const run = await play('run', others, '--limit', 'fine,odd');
    expect(run.code).toBe(1);
    for (const task of eventsOf(run, 'task'))
      expect(task).toMatchObject({ status: 'failed', error: { code: 'facts-missing' } });
    expect(eventsOf(run, 'task')).toHaveLength(2);
  });
});

describe('tsplay facts', () => {
  it('prints what each host says, for people and for programs', async () => {
    const text = await tsplay('facts', '-i', 'test', '--group', 'system,network');
    expect([text.code, text.stderr]).toEqual([0, '']);
    expect(text.stdout).toMatch(/^fine:\n {2}system:\n {4}hostname: /);
    expect(text.stdout).toContain('\nodd:\n');
    const json = await tsplay('facts', 'fine', '-i', 'test', '-g', 'system', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ fine: { system: { hostname: os.hostname() } } });
    expect(Object.keys((JSON.parse(json.stdout) as { fine: object }).fine)).toEqual(['system']);
  });

  it('shows what it can, and says what is missing', async () => {
    oddIp('echo no such luck >&2; exit 3');
    const json = await tsplay('facts', '-i', 'test', '-g', 'system,network', '--json');
    expect(json.code).toBe(1);
    expect(json.stderr).toContain('odd: facts[network]: warning: could not be gathered');
    expect(json.stderr).toContain('no such luck');
    const shown = JSON.parse(json.stdout) as Record<string, object>;
    expect(Object.keys(shown['odd'] ?? {})).toEqual(['system']);
    expect(Object.keys(shown['fine'] ?? {})).toEqual(['system', 'network']);
  });

  it('refuses what it does not know, before it connects', async () => {
    const group = await tsplay('facts', '-i', 'test', '-g', 'netwrok');
    expect([group.code, group.stdout]).toEqual([64, '']);
    expect(group.stderr).toContain("there is no group of facts 'netwrok'; did you mean network?");
    const age = await tsplay('facts', '-i', 'test', '--fact-cache', '10');
    expect(age.code).toBe(64);
    expect(age.stderr).toContain('10 is no time such as 30s, 10m, 2h or 1d');
    const host = await tsplay('facts', 'fnie', '-i', 'test');
    expect(host.code).toBe(64);
    expect(host.stderr).toContain('fine');
  });
});
