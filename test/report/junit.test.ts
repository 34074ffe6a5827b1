import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { TsplayEvent } from '../../src/events.ts';
import { junitRendering } from '../../src/report/junit.ts';
import { badNight, endedRoll, hostileEvents, hostileText, none, run, task } from './events.ts';

const schema = fileURLToPath(new URL('junit.xsd', import.meta.url));

function junit(events: readonly TsplayEvent[]): string {
  const rendering = junitRendering();
  for (const event of events) rendering.event(event);
  return rendering.text();
}

/** What an XML parser, and the schema, say of a document. */
function validated(xml: string, ...words: readonly string[]): string {
  return execFileSync('xmllint', ['--noout', '--nonet', '--schema', schema, ...words, '-'], {
    input: xml,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** What an XPath expression finds. */
function found(xml: string, path: string): string {
  return execFileSync('xmllint', ['--nonet', '--xpath', path, '-'], { input: xml, encoding: 'utf8' }).replace(
    /\n$/,
    '',
  );
}

describe('the JUnit report', () => {
  it('has a suite for each host and a case for each task', () => {
    expect(junit(badNight('check'))).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="tsplay check" tests="11" failures="1" errors="2" skipped="6" time="2.000">
      <testsuite name="gw1" tests="5" failures="1" errors="0" skipped="2" time="4.936" timestamp="2026-11-24T02:47:00" hostname="ctl1">
      <properties><property name="inventory" value="prod"/><property name="playbook" value="/srv/site/playbooks/edge.ts"/><property name="commit" value="233570a3f58bc57077660a30d841d30651295e1c"/></properties>
      <testcase name="bond[bond0]" classname="Edge gateways" time="1.234"><failure message="drift of bond[bond0]" type="drift">mtu of bond0: 1500 -&gt; 9000
      slaves of bond0:
        @@ -1,2 +1,2 @@
         eth1
        -eth2
        +eth3</failure></testcase>
      <testcase name="sysctl[net.ipv4.ip_forward]" classname="Edge gateways" time="1.234"></testcase>
      <testcase name="package[nginx]" classname="Edge gateways" time="1.234"><skipped message="unknown: 1 of 2 steps"></skipped></testcase>
      <testcase name="debug[uplinks]" classname="Edge gateways" time="1.234"><system-out>eth1
      eth2</system-out></testcase>
      <testcase name="play[Core]" classname="Core" time="0.000"><skipped message="left: play Core has not begun (interrupted)"></skipped></testcase>
      </testsuite>
      <testsuite name="gw2" tests="5" failures="0" errors="1" skipped="4" time="2.468" timestamp="2026-11-24T02:47:00" hostname="ctl1">
      <properties><property name="inventory" value="prod"/><property name="playbook" value="/srv/site/playbooks/edge.ts"/><property name="commit" value="233570a3f58bc57077660a30d841d30651295e1c"/></properties>
      <testcase name="service[app]" classname="Edge gateways" time="1.234"><error message="app did not start: it ended with status 1" type="task-failed">app did not start: it ended with status 1
      at /srv/site/playbooks/edge.ts:12:3
      See what holds the port: ss -ltnp</error><system-out>try 1 failed: it ended with status 7
      Starting app
      waiting</system-out><system-err>port 443 is taken
      </system-err></testcase>
      <testcase name="command[notify]" classname="Edge gateways" time="1.234"><skipped message="an earlier task failed"></skipped></testcase>
      <testcase name="command[reload]" classname="Edge gateways" time="0.000"><skipped message="left: interrupted"></skipped></testcase>
      <testcase name="command[check]" classname="Edge gateways" time="0.000"><skipped message="left: interrupted"></skipped></testcase>
      <testcase name="play[Core]" classname="Core" time="0.000"><skipped message="left: play Core has not begun (interrupted)"></skipped></testcase>
      </testsuite>
      <testsuite name="db-long-name" tests="1" failures="0" errors="1" skipped="0" time="0.000" timestamp="2026-11-24T02:47:00" hostname="ctl1">
      <properties><property name="inventory" value="prod"/><property name="playbook" value="/srv/site/playbooks/edge.ts"/><property name="commit" value="233570a3f58bc57077660a30d841d30651295e1c"/></properties>
      <testcase name="connection" classname="host" time="0.000"><error message="cannot reach 10.0.0.9 as root: connection refused" type="refused">cannot reach 10.0.0.9 as root: connection refused
      Try by hand: ssh -p 22 root@10.0.0.9</error></testcase>
      </testsuite>
      </testsuites>
      "
    `);
  });

  it.each([
    ['of a bad night', badNight()],
    ['of a bad night that was an audit', badNight('check')],
    ['of nothing', []],
    ['of a run that was cut off', badNight().slice(0, 20)],
    ['of hostile hosts', hostileEvents()],
    ['of hosts that would end the document', hostileEvents(']]></failure><x a="\'&amp;\n\t')],
  ])('%s is what readers take', (_, events) => {
    expect(() => validated(junit(events))).not.toThrow();
  });

  it('tells what was left, tried again, or done for another host', () => {
    const xml = junit(endedRoll());
    expect(() => validated(xml)).not.toThrow();
    expect(found(xml, 'string(/testsuites/@skipped)')).toBe('7');
    const of = (host: string, name: string): string =>
      `//testsuite[@name='${host}']/testcase[@name='${name}']`;
    const reason = 'it failed on 1 of 2 hosts, which is more than 0 %';
    expect(found(xml, `string(${of('web1', 'command[undrain]')}/skipped/@message)`)).toBe(`left: ${reason}`);
    expect(found(xml, `string(${of('web3', 'play[Core]')}[@classname='Core']/skipped/@message)`)).toBe(
      `left: play Core has not begun (${reason})`,
    );
    expect(found(xml, `string(${of('web1', 'command[health]')}/system-out)`)).toBe(
      'try 1 failed: it ended with status 7\ntry 2 failed: it ended with status 7',
    );
    // Tasks were delegated to it; it is no host of the run.
    expect(found(xml, `count(${of('lb1', 'command[drain] (for web1)')})`)).toBe('1');
    expect(found(xml, `string(//testsuite[@name='lb1']/@tests)`)).toBe('2');
  });

  it('loses no character that XML can hold', () => {
    const text = `]]> </error> & "' \t 設定 😀 \u{9f}`;
    const xml = junit(hostileEvents(text));
    expect(found(xml, 'string(//testcase/@name)')).toBe(text);
    expect(found(junit(hostileEvents()), 'string(//testcase/@name)')).toContain('\\x1b[2J\\x1b]0;owned\\x07');
    expect(hostileText).toContain('\x1b[2J');
  });

  it('counts drift as failures in a check alone', () => {
    const failures = (mode: 'run' | 'check'): string =>
      found(junit(badNight(mode)), 'string(/testsuites/@failures)');
    expect([failures('run'), failures('check')]).toEqual(['0', '1']);
    expect(found(junit(badNight('run')), 'string(/testsuites/@errors)')).toBe('2');
  });

  it('takes a failure that was expected for none', () => {
    const events = [run('run', ['h']), task('h', 'probe', 'failed', { caught: true })];
    expect(found(junit(events), 'string(/testsuites/@errors)')).toBe('0');
  });

  it('tells of a task that never ended', () => {
    const events: TsplayEvent[] = [
      run('run', ['h']),
      { type: 'task-start', host: 'h', task: 'slow' },
      { type: 'summary', hosts: { h: none } },
    ];
    expect(found(junit(events), 'string(//error/@message)')).toBe('it did not end');
  });
});
