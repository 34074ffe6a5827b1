import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let sshd: Sshd;
let project = '';
let host = '';
const at = (name: string): string => join(host, name);

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
  project = mkdtempSync(join(tmpdir(), 'tsplay-cut-'));
  host = join(project, 'host');
  sshd = await startSshd([`SetEnv TS_HOME=${project}/state`]);
  mkdirSync(join(project, 'inventory'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(root, join(project, 'node_modules/tsplay'));
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  writeFileSync(join(project, 'inventory/test.yaml'), sshd.inventory('web1'));
  writeFileSync(join(project, 'site.ts'), playbook(project));
}, 300_000);
afterAll(async () => {
  await sshd.close();
  rmSync(project, { recursive: true });
});
beforeEach(() => {
  complaints = '';
  for (const name of ['host', 'state', 'control'])
    rmSync(join(project, name), { recursive: true, force: true });
  mkdirSync(host);
  mkdirSync(join(project, 'control'));
  writeFileSync(at('setting'), 'old value');
  writeFileSync(at('list'), 'changed\t1\nextra\tx\nkept\t1\n');
  writeFileSync(at('ini'), 'a=1\nb=1\n');
  writeFileSync(at('conf'), 'old content\n');
});

/** What the controllers of this test said on standard error. */
let complaints = '';

function start(): ChildProcess {
  const child = spawn(process.execPath, [cli, 'run', 'site.ts', '-i', 'test', '--output', 'json'], {
    cwd: project,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  return child;
}

const ended = (child: ChildProcess): Promise<number | null> =>
  child.exitCode === null && child.signalCode === null
    ? new Promise((resolve) => child.once('close', resolve))
    : Promise.resolve(child.exitCode);

async function until(what: string, condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited 10 s in vain until ${what}; ${complaints}`);
}

/** The host as it is, and as it was before. Entries of a list have no order. */
function snapshot(): Record<string, string> {
  return Object.fromEntries(
    readdirSync(host, { withFileTypes: true })
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
  'the connection is cut': () => sshd.cut('SIGKILL'),
  'the controller is killed': (controller) => void controller.kill('SIGKILL'),
};

/** Runs the play, cuts it in this half, and waits until nothing of it runs on the host any more. */
async function cutIn(half: string, cut: Cut): Promise<void> {
  writeFileSync(join(project, `control/hold-${half}`), '');
  const controller = start();
  await until(`${half} has begun`, () => existsSync(join(project, `control/at-${half}`)));
  cut(controller);
  await ended(controller);
  writeFileSync(join(project, 'control/go'), '');
  await until('no lock is left', () => !existsSync(join(project, 'state/lock')) && idle());
  rmSync(join(project, 'control'), { recursive: true });
  mkdirSync(join(project, 'control'));
}

/** No process of a session here waits or works any more: all of them have its environment. */
function idle(): boolean {
  return !readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`TS_HOME=${project}/state`);
    } catch {
      return false;
    }
  });
}

describe.each(Object.keys(cuts))('when %s', (name) => {
  const cut = cuts[name] ?? (() => {});

  it.each(halves)('in %s, the next run converges and nothing that was waited for is lost', async (half) => {
    await cutIn(half, cut);
    // Whole files only: the old one or the new one.
    expect([before.ini, after.ini]).toContain(snapshot()['ini']);
    expect([before.conf, after.conf]).toContain(snapshot()['conf']);
    expect(await ended(start())).toBe(0);
    expect(snapshot()).toEqual(after);
    expect(existsSync(join(project, 'state/lock'))).toBe(false);
    expect(readdirSync(join(project, 'state/pending'))).toEqual([]);
  });

  it.each(halves)('in %s, the journal restores the host', async (half) => {
    await cutIn(half, cut);
    const runs = join(project, 'state/runs');
    for (const run of existsSync(runs) ? readdirSync(runs) : []) {
      execFileSync('sh', [join(runs, run, 'undo.sh')], { stdio: 'pipe' });
    }
    expect(snapshot()).toEqual(before);
    expect(existsSync(join(project, 'state/lock'))).toBe(false);
  });
});
