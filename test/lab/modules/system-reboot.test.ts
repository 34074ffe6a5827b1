import { expect, it } from 'vitest';
import { withLab } from '../support/lab.ts';
import { labProject } from '../support/project.ts';

const lab = withLab(1);
const project = labProject();

const bootId = (): Promise<string> => lab.read('lab1', 'cat /proc/sys/kernel/random/boot_id');

const events = (run: { events: readonly Readonly<Record<string, unknown>>[] }): readonly string[] =>
  run.events.flatMap((event) =>
    event['type'] === 'task' ? [`${String(event['task'])} ${String(event['status'])}`] : [],
  );

it('a host is rebooted, and the play goes on there', { timeout: 900_000 }, async () => {
  project.write(
    'site.ts',
    `import { play, sh } from 'tsplay';
import { assert, command, file, kernelModule, reboot, sysctl } from 'tsplay/modules';
export default play('Reboot', { hosts: 'lab1' }, () => {
  const conf = file('/etc/app.conf', { content: 'x' });
  kernelModule('vxlan', { parameters: { udp_port: 4789 } });
  sysctl('net.ipv4.ip_local_port_range', { value: '20000 50000' });
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
