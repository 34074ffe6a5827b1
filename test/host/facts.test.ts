import { readFileSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { eventsOf, factHosts } from '../support/fact-hosts.ts';
import { isRunning } from '../support/processes.ts';

const { project, port, oddIp, asked, play, told } = factHosts();
const counts = { ok: 0, changed: 0, failed: 0, skipped: 0, unknown: 0, unreachable: false };

it('builds a body with the facts that it names, at one more round trip, and tells nobody', async () => {
  const site = `play('One', { hosts: 'all', facts: ['network', 'system'] }, ({ facts, ...rest }) => {
    tell('facts', { ...facts, rest: Object.keys(rest) });
  })`;
  const check = await play('check', site, '--limit', 'fine');
  expect(check).toMatchObject({ code: 2, stderr: '' });
  const run = await play('run', site, '--limit', 'fine');
  expect(run).toMatchObject({ code: 0, stderr: '' });
  const ssh = { address: '127.0.0.1', port: port('fine'), interface: 'lo', client: '127.0.0.1' };
  expect(told('facts')).toMatchObject({
    system: { hostname: os.hostname(), uid: process.getuid?.() },
    network: { ssh },
    rest: ['host', 'vars', 'factsOf', 'batch', 'on', 'runOnce', 'throttle'],
  });
  for (const result of [check, run]) {
    expect(eventsOf(result, 'session')[0]).toMatchObject({ roundTrips: 3 });
    expect(eventsOf(result, 'task-start')).toHaveLength(1);
    expect(eventsOf(result, 'output')).toEqual([]);
    expect(eventsOf(result, 'summary')).toMatchObject([
      { type: 'summary', hosts: { fine: { ...counts, changed: 1 } } },
    ]);
  }
});

it('asks once for several plays, and again only after something was changed', async () => {
  const site = `
  play('One', { hosts: 'all', facts: ['network'] }, ({ facts }) => {
    command('look', { run: ['true'], reads: true });
    tell('same', facts.network.interfaces.length > 0);
  }),
  play('Two', { hosts: 'all', facts: ['network'] }, ({ facts }) => {
    tell('two', facts.network.interfaces.length > 0);
  }),
  play('Three', { hosts: 'all', facts: ['network'] }, () => {}),`;
  const first = await play('run', site, '--limit', 'fine');
  // After the changes of the plays One and Two.
  expect(asked('fine')).toBe(3);
  expect(eventsOf(first, 'session')[0]).toMatchObject({ roundTrips: 1 + 2 + 2 + 1 });
  const second = await play('run', site, '--limit', 'fine');
  expect(asked('fine')).toBe(4);
  expect(eventsOf(second, 'session')[0]).toMatchObject({ roundTrips: 1 + 2 + 1 + 0 });
  expect(eventsOf(second, 'warning')).toEqual([]);
});

it('warns in a check where a run would find other facts', async () => {
  const site = `
  play('One', { hosts: 'all', facts: ['network'] }, () => tell('new', 1)),
  play('Two', { hosts: 'all', facts: ['network'] }, () => {}),`;
  const check = await play('check', site, '--limit', 'fine');
  expect(asked('fine')).toBe(1);
  expect(eventsOf(check, 'warning')).toMatchObject([
    {
      type: 'warning',
      host: 'fine',
      message: "play 'Two' is built from facts that changes of earlier plays could alter",
    },
  ]);
});

/** Reads the one group, and says of the other whether it is there. */
const both = `play('Both', { hosts: 'all', facts: ['network', 'system'] }, ({ host, facts }) => {
    const known = [Object.hasOwn(facts, 'network'), Object.keys(facts)];
    tell(host.name, [facts.system.uid, known]);
  })`;
const reading = `play('Reading', { hosts: 'all', facts: ['network', 'system'] }, ({ host, facts }) => {
    tell(host.name, facts.network.interfaces.length);
  })`;

it('a group that fails costs a play nothing that does not read it', async () => {
  oddIp('echo no such luck >&2; exit 3');
  const run = await play('run', both);
  expect(run.code).toBe(0);
  expect(eventsOf(run, 'warning')).toMatchObject([
    {
      type: 'warning',
      host: 'odd',
      task: 'facts[network]',
      message: 'could not be gathered: network facts ended with status 3 (no such luck)',
    },
  ]);
  expect(told('fine')).toEqual([process.getuid?.(), [true, ['network', 'system']]]);
  expect(told('odd')).toEqual([process.getuid?.(), [false, ['system']]]);
});

it('a group that fails is a failure of the host whose body reads it, and the others go on', async () => {
  oddIp('echo no such luck >&2; exit 3');
  const run = await play('run', reading);
  expect(run.code).toBe(1);
  expect(eventsOf(run, 'task').filter((task) => task['host'] === 'odd')).toMatchObject([
    {
      task: 'play[Reading]',
      status: 'failed',
      error: {
        code: 'facts-missing',
        message: expect.stringContaining('ended with status 3 (no such luck)') as string,
        where: { file: join(project(), 'site.ts'), line: 9 },
      },
    },
  ]);
  const [{ hosts } = {}] = eventsOf(run, 'summary');
  expect(hosts).toEqual({ fine: { ...counts, changed: 1 }, odd: { ...counts, failed: 1 } });
  expect(() => told('odd')).toThrow('ENOENT');
});

it('an answer that makes no sense is none', async () => {
  oddIp('echo "[{}, nonsense"; exit 0');
  const run = await play('run', reading, '--limit', 'odd');
  const [task] = eventsOf(run, 'task');
  expect(task?.['error']).toMatchObject({ message: expect.stringContaining('JSON') as string });
});

it('a group that hangs is ended when its time is over', async () => {
  oddIp(`echo $$ >>${project()}/target/hanging; exec sleep 600`);
  const check = await play('check', both);
  expect(check.code).toBe(2);
  expect(eventsOf(check, 'warning')).toMatchObject([
    { host: 'odd', message: 'could not be gathered: it took longer than 10 s and was ended' },
  ]);
  const [{ hosts } = {}] = eventsOf(check, 'summary');
  expect(hosts).toEqual({ fine: { ...counts, changed: 1 }, odd: { ...counts, changed: 1 } });
  const pid = Number(readFileSync(join(project(), 'target/hanging'), 'utf8'));
  await vi.waitFor(() => expect(isRunning(pid)).toBe(false), 5000);
});

it('gathers what a playbook asks for itself, and kernel parameters', async () => {
  const site = `play('Own', { hosts: 'all', facts: [
    customFacts('words', { probe: sh\`printf '%s\\n' one 'two three'\`, parse: (text) => text.trim().split('\\n') }),
    sysctlFacts('kernel.ostype', 'net.ipv4.conf.*.forwarding', 'net.ipv4.no_such'),
  ] }, ({ facts }) => {
    tell('own', { second: facts.words[1], ...facts.sysctl, absent: 'net.ipv4.no_such' in facts.sysctl });
  })`;
  const run = await play('run', site, '--limit', 'fine');
  expect(run).toMatchObject({ code: 0, stderr: '' });
  expect(told('own')).toMatchObject({
    second: 'two three',
    'kernel.ostype': 'Linux',
    'net.ipv4.conf.lo.forwarding': readFileSync('/proc/sys/net/ipv4/conf/lo/forwarding', 'utf8').trim(),
    absent: true,
  });
});

it('refuses a group that does not exist before any connection, with its place', async () => {
  const site = `play('Odd', { hosts: 'all', facts: ['netwrok'] as unknown as ['network'] }, () => {})`;
  const run = await play('run', site);
  expect(run).toMatchObject({ code: 64, events: [] });
  expect(run.stderr).toContain("'netwrok', which do not exist; did you mean network?");
  expect(run.stderr).toMatch(/site\.ts:8:1\b/);
});
