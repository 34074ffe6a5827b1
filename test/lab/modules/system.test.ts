import { describe, expect, it } from 'vitest';
import { law, type LawCase } from '../support/law.ts';
import { withLab } from '../support/lab.ts';
import { labProject, type ToldRun } from '../support/project.ts';

const lab = withLab(1);
const project = labProject();

/** Files with what they are, modules and parameters of the kernel, as other tools see them. */
const view = `find /etc /srv /opt -xdev \\( -type f -o -type l \\) -printf 'file %p %y %m %u:%g %s %l\\n'
sha256sum /etc/*.conf /etc/*.d/*.conf $(find /srv /opt -xdev -type f) | sed 's/^/hash /'
while read -r module rest; do echo "module $module"; done </proc/modules
for file in /sys/module/vxlan/parameters/*; do [ ! -e $file ] || echo "parameter $file $(cat $file)"; done
for key in net/ipv4/ip_local_port_range net/ipv4/conf/dot.10/rp_filter kernel/core_pattern; do echo "sysctl $key $(cat /proc/sys/$key)"; done
grep /srv/mounted /proc/mounts
perl -e 'my ($path, $name, $list) = ("/srv/real/conf", "system.posix_acl_access", " " x 100); print "access ", unpack("H*", substr($list, 0, syscall(191, $path, $name, $list, 100))), "\n"'`;

// u::rw u:bin:r g::r m::r o::-, as the kernel stores it; the guest has no setfacl.
const accessList = '0200000001000600ffffffff020004000200000004000400ffffffff10000400ffffffff20000000ffffffff';

const read = (path: string): Promise<string> => lab.read('lab1', `cat ${path}; stat -c '%a %U:%G' ${path}`);

const cases: Record<string, LawCase> = {
  file: {
    ground: `mkdir -p /srv/real /opt/app; echo old >/srv/real/conf; chmod 640 /srv/real/conf; chown nobody:daemon /srv/real/conf; ln -s real/conf /srv/link
perl -e 'my ($path, $name, $list) = ("/srv/real/conf", "system.posix_acl_access", pack("H*", "${accessList}")); syscall(188, $path, $name, $list, length $list, 0) == 0 or die $!'
echo inside >/srv/under; touch /srv/mounted; mount --bind /srv/under /srv/mounted; echo going >/srv/going; chmod 4711 /srv/going`,
    declared: `m.file('/srv/link', { content: 'new\\n' });
  m.file('/opt/app/key', { content: secret('geheim'), mode: '0600', owner: 'nobody:daemon' });
  m.file('/srv/mounted', { content: 'in place\\n', mode: '0640' });
  m.file('/srv//going', { state: 'absent' });`,
    varied: `m.file('/srv/link', { content: 'new\\n' });
  m.file('/opt/app/key', { content: secret('geheim'), mode: '0400', owner: 'nobody:daemon' });
  m.file('/srv/mounted', { content: 'in place\\n', mode: '0640' });
  m.file('/srv/going', { state: 'absent' });`,
    variation: /^file \/opt\/app\/key /m,
    drift: 'echo x >>/srv/real/conf; chmod 666 /opt/app/key; chown root /opt/app/key; echo back >/srv/going',
    absent: `m.file('/srv/link', { content: 'old\\n' });
  m.file('/opt/app/key', { state: 'absent' });
  m.file('/srv/mounted', { content: 'inside\\n', mode: '0644' });`,
    leaves: /\/srv\/going\b/,
    there: async () => {
      expect(await read('/srv/real/conf')).toBe('new\n640 nobody:daemon');
      expect(await lab.read('lab1', view)).toContain(`access ${accessList}`);
      expect(await lab.read('lab1', 'readlink /srv/link')).toBe('real/conf');
      expect(await read('/opt/app/key')).toBe('geheim600 nobody:daemon');
      expect(await read('/srv/under')).toBe('in place\n640 root:root');
      expect(await lab.read('lab1', 'ls -A /srv /opt/app')).not.toMatch(/going|tsplay/);
    },
    gone: async () => expect(await lab.read('lab1', 'ls -A /opt/app')).toBe(''),
  },
  template: {
    files: { 'app.conf.hbs': 'port = {{port}}\n{{#each peers}}\npeer = {{this}}\n{{/each}}\n' },
    declared: `m.template('/etc/app.conf', { source: 'app.conf.hbs', vars: { port: 80, peers: ['a', 'b'] } });`,
    varied: `m.template('/etc/app.conf', { source: 'app.conf.hbs', vars: { port: 81, peers: ['a', 'b'] } });`,
    variation: /^hash \w+ +\/etc\/app\.conf$/m,
    drift: 'echo peer = c >>/etc/app.conf',
    absent: `m.template('/etc/app.conf', { state: 'absent' });`,
    there: async () =>
      expect(await read('/etc/app.conf')).toBe('port = 80\npeer = a\npeer = b\n644 root:root'),
    gone: async () => expect(await lab.read('lab1', 'ls /etc')).not.toContain('app.conf'),
  },
  command: {
    ground: 'mkdir -p /srv/data',
    declared: `m.command('make', { run: ['touch', 'made'], chdir: '/srv/data', creates: '/srv/data/made', undo: ['rm', 'made'] });
  m.command('say', { run: sh\`tee said\`, chdir: '/srv/data', stdin: 'one\\n', unless: sh\`grep -qsx one said\`, undo: sh\`echo none >said\` });
  m.command('look', { run: ['id'], reads: true });`,
    first: ['changed', 'changed', 'ok'],
    varied: `m.command('make', { run: ['touch', 'made'], chdir: '/srv/data', creates: '/srv/data/made', undo: ['rm', 'made'] });
  m.command('say', { run: sh\`tee said\`, chdir: '/srv/data', stdin: 'two\\n', unless: sh\`grep -qsx two said\`, undo: sh\`echo one >said\` });
  m.command('look', { run: ['id'], reads: true });`,
    variation: /\/srv\/data\/said/,
    drift: 'rm /srv/data/made; echo three >/srv/data/said',
    absent: `m.command('unmake', { run: ['rm', 'made'], chdir: '/srv/data', unless: sh\`[ ! -e made ]\`, undo: ['touch', 'made'] });
  m.command('unsay', { run: ['rm', '/srv/data/said'], unless: sh\`[ ! -e /srv/data/said ]\`, undo: sh\`echo one >/srv/data/said\` });`,
    there: async () => expect(await lab.read('lab1', 'cd /srv/data; ls; cat said')).toBe('made\nsaid\none'),
    gone: async () => expect(await lab.read('lab1', 'ls /srv/data')).toBe(''),
  },
  kernelModule: {
    declared: `m.kernelModule('vxlan', { parameters: { udp_port: 4789, log_ecn_error: 'off' } });`,
    varied: `m.kernelModule('vxlan', { parameters: { udp_port: 4789, log_ecn_error: 'on' } });`,
    variation: /tsplay-vxlan\.conf|^parameter .*log_ecn_error/,
    drift:
      'rmmod vxlan; rm /etc/modules-load.d/tsplay-vxlan.conf; echo options vxlan udp_port=1 >/etc/modprobe.d/tsplay-vxlan.conf',
    absent: `m.kernelModule('vxlan', { state: 'absent' });`,
    leaves: /^module (ip6_)?udp_tunnel$/,
    there: async () => {
      expect(await lab.read('lab1', 'lsmod')).toMatch(/^vxlan [^]*^udp_tunnel .*vxlan/m);
      expect(await lab.read('lab1', 'cat /sys/module/vxlan/parameters/*')).toBe('N\n4789');
      expect(await read('/etc/modules-load.d/tsplay-vxlan.conf')).toBe(
        '# Managed by tsplay.\nvxlan\n644 root:root',
      );
      // As modprobe understands it.
      expect(await lab.read('lab1', 'modprobe -c')).toMatch(
        /^options vxlan udp_port=4789 log_ecn_error=off$/m,
      );
    },
    gone: async () => {
      expect(await lab.read('lab1', 'lsmod')).not.toMatch(/^vxlan /m);
      expect(await lab.read('lab1', 'ls /etc/modules-load.d /etc/modprobe.d')).not.toContain('tsplay');
    },
  },
  sysctl: {
    // An interface that has a dot in its name.
    ground: 'ip link add dot.10 type dummy',
    declared: `m.sysctl('net.ipv4.ip_local_port_range', { value: '20000 50000' });
  m.sysctl('net.ipv4.conf.dot/10.rp_filter', { value: 1 });`,
    varied: `m.sysctl('net.ipv4.ip_local_port_range', { value: '20000 60000' });
  m.sysctl('net.ipv4.conf.dot/10.rp_filter', { value: 1 });`,
    variation: /ip_local_port_range/,
    drift:
      'sysctl -qw net.ipv4.ip_local_port_range="20000 40000"; rm /etc/sysctl.d/60-tsplay-net-ipv4-conf-dot.10-rp_filter.conf',
    absent: `m.sysctl('net.ipv4.ip_local_port_range', { state: 'absent' });
  m.sysctl('net.ipv4.conf.dot/10.rp_filter', { state: 'absent' });`,
    there: async () => {
      // As sysctl(8) reads them, and as it understands what stands in our files.
      const keys = 'net.ipv4.ip_local_port_range net/ipv4/conf/dot.10/rp_filter';
      expect(await lab.read('lab1', `sysctl -n ${keys}`)).toBe('20000\t50000\n1');
      expect(await lab.read('lab1', 'sysctl --dry-run -p $(ls /etc/sysctl.d/60-tsplay-*)')).toBe(
        'net.ipv4.conf.dot/10.rp_filter = 1\nnet.ipv4.ip_local_port_range = 20000 50000',
      );
    },
    gone: async () => expect(await lab.read('lab1', 'ls /etc/sysctl.d')).not.toContain('tsplay'),
  },
};

law(lab, cases, view);

/** What each of several bodies fails with, or its status: message, hint. One run for all of them. */
async function told(mode: 'check' | 'run', bodies: readonly string[]): Promise<readonly unknown[]> {
  project.write(
    'more.ts',
    `import { attempt, play, sh } from 'tsplay';
import * as m from 'tsplay/modules';
export default play('More', { hosts: 'lab1' }, () => {
${bodies.map((body) => `  m.command('seen', { run: ['true'], reads: true, when: attempt(() => {\n    ${body}\n  }).failed });`).join('\n')}
});
void [sh];
`,
  );
  const run: ToldRun = await project.play(mode, 'more.ts', '--limit', 'lab1');
  const tasks = run.events.filter(
    (event) => event['type'] === 'task' && !String(event['task']).startsWith('command[seen]'),
  );
  return tasks.map((event) => {
    const { message, hint } = (event['error'] ?? {}) as { message?: string; hint?: string };
    return message === undefined ? event['status'] : hint === undefined ? message : [message, hint];
  });
}

describe('beside the law', () => {
  it('says what cannot be done, and why, in a check as in a run', async () => {
    await lab.read(
      'lab1',
      'ip link set dot.10 up; echo "install sctp /bin/false" >/etc/modprobe.d/none.conf; modprobe -q udp_tunnel',
    );
    const bodies = [
      `m.kernelModule('dummy', { state: 'absent' });`,
      `m.kernelModule('udp-tunnel', { state: 'absent' });`,
      `m.kernelModule('ext4', { state: 'absent' });`,
      `m.kernelModule('virtio_net', { state: 'absent' });`,
      `m.kernelModule('loop', { parameters: { max_loop: 9 } });`,
      `m.kernelModule('ifb', { parameters: { numifs: 1 } });`,
      `m.kernelModule('sctp');`,
      `m.kernelModule('net-pf-10');`,
      `m.kernelModule('nothing');`,
      `m.sysctl('kernel.osrelease', { value: '7' });`,
      `m.sysctl('net.bridge.bridge-nf-call-iptables', { value: 1 });`,
      `m.sysctl('net.ipv4.conf.eth77.rp_filter', { value: 1 });`,
      `m.file('/srv', { content: 'x' });`,
      `m.command('x', { run: ['frobnicate'] });`,
    ];
    const expected = [
      'kernel module dummy cannot be unloaded: it is used by link dot.10',
      expect.stringMatching(/^kernel module udp_tunnel cannot be unloaded: it is used by module vxlan/),
      'kernel module ext4 cannot be unloaded: it is built into the kernel',
      expect.stringMatching(/^kernel module virtio_net cannot be unloaded: it is used by link eth0/),
      expect.stringMatching(/^kernel module loop takes max_loop only when .*: it is 8, and wanted is 9$/),
      'kernel module ifb has no such parameter: numifs',
      'the kernel of this host has no module sctp: modprobe is configured to run "/bin/false" instead',
      expect.stringMatching(/^the kernel of this host has no module net_pf_10: the name stands for \w+$/),
      'the kernel of this host has no module nothing',
      'sysctl kernel.osrelease can only be read, on this host or by this user',
      expect.stringContaining("load the kernel module br_netfilter first, by kernelModule('br_netfilter')"),
      expect.stringContaining('there is no interface eth77'),
      '/srv is a folder',
      'there is no program frobnicate on this host',
    ];
    expect(await told('check', bodies)).toEqual(expected);
    expect(await told('run', bodies)).toEqual(expected);
    // The parameter that could not be set is written down.
    expect(await lab.read('lab1', 'modprobe -c')).toMatch(/^options loop max_loop=9$/m);
  });

  it('names the package of a missing program for the distribution of the host', async () => {
    await lab.read(
      'lab1',
      `mv /usr/sbin/ipvsadm /usr/sbin/ipvsadm.gone; rm /usr/sbin/modprobe
printf 'ID=rocky\nID_LIKE="rhel centos fedora"\n' >/run/os-release; mount --bind /run/os-release "$(readlink -f /etc/os-release)"`,
    );
    const bodies = [
      `m.kernelModule('vxlan');`,
      `m.ipvs('web', { vip: '10.9.0.1', port: 80, scheduler: 'rr', servers: [] });`,
    ];
    const missing = (name: string, of: string): readonly string[] => [
      `the program ${name} is not installed on this host`,
      `Install the package ${of} (rocky).`,
    ];
    const expected = [missing('modprobe', 'kmod'), missing('ipvsadm', 'ipvsadm')];
    expect(await told('run', bodies)).toEqual(expected);
    // Where an earlier task may install it, a check does not know.
    expect(await told('check', [`m.command('install', { run: ['true'] });`, ...bodies])).toEqual([
      'changed',
      'unknown',
      'unknown',
    ]);
    await lab.read('lab1', 'ln -s ../bin/kmod /usr/sbin/modprobe; umount "$(readlink -f /etc/os-release)"');
  });
});
