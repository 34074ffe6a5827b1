import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { around, reading, sh, value, type Sh, type Step } from '../../src/steps/index.ts';
import { FolderHost } from '../support/folder-host.ts';
import { Namespace } from '../support/namespace.ts';
import { shellNames } from '../support/shells.ts';

let namespace: Namespace;
let host: FolderHost;

// busybox prefers its own ip, which does not tell all of a route, to that on the PATH.
const ip = execFileSync('sh', ['-c', 'command -v ip'], { encoding: 'utf8' }).trim();
const rewritten = (text: string): string =>
  text.replaceAll(/(?<=[\s(|!])ip (?=-|"|addr|link|route)/g, `${ip} `);

/** Two links on two wires, of which one has another on it; addresses and routes of several tables and families. */
function setUp(): void {
  namespace = new Namespace();
  host = new FolderHost({ under: namespace.under, rewritten });
  for (const words of [
    'link add p0 type veth peer name p1',
    'link add q0 type veth peer name q1',
    'link add link p0 name mv0 type macvlan mode bridge',
    ...['p0', 'p1', 'q0', 'q1', 'mv0'].map((name) => `link set ${name} up`),
    'addr add 10.0.0.2/24 dev p0',
    'addr add 10.0.0.3/24 dev p0',
    'addr add 10.1.0.2/24 dev mv0',
    'addr add 10.2.0.2/24 dev q0',
    '-6 addr add fd00::2/64 dev p0 nodad',
    'route add 10.9.0.0/16 via 10.0.0.1 metric 50',
    'route add default via 10.0.0.1 dev p0 table 100 proto 201',
    'route add 10.8.0.0/16 via 10.1.0.1 dev mv0',
    'route add 10.7.0.0/16 via 10.2.0.1 dev q0',
    '-6 route add fd09::/32 via fd00::1 dev p0',
    '-6 route add default via fd00::1 dev p0 table 100',
  ]) {
    namespace.ip(words);
  }
  host.write('setting', 'old');
}

/** A setting that the link takes only while it is down, whereby the kernel forgets what the link carries. */
const setting = (after: Sh): Step =>
  around(
    'p0',
    value('setting of p0', {
      read: reading(sh`cat ${host.at('setting')}`),
      want: 'new',
      write: sh`ip link set dev p0 down || exit
${after}`,
    }),
  );

describe.skipIf(process.getuid?.() !== 0).each(shellNames)('a step around a link, in %s', (shell) => {
  beforeEach(setUp);
  afterEach(() => {
    host.close();
    namespace.close();
  });

  it('keeps what the link and those on it carry, and so does its undo', async () => {
    const before = [namespace.facts(), host.snapshot()];
    expect(namespace.facts().filter((fact) => /\bp0\b/.test(fact))).toHaveLength(8);
    const tasks = [{ steps: [setting(sh`printf '%s' "$1" >${host.at('setting')}`)] }];
    expect((await host.run(shell, tasks, { mode: 'check' })).statuses).toEqual(['changed']);
    expect([namespace.facts(), host.snapshot()]).toEqual(before);

    expect((await host.run(shell, tasks)).statuses).toEqual(['changed']);
    expect(host.read('setting').toString()).toBe('new');
    expect(namespace.facts()).toEqual(before[0]);

    expect((await host.run(shell, tasks, { name: 'again' })).statuses).toEqual(['ok']);
    // What has come since then is kept by the undo.
    namespace.ip('addr add 10.0.0.4/24 dev p0');
    const since = namespace.facts();
    host.undo(shell);
    expect(host.read('setting').toString()).toBe('old');
    expect(namespace.facts()).toEqual(since);
  });

  it('gives back what it took where it fails, and says what it could not', async () => {
    const before = namespace.facts();
    const run = await host.run(shell, [{ steps: [setting(sh`exit 3`)] }]);
    expect(run.statuses).toEqual(['failed']);
    expect(namespace.facts()).toEqual(before);

    const gone = await host.run(shell, [{ steps: [setting(sh`ip link del dev p0`)] }], { name: 'gone' });
    expect(gone.statuses).toEqual(['failed']);
    expect(gone.stderr).toContain('could not restore');
    expect(namespace.facts().filter((fact) => /\bq0\b/.test(fact))).toEqual(
      before.filter((fact) => /\bq0\b/.test(fact)),
    );
  });
});
