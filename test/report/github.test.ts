import { describe, expect, it } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { githubRendering } from '../../src/report/github.ts';
import { badNight, endedRoll, hostileEvents, run, task } from './events.ts';

function github(events: readonly TsplayEvent[]): string {
  const rendering = githubRendering('/srv/site');
  for (const event of events) rendering.event(event);
  return rendering.text();
}

/** As GitHub's runner reads a line. */
function parsed(line: string): { command: string; properties: Record<string, string>; message: string } {
  const [, command = '', list = '', data = ''] = /^::([a-z]+) ([^\n]*?)::(.*)$/.exec(line) ?? [];
  const plain = (text: string): string =>
    text
      .replaceAll('%0D', '\r')
      .replaceAll('%0A', '\n')
      .replaceAll('%3A', ':')
      .replaceAll('%2C', ',')
      .replaceAll('%25', '%');
  const properties = Object.fromEntries(
    list
      .split(',')
      .map((pair) => [pair.slice(0, pair.indexOf('=')), plain(pair.slice(pair.indexOf('=') + 1))]),
  );
  return { command, properties, message: plain(data) };
}

describe('annotations for GitHub', () => {
  it('stand at the line of the playbook, errors first', () => {
    expect(github(badNight('check'))).toMatchInlineSnapshot(`
      "::error title=service[app] failed,file=playbooks/edge.ts,line=12,col=3::on gw2%0Aapp did not start: it ended with status 1%0ASee what holds the port: ss -ltnp%0Aport 443 is taken
      ::error title=db-long-name is unreachable::on db-long-name%0Acannot reach 10.0.0.9 as root: connection refused%0ATry by hand: ssh -p 22 root@10.0.0.9
      ::warning title=play Edge gateways left undone::on gw2%0Ainterrupted
      ::warning title=play Core left undone::on gw1, gw2%0Ainterrupted
      ::warning title=drift of bond[bond0],file=playbooks/edge.ts,line=12,col=3::on gw1%0Amtu of bond0: 1500 -> 9000%0Aslaves of bond0:%0A  @@ -1,2 +1,2 @@%0A   eth1%0A  -eth2%0A  +eth3
      ::warning title=tsplay::on gw2%0Athe clock is 94 s behind
      "
    `);
  });

  it('are one for all hosts of which they say the same', () => {
    const hosts = Array.from({ length: 30 }, (_, index) => `web${index}`);
    const error = {
      code: 'task-failed',
      message: 'no',
      where: { file: '/srv/site/a.ts', line: 3, column: 2 },
    };
    const text = github([run('run', hosts), ...hosts.map((host) => task(host, 'x', 'failed', { error }))]);
    expect(text.trimEnd().split('\n')).toHaveLength(1);
    expect(parsed(text.trimEnd()).message).toMatch(/^on web0, web1, .*, web19 and 10 more\nno$/);
  });

  it('bring no command of a host', () => {
    const hostile =
      'a%0Ab::error file=x,line=1::owned\n::set-output name=x::1\r\n::stop-commands::t,title=x:y';
    const text = github(hostileEvents(hostile));
    const lines = text.trimEnd().split('\n');
    for (const line of lines) {
      const { command, properties, message } = parsed(line);
      expect(['error', 'warning']).toContain(command);
      expect(Object.keys(properties)[0]).toBe('title');
      expect(properties['title']).toContain('a%0Ab::error file=x,line=1::owned');
      expect(message).toContain('::set-output name=x::1\n::stop-commands::t,title=x:y');
    }
    expect(lines).toHaveLength(4);
    expect(github(hostileEvents())).not.toMatch(/[^\x20-\x7e\n]/);
  });

  it('warn of what the run did not come to, and say for whom a task ran', () => {
    expect(github(endedRoll())).toMatchInlineSnapshot(`
      "::error title=command[health] failed::on web2%0Ait ended with status 1
      ::warning title=play Rolling update left undone::on web1, web3, web4%0Ait failed on 1 of 2 hosts, which is more than 0 %25
      ::warning title=play Core left undone::on web1, web3, web4%0Ait failed on 1 of 2 hosts, which is more than 0 %25
      "
    `);
    const error = { code: 'task-failed', message: 'no' };
    expect(github([task('lb1', 'command[drain]', 'failed', { for: 'web1', error })])).toContain(
      '::on lb1 (for web1)%0Ano',
    );
  });

  it('are none where all is well', () => {
    expect(github([run('check', ['a']), task('a', 'x', 'ok')])).toBe('');
    expect(github([run('run', ['a']), task('a', 'x', 'failed', { caught: true })])).toBe('');
  });
});
