import { describe, expect, it } from 'vitest';
import { schedulers } from '../../../modules/network/ipvs/options.ts';
import { law, snapshotLines } from '../support/law.ts';
import { withLab } from '../support/lab.ts';
import { labProject, taskStatuses } from '../support/project.ts';
import { cases, view } from './ipvs-cases.ts';

const lab = withLab(1);
const project = labProject();
law(lab, cases, view);

it('the first run on a host is taken back, the kernel modules that it loaded included', async () => {
  await lab.reset('lab1');
  await lab.read('lab1', 'ip link set eth1 up');
  const snapshot = async (): Promise<readonly string[]> => snapshotLines(await lab.read('lab1', view));
  const before = await snapshot();
  project.write(
    'first.ts',
    `import { play } from 'tsplay';
import { ipvs, ipvsRealServer, ipvsSync, ipvsTimeouts } from 'tsplay/modules';
export default play('First', { hosts: 'lab1' }, () => {
  ipvs('web', { vip: '10.8.0.1', port: 80, scheduler: 'mh', conntrack: true,
    servers: [{ address: '10.8.1.1', method: 'masquerading' }] });
  ipvsSync('master', { mcastInterface: 'eth1', syncid: 7 });
  ipvsTimeouts('director', { tcp: 60 });
  ipvsRealServer('10.8.9.2', { method: 'ipip' });
  ipvsRealServer('fd08:9::3', { method: 'ipip' });
});
`,
  );
  const told = taskStatuses(await project.play('run', 'first.ts'), 'lab1');
  expect([...told.values()]).toEqual([...told.keys()].map(() => 'changed'));
  expect(await snapshot()).not.toEqual(before);
  expect((await project.cli('rollback', '-i', 'lab', '--limit', 'lab1')).code).toBe(0);
  expect(await snapshot()).toEqual(before);
});

describe('what cannot be', () => {
  // Those that the law has not shown, but for the one that Debian leaves out.
  const others = schedulers.filter(
    (one) => one !== 'twos' && !Object.values(cases).some(({ declared }) => declared.includes(`'${one}'`)),
  );
  const service = (vip: string, port: number): string =>
    `vip: '${vip}', port: ${port}, scheduler: 'rr', servers: []`;
  const playbook = `import { attempt, play, sh } from 'tsplay';
import { command, ipvs, ipvsSync } from 'tsplay/modules';
export default play('Refused', { hosts: 'lab1' }, () => {
  for (const [i, scheduler] of (${JSON.stringify(others)} as const).entries())
    ipvs(scheduler, { vip: '10.8.7.1', port: 1000 + i, scheduler, servers: [] });
  ipvs('beside ssh', { ${service('10.8.7.2', 2222)} });
  attempt(() => void ipvs('twos', { vip: '10.8.7.3', port: 80, scheduler: 'twos', servers: [] }));
  attempt(() => void ipvs('ssh', { ${service('10.0.2.15', 2222)} }));
  attempt(() => void ipvs('every port', { ${service('10.0.2.15', 0)}, persistent: 60 }));
  attempt(() => void ipvsSync('master', { mcastInterface: 'eth9', syncid: 7 }));
  command('start keepalived', { run: sh\`cp /bin/sleep /tmp/keepalived && { /tmp/keepalived 600 </dev/null >/dev/null 2>&1 & }\` });
  attempt(() => void ipvs('keepalived', { ${service('10.8.7.4', 80)} }));
  ipvs('beside keepalived', { ${service('10.8.7.5', 80)}, besideKeepalived: true });
  command('hide', { run: sh\`mv /usr/sbin/ipvsadm /usr/sbin/ipvsadm.hidden\` });
  attempt(() => void ipvs('no tool', { ${service('10.8.7.6', 80)} }));
  command('show', { run: sh\`mv /usr/sbin/ipvsadm.hidden /usr/sbin/ipvsadm\` });
});
`;
  const told = [
    /^ipvs\[twos\]: .*the kernel of this host has no IPVS scheduler 'twos'/,
    /^ipvs\[ssh\]: .*would take SSH connections to this host away.*10\.0\.2\.15 port 2222/,
    /^ipvs\[every port\]: .*would take SSH connections to this host away/,
    /^ipvsSync\[master\]: .*there is no link eth9, or it is not up/,
    /^ipvs\[keepalived\]: .*keepalived runs on this host.*process \d+ is keepalived/,
    /^ipvs\[no tool\]: .*the program ipvsadm is not installed on this host.*Install the package ipvsadm \(debian\)/,
  ];

  it('is a clear error, and everything else is done', async () => {
    // From now on SSH comes in by another port, which nobody but the host knows.
    await lab.read(
      'lab1',
      `ipvsadm --start-daemon master --mcast-interface eth1 --syncid 7
/usr/sbin/sshd -p 2222 -o PidFile=none && iptables -t nat -A PREROUTING -p tcp --dport 22 -j REDIRECT --to-ports 2222`,
    );
    project.write('refused.ts', playbook);
    const { events } = await project.play('run', 'refused.ts');
    const tasks = events.filter(({ type }) => type === 'task');
    const failed = tasks.flatMap(({ task, status, error }) =>
      status === 'failed' ? [`${String(task)}: ${JSON.stringify(error)}`] : [],
    );
    expect(failed).toEqual(told.map((pattern) => expect.stringMatching(pattern) as string));
    expect(tasks.filter(({ status }) => status === 'changed')).toHaveLength(others.length + 5);

    const rules = await lab.read('lab1', 'ipvsadm -Sn; ipvsadm -L --daemon');
    expect([...rules.matchAll(/^-A -t 10\.8\.7\.1:1\d+ -s (\w+)$/gm)].map(([, one]) => one)).toEqual(others);
    expect(rules).toMatch(/^-A -t 10\.8\.7\.2:2222 /m);
    expect(rules).toMatch(/^-A -t 10\.8\.7\.5:80 /m);
    expect(rules).not.toMatch(/10\.0\.2\.15|10\.8\.7\.[346]/);
    // The daemon that runs goes on.
    expect(rules).toMatch(/^master sync daemon \(mcast=eth1, syncid=7,/m);
  });
});
