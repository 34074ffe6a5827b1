import { execFileSync, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Running } from '../support/cli.ts';
import { manyHosts, type ManyHosts } from '../support/many-hosts.ts';

let hosts: ManyHosts;
const at = (name: string): string => hosts.at(`host/${name}`);
const state = (name = ''): string => hosts.at(`state/${name}`);
const control = (name = ''): string => hosts.at(`control/${name}`);

/**
 * A play with every kind of step. Each half can be held: `hold 3-write` makes the writing half of the third step
 * say that it has begun and wait. Its last task waits for a change of an earlier one.
 */
const playbook = (folder: string): string => `
import { handler, play } from 'tsplay';
import { command } from 'tsplay/modules';
import { action, defineModule, edit, entries, file, present, reading, sh, value, type Sh } from 'tsplay/steps';

const dir = ${JSON.stringify(folder)};
const hold = (name: string) => sh\`{ [ ! -e \${dir}/control/hold-\${name} ] || { : >\${dir}/control/at-\${name}; while [ ! -e \${dir}/control/go ]; do sleep 0.02; done; }; }\`;
const held = (name: string, half: Sh) => sh\`\${hold(name)}
\${half}\`;
const at = (name: string) => dir + '/host/' + name;

const probe = defineModule<{ readonly network?: boolean }>('probe', {
  steps: () => [
    present('flag', {
      test: held('1-read', sh\`[ -e \${at('flag')} ]\`),
      create: held('1-write', sh\`: >\${at('flag')}\`),
      remove: sh\`rm \${at('flag')}\`,
    }),
    value('setting', {
      read: reading(held('2-read', sh\`cat \${at('setting')}\`)),
      want: 'new value',
      write: held('2-write', sh\`printf '%s' "$1" >\${at('setting')}\`),
    }),
    entries('list', {
      list: held('3-read', sh\`cat \${at('list')}\`),
      want: [['kept', '1'], ['changed', '2'], ['added', '3']],
      add: held('3-write', sh\`printf '%s\\t%s\\n' "$1" "$2" >>\${at('list')}\`),
      remove: sh\`sed -i "/^$1/d" \${at('list')}\`,
    }),
    edit(at('ini'), { filter: held('4-read', sh\`sed 's/^b=.*/b=2/'\`) }),
    action('make', {
      run: held('5-write', sh\`echo made >\${at('made')}\`),
      guard: { kind: 'unless', command: held('5-read', sh\`[ -e \${at('made')} ]\`) },
      undo: sh\`rm -f \${at('made')}\`,
    }),
    file(at('conf'), { content: 'new content\\n', mode: '600' }),
  ],
});
const network = defineModule('network', {
  network: true,
  steps: () => [
    present('link', {
      test: held('6-read', sh\`[ -e \${at('link')} ]\`),
      create: held('6-write', sh\`: >\${at('link')}\`),
      remove: sh\`rm \${at('link')}\`,
    }),
    present('route', {
      test: held('7-read', sh\`[ -e \${at('route')} ]\`),
      create: held('7-write', sh\`: >\${at('route')}\`),
      remove: sh\`rm \${at('route')}\`,
    }),
  ],
});

export default play('Cut', { hosts: 'all' }, () => {
  const restart = handler('restart', () => {
    command('test', { run: held('9-read', sh\`true\`), reads: true });
    // It fails at first.
    const once = sh\`[ -e \${dir}/control/tried ] || { : >\${dir}/control/tried; exit 1; }\`;
    command('restart', {
      run: held('9-write', sh\`\${once}
echo restarted >>\${at('restarts')}\`),
      undo: sh\`rm -f \${at('restarts')}\`,
      retries: 2,
      delay: 0,
    });
  });
  const changed = probe('all', { notify: restart });
  network('links', { notify: restart });
  command('reload', { run: held('8-write', sh\`echo reloaded >>\${at('reloads')}\`), undo: sh\`rm -f \${at('reloads')}\`, when: changed.changed });
});
`;

const halves = [1, 2, 3, 5, 6, 7]
  .flatMap((step) => [`${step}-read`, `${step}-write`])
  .concat('4-read', '8-write', '9-read', '9-write');

beforeAll(async () => {
  hosts = await manyHosts(['web1']);
  hosts.write('site.ts', playbook(hosts.dir));
});
afterAll(() => hosts.close());
beforeEach(() => {
  hosts.fresh();
  rmSync(control(), { recursive: true, force: true });
  mkdirSync(control());
  writeFileSync(at('setting'), 'old value');
  writeFileSync(at('list'), 'changed\t1\nextra\tx\nkept\t1\n');
  writeFileSync(at('ini'), 'a=1\nb=1\n');
  writeFileSync(at('conf'), 'old content\n');
});

const start = (): Running => hosts.start(['run', 'site.ts']);

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited 10 s in vain until ${what}`);
}

/** The host as it is, and as it was before. Entries of a list have no order. */
function snapshot(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(at(''), { withFileTypes: true })
      .map(
        ({ name }) =>
          [name, readFileSync(at(name), 'utf8').split('\n').toSorted().join('\n').trim()] as const,
      )
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}

const before = {
  conf: 'old content',
  ini: 'a=1\nb=1',
  list: 'changed\t1\nextra\tx\nkept\t1',
  setting: 'old value',
};
const after = {
  conf: 'new content',
  flag: '',
  ini: 'a=1\nb=2',
  link: '',
  list: 'added\t3\nchanged\t2\nkept\t1',
  made: 'made',
  reloads: 'reloaded',
  restarts: 'restarted',
  route: '',
  setting: 'new value',
};

type Cut = (controller: ChildProcess) => void;
const cuts: Readonly<Record<string, Cut>> = {
  'the connection is cut': () => hosts.sshd.cut('SIGKILL'),
  'the controller is killed': (controller) => void controller.kill('SIGKILL'),
};

/** Runs the play, cuts it in this half, and waits until nothing of it runs on the host any more. */
async function cutIn(half: string, cut: Cut): Promise<void> {
  writeFileSync(control(`hold-${half}`), '');
  const { child, ended } = start();
  await until(`${half} has begun`, () => existsSync(control(`at-${half}`)));
  cut(child);
  await ended;
  writeFileSync(control('go'), '');
  await until('no lock is left', () => !existsSync(state('lock')) && idle());
  rmSync(control(), { recursive: true });
  mkdirSync(control());
}

/** No process of a session here waits or works any more: all of them have its environment. */
function idle(): boolean {
  return !readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`TS_HOME=${hosts.at('state')}`);
    } catch {
      return false;
    }
  });
}

describe.each(Object.keys(cuts))('when %s', (name) => {
  const cut = cuts[name] ?? (() => {});

  it.each(halves)('in %s, the journal restores the host, and the next run converges', async (half) => {
    await cutIn(half, cut);
    // Whole files only: the old one or the new one.
    expect([before.ini, after.ini]).toContain(snapshot()['ini']);
    expect([before.conf, after.conf]).toContain(snapshot()['conf']);
    for (const name of ['host', 'state']) keep(name);
    const runs = state('runs');
    for (const run of existsSync(runs) ? readdirSync(runs) : [])
      execFileSync('sh', [join(runs, run, 'undo.sh')], { stdio: 'pipe' });
    expect(snapshot()).toEqual(before);
    expect(existsSync(state('lock'))).toBe(false);
    // Or, had nobody undone it: nothing that was waited for is lost.
    for (const name of ['host', 'state']) bringBack(name);
    expect((await start().ended).code).toBe(0);
    expect(snapshot()).toEqual(after);
    expect(existsSync(state('lock'))).toBe(false);
    expect(readdirSync(state('pending'))).toEqual([]);
  });
});

/** Keeps a folder as it is, for later. */
function keep(name: string): void {
  rmSync(hosts.at(`kept-${name}`), { recursive: true, force: true });
  if (existsSync(hosts.at(name)))
    cpSync(hosts.at(name), hosts.at(`kept-${name}`), { recursive: true, preserveTimestamps: true });
}

function bringBack(name: string): void {
  rmSync(hosts.at(name), { recursive: true, force: true });
  if (existsSync(hosts.at(`kept-${name}`)))
    cpSync(hosts.at(`kept-${name}`), hosts.at(name), { recursive: true, preserveTimestamps: true });
}
