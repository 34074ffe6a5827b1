import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { container, type ContainerOptions } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import { Forks } from '../../support/forks.ts';
import { problemsOf, programOf } from '../../support/modules.ts';
import { runIn, shellNames, shells, type ShellRun } from '../../support/shells.ts';

// What docker 28 prints for the format that it is given.
const recorded = `container /NAME
running true
id sha256:1234
image nginx:1.27
port 127.0.0.1:53:53/udp
port :8080:80/tcp
volume "/data" "/srv/a" ro
volume "/c" "cache" rw
env "A=1<2&\\"3\\"\\n\\u2028"
env "PATH=/bin"
command ["nginx","-g","it's <&>"]
restart on-failure:3
user "1000:1000"
network back
network front
label "x/y" "y z"
capability CAP_NET_ADMIN
memory 67108864
cpus 500000000
`;
const docker = `#!/bin/sh
case "$1 $2" in
  'container ls') printf '%s\\n' web other,another/alias web-1 ;;
  'inspect --type')
    while [ "$1" != -- ]; do shift; done
    shift
    for name do printf '%s' '${recorded.replaceAll("'", `'\\''`)}' | sed "s/NAME/$name/"; done
    ;;
  *) echo "docker $*" >&2; exit 1 ;;
esac
`;

let dir = '';
const path = process.env['PATH'] ?? '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-docker-'));
  mkdirSync(join(dir, 'bin'));
  writeFileSync(join(dir, 'bin/docker'), docker, { mode: 0o755 });
  process.env['PATH'] = `${join(dir, 'bin')}:${path}`;
});
afterAll(() => {
  process.env['PATH'] = path;
  rmSync(dir, { recursive: true });
});

const web = {
  image: 'docker.io/library/nginx:1.27',
  command: ['nginx', '-g', "it's <&>"],
  ports: ['8080:80', '127.0.0.1:53:53/udp'],
  volumes: ['cache:/c', '/srv/a:/data:ro'],
  env: { A: '1<2&"3"\n\u2028' },
  restart: 'on-failure:3',
  networks: ['front', 'back'],
  user: '1000:1000',
  labels: { 'x/y': 'y z' },
  capabilities: ['NET_ADMIN'],
  memory: 64,
  cpus: 0.5,
} as const;

describe.each(shellNames)('containers of docker in %s', (shell) => {
  const check = async (body: () => void, under: readonly string[] = []): Promise<ShellRun> =>
    runIn(shell, await programOf(body), { home: join(dir, 'state'), mode: 'check', under });

  it.each([
    ['nothing', {}, ''],
    ['the image', { image: 'nginx:1.28' }, 'image nginx:1.28'],
    ['the command', { command: ['nginx'] }, 'command ["nginx"]'],
    ['a port less', { ports: ['8080:80'] }, ''],
    [
      'the address of a port',
      { ports: ['127.0.0.1:8080:80', '127.0.0.1:53:53/udp'] },
      'port 127.0.0.1:8080:80/tcp',
    ],
    ['a volume', { volumes: ['/srv/b:/data:ro'] }, 'volume "/data" "/srv/b" ro'],
    ['a volume that may be written', { volumes: ['/srv/a:/data'] }, 'volume "/data" "/srv/a" rw'],
    ['a variable', { env: { B: 'x' } }, 'env "B=x"'],
    ['a network less', { networks: ['front'] }, ''],
    ['the restart', { restart: 'always' }, 'restart always'],
    ['the memory', { memory: 65 }, 'memory 68157440'],
    ['a label', { labels: { z: '' } }, 'label "z" ""'],
    ['a capability', { capabilities: ['NET_ADMIN', 'SYS_TIME'] }, 'capability SYS_TIME'],
  ])('sees what differs: %s', async (what, options, after) => {
    const { statuses, events } = await check(
      () => void container('web', { ...web, ...options } as ContainerOptions),
    );
    expect(statuses).toEqual([what === 'nothing' ? 'ok' : 'changed']);
    if (what === 'nothing') return;
    const step = events.find((event) => event.type === 'step' && event.status === 'changed') as {
      readonly before: string;
      readonly after: string;
    };
    const added = step.after.split('\n').filter((line) => !step.before.split('\n').includes(line));
    expect(added).toEqual(after === '' ? [] : [after]);
  });

  it('compares only what is declared, by names that are whole', async () => {
    const { statuses } = await check(() => {
      container('other', { image: 'nginx:1.27' });
      container('we', { image: 'nginx:1.27' });
      container('web-1', { image: 'nginx:1.27', state: 'stopped' });
      container('gone', { state: 'absent' });
      container('another', { state: 'absent', engine: 'docker' });
    });
    expect(statuses).toEqual(['ok', 'changed', 'changed', 'ok', 'ok']);
  });

  it('starts no more processes for twenty containers than for two', async () => {
    const forks = new Forks();
    const count = async (tasks: number): Promise<number> => {
      await check(() => {
        for (let n = 0; n < tasks; n += 1) container(`web${n}`, { state: 'absent' });
        container('web', web);
      }, forks.under);
      return forks.count();
    };
    expect(await count(20)).toBe(await count(2));
    forks.close();
  });
});

// A registry has another image for the name, each time that it is asked while there is a file `newer`.
const pulling = `#!/bin/sh
cd "\${0%/*}/../engine"
echo "$*" >>log
case "$1 $2" in
  'container ls') ls containers ;;
  'inspect --type')
    [ -e "containers/$7" ] || exit 1
    case $5 in
      '{{.State.Running}} {{.RestartCount}}'*) echo true 0 0 ;;
      '{{.State.Running}} '*) echo true no:0 ;;
      *) printf '%s\\n' 'container web' 'running true' "id $(cat containers/web)" 'image nginx:1' ;;
    esac
    ;;
  'image inspect') cat image ;;
  'pull -q') [ ! -e newer ] || mv newer image ;;
  tag*) echo "$2" >image ;;
  'create --name') cp image "containers/$3" ;;
  'rm -f') rm -f "containers/$4" ;;
  rename*) mv "containers/$2" "containers/$3" ;;
esac
`;

it.each(shellNames)(
  '%s makes a container anew from what its image is now, and takes that back',
  async (shell) => {
    const host = mkdtempSync(join(tmpdir(), 'tsplay-pull-'));
    const at = (name: string): string => join(host, 'engine', name);
    mkdirSync(join(host, 'bin'));
    mkdirSync(at('containers'), { recursive: true });
    writeFileSync(join(host, 'bin/docker'), pulling, { mode: 0o755 });
    writeFileSync(at('image'), 'sha256:1\n');
    const before = process.env['PATH'];
    process.env['PATH'] = `${join(host, 'bin')}:${path}`;
    try {
      const body = (): void => void container('web', { image: 'nginx:1', pull: 'always' });
      const run = async (name: string, mode: 'check' | 'apply' = 'apply'): Promise<readonly string[]> =>
        (await runIn(shell, await programOf(body), { home: join(host, 'state'), run: name, mode })).statuses;
      expect(await run('first')).toEqual(['changed']);
      expect(await run('same')).toEqual(['ok']);
      writeFileSync(at('newer'), 'sha256:2\n');
      expect(await run('check', 'check')).toEqual(['unknown']);
      expect(await run('second')).toEqual(['changed']);
      const made = (): readonly string[] => [
        readFileSync(at('containers/web'), 'utf8'),
        readFileSync(at('image'), 'utf8'),
      ];
      expect(made()).toEqual(['sha256:2\n', 'sha256:2\n']);
      execFileSync(shells[shell][0], [...shells[shell].slice(1), join(host, 'state/runs/second/undo.sh')]);
      expect(made()).toEqual(['sha256:1\n', 'sha256:1\n']);
    } finally {
      process.env['PATH'] = before;
      rmSync(host, { recursive: true });
    }
  },
);

describe('problems of containers', () => {
  it.each<[string, object, readonly unknown[]]>([
    ['web', {}, ['image is missing']],
    ['-x', { image: 'a' }, [expect.stringContaining('the name must be letters')]],
    ['web-replaced', { image: 'a' }, [expect.stringContaining('must not end in -replaced')]],
    ['web', { image: '-v' }, [expect.stringContaining('image must be')]],
    [
      'web',
      { image: 'a', ports: ['80', '80:80', '80:80/tcp'] },
      [expect.stringContaining('ports[0] must be'), 'ports has 80:80 twice'],
    ],
    [
      'web',
      { image: 'a', volumes: ['data:relative', 'a/b:/c'] },
      [expect.stringContaining('volumes[0]'), expect.stringContaining('volumes[1]')],
    ],
    ['web', { image: 'a', volumes: ['/a:/c', '/b:/c:ro'] }, ['volumes has two for /c']],
    [
      'web',
      { image: 'a', env: { 'A B': '1', C: 1 } },
      ["'A B' is not the name of a variable", expect.stringContaining('env.C must be')],
    ],
    ['web', { image: 'a', env: { A: secret('x') } }, [expect.stringContaining('need envFile')]],
    [
      'web',
      { image: 'a', env: { A: secret('x\ny') }, envFile: '/e' },
      [expect.stringContaining('more than one line')],
    ],
    [
      'web',
      { image: 'a', networks: ['host'], ports: ['1:1'] },
      ['ports are not published in the network host'],
    ],
    ['web', { image: 'a', networks: ['a', 'none'] }, ['a container in the network none is in no other']],
    ['web', { image: 'a', capabilities: ['CAP_NET_ADMIN'] }, [expect.stringContaining('without CAP_')]],
    [
      'web',
      { image: 'a', restart: 'sometimes', cpus: 0, memory: 1 },
      [
        expect.stringContaining('restart must'),
        expect.stringContaining('cpus must'),
        expect.stringContaining('memory must'),
      ],
    ],
    ['web', { state: 'absent', image: 'a' }, ["image makes no sense with state: 'absent'"]],
  ])('%s %j', async (name, options, problems) => {
    const found = await problemsOf(() => void (container as (...args: unknown[]) => unknown)(name, options));
    expect(found).toHaveLength(problems.length);
    expect(found).toEqual(expect.arrayContaining([...problems]));
  });
});
