import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Plan } from '../../src/plan/plan-file.ts';
import { startCli, type Ended } from '../support/cli.ts';
import { sshProject, type SshProject } from '../support/ssh-project.ts';

let project: SshProject;
let inventory = '';
beforeAll(async () => {
  project = await sshProject(['web1', 'web2']);
  inventory = readFileSync(project.at('inventory/test.yaml'), 'utf8');
});
afterAll(() => project.close());

/** What stands in a file that a host has for itself; undefined where there is none. */
const on = (host: string, name: string): string | undefined => {
  const file = project.at(`target/${host}-${name}`);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};
const put = (host: string, name: string, text: string): void =>
  writeFileSync(project.at(`target/${host}-${name}`), text);

beforeEach(() => {
  rmSync(project.at('target'), { recursive: true, force: true });
  project.write('target/.keep', '');
  project.write('inventory/test.yaml', inventory);
  rmSync(project.at('site.plan'), { force: true });
});

/** Writes the playbook: plays whose tasks are for files of each host. */
function site(plays: string): void {
  project.write(
    'site.ts',
    `import { play, secretFrom } from 'tsplay';
import { command, file } from 'tsplay/modules';
import { attempt } from 'tsplay';
const key = secretFrom({ env: 'SITE_KEY' });
const at = (host: { readonly name: string }, name: string) => \`${project.at('target')}/\${host.name}-\${name}\`;
export default [${plays}];
void [key, command, file, attempt];`,
  );
}

const simple = `play('Site', { hosts: 'all' }, ({ host }) => {
  const conf = file(at(host, 'conf'), { content: 'new\\n' });
  command('reload', { run: ['cp', at(host, 'conf'), at(host, 'copy')], when: conf.changed });
})`;

const plan = (...words: readonly string[]): Promise<Ended> =>
  project.tsplay('plan', 'site.ts', '-i', 'test', '-o', 'site.plan', ...words);
const apply = (...words: readonly string[]): Promise<Ended> => project.tsplay('apply', 'site.plan', ...words);
const saved = (): Plan => JSON.parse(readFileSync(project.at('site.plan'), 'utf8')) as Plan;
const edit = (change: (plan: { -readonly [K in keyof Plan]: Plan[K] }) => void): void => {
  const all = saved();
  change(all);
  project.write('site.plan', JSON.stringify(all));
};

describe('a plan', () => {
  it('changes nothing, is for its owner alone, and is applied once', async () => {
    site(simple);
    put('web1', 'conf', 'old\n');
    const made = await plan();
    expect({ code: made.code, stderr: made.stderr }).toEqual({
      code: 0,
      stderr: 'plan written to site.plan: changes on web1, web2\n',
    });
    expect([on('web1', 'conf'), on('web2', 'conf')]).toEqual(['old\n', undefined]);
    expect(existsSync(project.at('state-web1'))).toBe(false);
    expect(statSync(project.at('site.plan')).mode & 0o777).toBe(0o600);
    expect(saved().hosts['web1']?.found[0]?.steps).toMatchObject([{ before: 'old\n', after: 'new\n' }]);

    const applied = await apply();
    expect({ code: applied.code, stderr: applied.stderr }).toEqual({ code: 0, stderr: '' });
    expect(['web1', 'web2'].map((host) => [on(host, 'conf'), on(host, 'copy')])).toEqual([
      ['new\n', 'new\n'],
      ['new\n', 'new\n'],
    ]);
    const again = await apply();
    expect(again.code).toBe(64);
    expect(again.stderr).toContain('site.plan has been applied already, at 20');
    const still = await apply('--again');
    expect(still.code).toBe(2);
    expect(still.stderr).toContain(`file[${project.at('target')}/web1-conf] was to be changed, and is ok`);
  });

  it('is applied over the connection that the hosts were compared over', async () => {
    site(simple);
    await plan();
    const log = join(project.sshd('web1').dir, 'log');
    const logins = (): number => readFileSync(log, 'utf8').split('Accepted publickey').length;
    const before = logins();
    expect((await apply()).code).toBe(0);
    expect(logins()).toBe(before + 1);
  });

  it('can be undone like any run', async () => {
    site(simple);
    put('web1', 'conf', 'old\n');
    await plan('--limit', 'web1');
    expect((await apply()).code).toBe(0);
    expect(on('web2', 'conf')).toBe(undefined);
    project.undo('web1');
    expect(on('web1', 'conf')).toBe('old\n');
  });

  it('has failures in it that the playbook deals with', async () => {
    site(`play('Site', { hosts: 'web1' }, ({ host }) => {
      const { failed } = attempt(() => void command('probe', { run: ['false'], reads: true }));
      file(at(host, 'conf'), { content: 'x', when: failed });
    })`);
    expect((await plan()).code).toBe(0);
    expect(saved().hosts['web1']?.found).toMatchObject([
      { status: 'failed', caught: true },
      { status: 'changed' },
    ]);
    expect((await apply()).code).toBe(0);
    expect(on('web1', 'conf')).toBe('x');
  });

  it('is not written where the check fails or a host is gone', async () => {
    site(
      `play('Site', { hosts: 'all' }, () => { command('x', { run: ['no-such-program'], reads: true }); })`,
    );
    const failed = await plan();
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain(
      'site.plan was not written: the check did not come to its end on web1, web2',
    );
    expect(existsSync(project.at('site.plan'))).toBe(false);
    site(simple);
    project.write('inventory/test.yaml', `${inventory}  gone: { address: 127.0.0.1, port: 1 }\n`);
    const gone = await plan();
    expect(gone.code).toBe(3);
    expect(existsSync(project.at('site.plan'))).toBe(false);
  });
});

describe('a host that has changed since', () => {
  it('keeps every host from being changed', async () => {
    site(simple);
    put('web1', 'conf', 'old\n');
    await plan();
    put('web1', 'conf', 'by hand\n');
    const { code, stdout, stderr } = await apply();
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('error[plan-host-differs]: web1 is not as the plan found it');
    expect(stderr).toContain("web1-conf was 'old ⏎ ', and is 'by hand ⏎ '");
    expect(stderr).toContain('nothing was changed on any host');
    expect([on('web1', 'conf'), on('web2', 'conf')]).toEqual(['by hand\n', undefined]);
    expect(existsSync(project.at('site.plan')) && saved().applied).toEqual([]);
  });

  it('is left out with --partial', async () => {
    site(simple);
    await plan();
    put('web1', 'conf', 'by hand\n');
    const { code } = await apply('--partial');
    expect(code).toBe(2);
    expect([on('web1', 'conf'), on('web2', 'conf')]).toEqual(['by hand\n', 'new\n']);
    expect(saved().applied).toHaveLength(1);
  });

  it('is one that has been booted, or is another machine', async () => {
    site(simple);
    await plan();
    edit(({ hosts }) => {
      Object.assign(hosts['web1']?.identity ?? {}, { boot: 'another' });
      Object.assign(hosts['web2']?.identity ?? {}, { machine: 'another' });
    });
    const { code, stderr } = await apply();
    expect(code).toBe(2);
    expect(stderr).toContain('it has been booted since');
    expect(stderr).toContain('it is another machine: ');
    expect(on('web1', 'conf')).toBe(undefined);
  });

  it('is one that cannot be reached: then nothing is changed elsewhere either', async () => {
    project.write('inventory/two.yaml', inventory);
    site(simple);
    await project.tsplay('plan', 'site.ts', '-i', 'two', '-o', 'site.plan');
    const { knownHosts } = project.sshd('web2');
    const known = readFileSync(knownHosts, 'utf8');
    writeFileSync(knownHosts, '');
    try {
      const { code, stderr } = await apply();
      expect(code).toBe(3);
      expect(stderr).toContain('web2: UNREACHABLE');
      expect(on('web1', 'conf')).toBe(undefined);
      expect((await apply('--partial')).code).toBe(3);
      expect(on('web1', 'conf')).toBe('new\n');
    } finally {
      writeFileSync(knownHosts, known);
    }
  });
});

describe('before anything connects', () => {
  it.each<[string, () => void, string]>([
    [
      'the playbook',
      () => site(simple.replace('new', 'newer')),
      'site.ts has changed since the plan was made',
    ],
    [
      'a variable',
      () =>
        project.write(
          'inventory/test.yaml',
          inventory.replace('hosts:\n  web1:\n', 'hosts:\n  web1:\n    vars: { a: 1 }\n'),
        ),
      'web1: what the inventory says of it has changed',
    ],
    [
      'the hosts',
      () => project.write('inventory/test.yaml', `${inventory}  web3: {}\n`),
      'it has come to web3',
    ],
    ['the version', () => edit((all) => (all.tsplay = '0.0.1')), 'the plan was made by tsplay 0.0.1'],
    ['the format', () => edit((all) => Object.assign(all, { version: 9 })), 'a plan of version 9'],
    ['half of it', () => edit((all) => Object.assign(all, { salt: 1 })), 'cannot be read as a plan: salt'],
  ])('refuses where %s has changed', async (_, change, problem) => {
    site(simple);
    await plan();
    change();
    const { code, stderr } = await apply();
    expect(code).toBe(64);
    expect(stderr).toContain(problem);
    expect(on('web1', 'conf')).toBe(undefined);
  });
});

describe('the programs', () => {
  it('are those of the plan, byte for byte', async () => {
    site(simple);
    await plan('--limit', 'web1');
    edit(({ hosts }) => Object.assign(hosts['web1']?.programs[0] ?? {}, { digest: 'sha256:x' }));
    const { code, stderr } = await apply();
    expect(code).toBe(2);
    expect(stderr).toContain('the program is another one (file[');
  });

  it('hold no secret, and are others where a secret is another', async () => {
    site(`play('Site', { hosts: 'web1' }, ({ host }) => {
      file(at(host, 'key'), { content: key, mode: '0600' });
      command('say', { run: ['cat', at(host, 'key')], reads: true });
    })`);
    put('web1', 'key', 'hunter2-hunter2');
    const tsplay = (key: string, ...words: readonly string[]): Promise<Ended> =>
      startCli(words, { cwd: project.dir, env: { SITE_KEY: key } }).ended;
    const words = ['plan', 'site.ts', '-i', 'test', '-o', 'site.plan', '-e', 'a=b'];
    expect((await tsplay('hunter2-hunter2', ...words)).code).toBe(0);
    const text = readFileSync(project.at('site.plan'), 'utf8');
    expect(text).not.toContain('hunter2');
    expect(saved().hosts['web1']?.programs[0]?.digest).toMatch(/^scrypt:/);
    const other = await tsplay('hunter3-hunter3', 'apply', 'site.plan');
    expect(other.code).toBe(2);
    expect((await tsplay('hunter2-hunter2', 'apply', 'site.plan')).code).toBe(0);
    const clear = await tsplay('hunter2-hunter2', ...words.slice(0, -1), 'a=hunter2-hunter2');
    expect(clear.code).toBe(64);
    expect(clear.stderr).toContain('-e gives a value that is a secret');
  });
});

describe('what runs otherwise than host by host', () => {
  it('is planned with it: batches, and tasks on another host', async () => {
    site(`play('Site', { hosts: 'web1', serial: 1 }, async ({ host, on }) => {
      await on('web2', () => void file(at({ name: 'web2' }, 'drained'), { content: host.name }));
      file(at(host, 'conf'), { content: 'x' });
    })`);
    expect((await plan()).code).toBe(0);
    expect(saved()).toMatchObject({ beside: ['web2'], hosts: { web1: {}, web2: { programs: [{}] } } });
    put('web2', 'drained', 'by hand');
    const refused = await apply('--partial');
    expect(refused.code).toBe(2);
    expect([on('web1', 'conf'), on('web2', 'drained')]).toEqual([undefined, 'by hand']);
    rmSync(project.at('target/web2-drained'));
    expect((await apply()).code).toBe(0);
    expect([on('web1', 'conf'), on('web2', 'drained')]).toEqual(['x', 'web1']);
  });

  it('is what was chosen by tags', async () => {
    site(`play('Site', { hosts: 'web1' }, ({ host }) => {
      file(at(host, 'conf'), { content: 'x', tags: ['conf'] });
      file(at(host, 'copy'), { content: 'y' });
    })`);
    expect((await plan('--tags', 'conf')).code).toBe(0);
    expect((await apply()).code).toBe(0);
    expect([on('web1', 'conf'), on('web1', 'copy')]).toEqual(['x', undefined]);
  });
});

describe('barriers', () => {
  it('that a check comes over are part of a plan', async () => {
    site(`play('Site', { hosts: 'web1', facts: ['system'] }, async ({ host, facts }) => {
      const name = await command('name', { run: ['echo', 'from-host'], reads: true }).result();
      file(at(host, 'conf'), { content: \`\${facts.system.hostname === '' ? '' : name.stdout}\` });
    })`);
    expect((await plan()).code).toBe(0);
    expect(saved().hosts['web1']).toMatchObject({ programs: [{}, {}] });
    expect((await apply()).code).toBe(0);
    expect(on('web1', 'conf')).toBe('from-host\n');
  });

  it('end it where a check does not run what the rest depends on', async () => {
    site(`play('Site', { hosts: 'web1' }, async ({ host }) => {
      const made = await command('make', { run: ['echo', 'made'] }).result();
      file(at(host, 'conf'), { content: made.stdout });
    })`);
    const { code, stderr } = await plan();
    expect(code).toBe(0);
    expect(stderr).toContain(
      "web1: the plan ends within play 'Site': what follows depends on the result of command[make]",
    );
    const applied = await apply();
    expect(applied.code).toBe(1);
    expect(applied.stdout).toContain('the plan ends before file[');
    expect(on('web1', 'conf')).toBe(undefined);
  });

  it('end it behind what a function decides', async () => {
    site(`play('Site', { hosts: 'web1' }, ({ host }) => {
      command('make', { run: ['echo', 'made'], changedWhen: (result) => result.stdout === 'no' });
      file(at(host, 'conf'), { content: 'x' });
    })`);
    expect((await plan()).stderr).toContain('what command[make] came to is decided by a function');
    expect((await apply()).code).toBe(1);
    expect(on('web1', 'conf')).toBe(undefined);
  });

  it('stop it where the host says something else after what was changed', async () => {
    site(`play('Site', { hosts: 'web1' }, async ({ host }) => {
      file(at(host, 'one'), { content: 'two' });
      const read = await command('read', { run: ['cat', at(host, 'one')], reads: true }).result();
      file(at(host, 'conf'), { content: read.stdout });
    })`);
    put('web1', 'one', 'one');
    await plan();
    const { code, stdout } = await apply();
    expect(code).toBe(1);
    expect(stdout).toContain("what play 'Site' would do now is not what was planned");
    expect([on('web1', 'one'), on('web1', 'conf')]).toEqual(['two', undefined]);
  });
});
