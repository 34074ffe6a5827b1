import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { container } from '../../../modules/index.ts';
import { secret } from '../../../src/steps/index.ts';
import type { HostLayer } from '../../support/host-layers.ts';
import { OverlayHost } from '../../support/overlay-host.ts';
import { overlayLaw } from '../../support/overlay-law.ts';

// Needs the programs of the Debian packages podman and crun. What the shells make of its answers is the same, and
// container.test.ts has recorded ones for each: so one shell is enough here.
const shell = 'dash';
const missing = spawnSync('podman', ['--version']).status !== 0;

/** podman on an overlay host: storage without a kernel's help, no limits, and an image of busybox. */
const ground = (
  image: string,
): string => `set -e; mount -t tmpfs tmpfs /sys/fs/cgroup; mount -t cgroup2 none /sys/fs/cgroup
mkdir -p /etc/containers /run/store /tmp/image/bin
printf '[storage]\\ndriver="vfs"\\nrunroot="/run/containers"\\ngraphroot="/run/store"\\n' >/etc/containers/storage.conf
printf '[engine]\\ncgroup_manager="cgroupfs"\\nevents_logger="none"\\n[containers]\\nlog_driver="k8s-file"\\ncgroups="disabled"\\nnetns="host"\\n' >/etc/containers/containers.conf
cp /bin/busybox /tmp/image/bin; for name in sh sleep echo false; do ln -s busybox /tmp/image/bin/$name; done
tar -C /tmp/image -c . | podman import - ${image}:1; podman tag ${image}:1 ${image}:2; mkdir -p /srv/data`;

/** podman answers the command line of docker, too: no daemon of docker runs without rights on the kernel. */
const service = `
mkdir -m 700 /var/cache/containers; : >/var/cache/containers/short-name-aliases.conf.lock
rm -f /usr/local/bin/docker; podman system service -t 0 unix:///run/docker.sock >/run/service.log 2>&1 </dev/null &
for i in 1 2 3 4 5 6 7 8 9 10; do [ -S /run/docker.sock ] || sleep 0.3; done; docker version >/dev/null`;

interface Engine {
  readonly engine: 'podman' | 'docker';
  /** The image, and its name in podman's storage. */
  readonly image: string;
  readonly stored: string;
  readonly ground: string;
  readonly layers: readonly HostLayer[];
}

const engines: readonly Engine[] = [
  {
    engine: 'podman',
    image: 'localhost/box:1',
    stored: 'localhost/box',
    ground: ground('localhost/box'),
    layers: [],
  },
  {
    engine: 'docker',
    image: 'box:1',
    stored: 'docker.io/library/box',
    ground: ground('docker.io/library/box') + service,
    layers: ['docker'],
  },
];

// podman tells the environment in another order each time.
const view = `podman inspect --format '{{$n := .Name}}{{$n}} {{.State.Running}} {{.ImageName}} {{json .Config.Cmd}} {{json .HostConfig.CapAdd}} {{json .HostConfig.RestartPolicy}} {{range .Mounts}}{{.Destination}}{{end}}{{range .Config.Env}}
{{$n}} {{json .}}{{end}}' $(podman ps -aq) 2>/dev/null | sort`;

const settings = {
  pull: 'never',
  // As a first process, one that ends when it is told to.
  command: ['sh', '-c', 'trap exit TERM; while :; do sleep 0.2; done'],
  env: { A: 'it\'s "1"', B: '' },
  volumes: ['/srv/data:/data:ro'],
  networks: ['host'],
  labels: { 'org.example/x': 'y z' },
  capabilities: ['NET_ADMIN', 'SYS_TIME'],
  restart: 'on-failure:3',
  user: '1000:1000',
} as const;

describe.skipIf(missing).each(engines)(
  'containers of $engine',
  ({ engine, image, stored, ground, layers }) => {
    const box = { ...settings, engine, image };
    overlayLaw(
      {
        'a container': {
          ground,
          view,
          declared: () => void container('one', box),
          there: {
            'podman ps --format "{{.Names}} {{.Image}}"': `one ${stored}:1`,
            'podman exec one sh -c \'echo "$A"\'': 'it\'s "1"',
          },
          varied: () => void container('one', { ...box, env: { ...box.env, B: '2' } }),
          variation: /one/,
          drift: `podman rm -f -t 0 one; podman run -d --stop-timeout 0 --name one --network host ${stored}:2 sleep 99999`,
          rewritten: (text) => text.replaceAll(/^ *sleep 1$/gm, 'sleep 0.2'),
          // What was replaced stays beside it.
          traces: /HOME=|^one-replaced /,
        },
      },
      [shell],
      layers,
    );

    describe('beside the law', () => {
      let host: OverlayHost;
      beforeEach(async () => {
        host = await OverlayHost.start(layers);
        host.sh(ground);
      });
      afterEach(() => host.close());

      it('brings the old one back where the new one does not stay up, with its last words', async () => {
        await host.run(shell, () => void container('one', box));
        const before = host.sh('podman inspect -f "{{.Id}} {{.State.Running}}" one');
        const run = await host.run(shell, () => {
          container('one', { ...box, command: ['sh', '-c', 'echo broken; exit 3'], restart: 'no' });
        });
        expect(run.told).toEqual(['failed', 'could not set container one']);
        expect(run.stderr).toMatch(/did not stay up: it ended with status 3\s+broken/);
        expect(host.sh('podman inspect -f "{{.Id}} {{.State.Running}}" one')).toBe(before);
        expect(host.sh('podman ps -aq --no-trunc')).toBe(before.split(' ')[0]);
      });

      it('has secrets in a private file only, and makes it anew when that changes', async () => {
        const body = (text: string) => () =>
          void container('one', { ...box, env: { KEY: secret(text) }, envFile: '/etc/one.env' });
        const first = await host.run(shell, body('geheim 1'));
        expect(first.told).toEqual(['changed']);
        expect(host.sh('cat /etc/one.env; stat -c %a /etc/one.env')).toBe('KEY=geheim 1\n600');
        expect(host.sh('podman exec one sh -c \'echo "$KEY"\'')).toBe('geheim 1');
        expect((await host.run(shell, body('geheim 1'))).told).toEqual(['ok']);
        const second = await host.run(shell, body('geheim 2'));
        expect(second.told).toEqual(['changed']);
        expect(host.sh('podman exec one sh -c \'echo "$KEY"\'')).toBe('geheim 2');
        expect(JSON.stringify([first.events, second.events]) + first.stderr + second.stderr).not.toContain(
          'geheim',
        );
        host.undo(shell, second.name);
        expect(host.sh('podman exec one sh -c \'echo "$KEY"\'; cat /etc/one.env')).toBe(
          'geheim 1\nKEY=geheim 1',
        );
        expect((await host.run(shell, body('geheim 1'))).told).toEqual(['ok']);
      });

      it('is stopped, started and removed, and what is alike is left alone', async () => {
        await host.run(shell, () => void container('one', box));
        const id = host.sh('podman inspect -f {{.Id}} one');
        const stopped = () => void container('one', { ...box, state: 'stopped' });
        expect((await host.run(shell, stopped, { mode: 'check' })).told).toEqual(['changed']);
        const { name, told } = await host.run(shell, stopped);
        expect(told).toEqual(['changed']);
        expect(host.sh('podman ps -q')).toBe('');
        expect((await host.run(shell, stopped)).told).toEqual(['ok']);
        host.undo(shell, name);
        expect(host.sh('podman ps -q --no-trunc')).toBe(id);
        // Only what is declared is compared.
        const some = () => void container('one', { engine, image });
        expect((await host.run(shell, some)).told).toEqual(['ok']);
        const gone = () => void container('one', { engine, state: 'absent' });
        expect((await host.run(shell, gone)).told).toEqual(['changed']);
        expect(host.sh('podman ps -aq')).toBe('');
        expect((await host.run(shell, gone)).told).toEqual(['ok']);
      });
    });
  },
);
