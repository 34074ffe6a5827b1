import { expect, it } from 'vitest';
import { withLab } from '../support/lab.ts';
import { law, type LawCase } from '../support/law.ts';
import { labProject } from '../support/project.ts';

const lab = withLab(1);
const project = labProject();

/** What is mounted, swapped to, and to be at boot, as other tools see it. */
const view = `sed 's/^/fstab /' /etc/fstab
awk '!/ autofs / { print "mount", $4, $5, $6, $(NF-2), $(NF-1), $NF }' /proc/self/mountinfo
awk '{ print "swap", $1, $2, $3, $5 }' /proc/swaps
find /srv /var/swap -xdev -printf 'file %p %y %m %u %s\\n' 2>/dev/null || :`;

const cases: Record<string, LawCase> = {
  swap: {
    declared: `m.swap('/var/swap/file', { size: 48, priority: 5 });`,
    varied: `m.swap('/var/swap/file', { size: 64, priority: 5 });`,
    variation: /^(file|swap) \/var\/swap\/file/m,
    drift: 'swapoff /var/swap/file; chmod 644 /var/swap/file; sed -i s/pri=5/pri=6/ /etc/fstab',
    absent: `m.swap('/var/swap/file', { state: 'absent' });`,
    leaves: /^file \/var\/swap d/,
    there: async (lab) => {
      expect(await lab.read('lab1', 'swapon --show=NAME,TYPE,SIZE,PRIO --noheadings --raw')).toBe(
        '/var/swap/file file 48M 5',
      );
      expect(await lab.read('lab1', 'stat -c %a:%U /var/swap/file; grep swap /etc/fstab')).toBe(
        '600:root\n/var/swap/file none swap pri=5 0 0',
      );
    },
    gone: async (lab) => expect(await lab.read('lab1', 'cat /proc/swaps | wc -l; ls /var/swap')).toBe('1'),
  },
  mount: {
    ground: `modprobe loop; truncate -s 16M /root/disk; mkfs.ext4 -q -L data /root/disk; losetup /dev/loop0 /root/disk; udevadm settle`,
    declared: `m.mount('/srv/data', { source: 'LABEL=data', type: 'ext4', options: ['noatime', 'nofail'], pass: 2 });
  m.mount('/srv/seen', { source: '/etc/apt', options: ['bind', 'ro'] });
  m.mount('/srv/cache', { type: 'tmpfs', options: ['size=1m', 'mode=0700'] });`,
    varied: `m.mount('/srv/data', { source: 'LABEL=data', type: 'ext4', options: ['noatime', 'nofail', 'nodev'], pass: 2 });
  m.mount('/srv/seen', { source: '/etc/apt', options: ['bind', 'ro'] });
  m.mount('/srv/cache', { type: 'tmpfs', options: ['size=1m', 'mode=0700'] });`,
    variation: /^(fstab LABEL=data|mount \/ \/srv\/data) /m,
    drift:
      'umount /srv/seen; mount -o remount,atime /srv/data; mount -o remount,size=2m /srv/cache; sed -i /seen/d /etc/fstab',
    absent: `m.mount('/srv/data', { state: 'absent' });
  m.mount('/srv/seen', { state: 'absent' });
  m.mount('/srv/cache', { state: 'absent' });`,
    leaves: /^file \/srv\//,
    there: async (lab) => {
      expect(
        await lab.read(
          'lab1',
          'findmnt -no SOURCE,FSTYPE /srv/data; findmnt -no SIZE /srv/cache; stat -c %a /srv/cache',
        ),
      ).toBe('/dev/loop0 ext4\n  1M\n700');
      expect(
        await lab.read(
          'lab1',
          'findmnt --verify --fstab --verbose >/dev/null; ls /srv/seen; touch /srv/seen/x 2>&1 || :',
        ),
      ).toMatch(/sources\.list[^]*Read-only/);
    },
    gone: async (lab) =>
      expect(
        await lab.read('lab1', 'ls -A /srv/data /srv/seen /srv/cache; grep -c srv /proc/self/mountinfo || :'),
      ).toMatch(/\n0$/),
  },
};

law(lab, cases, view);

it('says who keeps a mount busy, and what cannot be swapped to', async () => {
  await lab.read(
    'lab1',
    'cd /srv/data; exec >/dev/null 2>&1 </dev/null; setsid sleep 300 & cd /; echo text >/srv/text',
  );
  project.write(
    'busy.ts',
    `import { play } from 'tsplay';
import { mount, swap } from 'tsplay/modules';
export default play('Busy', { hosts: 'lab1' }, () => {
  mount('/srv/data', { state: 'unmounted', ignoreErrors: true });
  swap('/srv/text', { size: 1, ignoreErrors: true });
  swap('/srv/cache/swap', { size: 1, ignoreErrors: true });
  swap('/dev/loop0', { ignoreErrors: true });
});
`,
  );
  const run = await project.play('run', 'busy.ts');
  const told = run.events.flatMap((event) =>
    event['type'] === 'task' ? [event['error'] as { message?: string; stderr?: string }] : [],
  );
  expect(told.map(({ message }) => message)).toEqual([
    'could not remove the mount at /srv/data',
    '/srv/text is there and is no swap file; remove it first, if nobody needs it',
    'could not set swap on /srv/cache/swap',
    '/dev/loop0 cannot be used as swap space: it is not there, or holds something else (wipefs takes that away)',
  ]);
  expect(told[0]?.stderr).toMatch(/target is busy[^]*it is in use by sleep \(process \d+\)/);
  await lab.read('lab1', 'pkill -x sleep; rm -f /srv/text /srv/cache/swap');
});

const bootId = (): Promise<string> => lab.read('lab1', 'cat /proc/sys/kernel/random/boot_id');

const events = (run: { events: readonly Readonly<Record<string, unknown>>[] }): readonly string[] =>
  run.events.flatMap((event) =>
    event['type'] === 'task' ? [`${String(event['task'])} ${String(event['status'])}`] : [],
  );

it('a host is rebooted, and the play goes on there', { timeout: 900_000 }, async () => {
  project.write(
    'site.ts',
    `import { play, sh } from 'tsplay';
import { assert, command, file, kernelModule, mount, reboot, swap, sysctl } from 'tsplay/modules';
export default play('Reboot', { hosts: 'lab1', become: true }, () => {
  const conf = file('/etc/app.conf', { content: 'x' });
  kernelModule('vxlan', { parameters: { udp_port: 4789 } });
  sysctl('net.ipv4.ip_local_port_range', { value: '20000 50000' });
  swap('/var/swap/file', { size: 32 });
  mount('/srv/seen', { source: '/etc/apt', options: ['bind', 'ro'] });
  const before = command('before', { run: sh\`cat /proc/sys/kernel/random/boot_id >/root/before; touch /run/before\`, creates: '/root/before' });
  reboot('new kernel', {
    when: conf.changed, timeout: 600, test: sh\`s=$(systemctl is-system-running --wait); [ "$s" = running ] || [ "$s" = degraded ]\`,
  });
  assert('another boot', { test: sh\`! cmp -s /root/before /proc/sys/kernel/random/boot_id && [ ! -e /run/before ]\`, when: before.changed });
  sysctl('net.ipv4.tcp_sack', { value: 1, persist: false });
  file('/etc/after.conf', { content: 'y' });
  reboot('never', { onlyIf: ['test', '-e', '/var/run/reboot-required'] });
});
`,
  );
  const first = await bootId();
  const check = await project.play('check', 'site.ts');
  expect(events(check)).toEqual([
    'file[/etc/app.conf] changed',
    'kernelModule[vxlan] changed',
    'sysctl[net.ipv4.ip_local_port_range] changed',
    'swap[/var/swap/file] changed',
    'mount[/srv/seen] ok',
    'command[before] changed',
    'reboot[new kernel] changed',
    'assert[another boot] unknown',
    'sysctl[net.ipv4.tcp_sack] unknown',
    'file[/etc/after.conf] changed',
    'reboot[never] unknown',
  ]);
  expect(await bootId()).toBe(first);
  const run = await project.play('run', 'site.ts');
  expect([run.code, run.stderr]).toEqual([0, '']);
  expect(events(run)).toEqual([
    'file[/etc/app.conf] changed',
    'kernelModule[vxlan] changed',
    'sysctl[net.ipv4.ip_local_port_range] changed',
    'swap[/var/swap/file] changed',
    'mount[/srv/seen] ok',
    'command[before] changed',
    'reboot[new kernel] changed',
    'assert[another boot] ok',
    'sysctl[net.ipv4.tcp_sack] ok',
    'file[/etc/after.conf] changed',
    'reboot[never] ok',
  ]);
  const second = await bootId();
  expect(second).not.toBe(first);
  // What was to be kept over a reboot has been.
  expect(await lab.read('lab1', 'cat /sys/module/vxlan/parameters/udp_port')).toBe('4789');
  expect(await lab.read('lab1', 'cat /proc/swaps; ls /srv/seen')).toMatch(/swap\/file[^]*sources\.list/);
  expect(await lab.read('lab1', 'sysctl -n net.ipv4.ip_local_port_range')).toBe('20000\t50000');
  const again = await project.play('run', 'site.ts');
  expect(events(again).filter((line) => !/ (ok|skipped)$/.test(line))).toEqual([]);
  expect(await bootId()).toBe(second);
  // Of what was changed before the reboot, the rollback takes back what is on the disk.
  const back = await project.cli('rollback', '-i', 'lab', '--limit', 'lab1');
  expect([back.code, back.stderr]).toEqual([0, '']);
  expect(
    await lab.read('lab1', 'ls /etc/app.conf /etc/after.conf /etc/sysctl.d/60-tsplay* 2>/dev/null || :'),
  ).toBe('');
});
