import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { labDown, labInventory, labReset, labSsh, labStatus, labUp } from '../../src/lab/index.ts';
import { runFolder } from '../../src/lab/paths.ts';
import { startTimeOf } from '../../src/lab/processes.ts';
import { run } from '../../src/lab/run-command.ts';
import { sshArguments } from '../../src/lab/ssh-arguments.ts';
import type { GuestRecord } from '../../src/lab/state.ts';
import { withLab } from './support/lab.ts';

const lab = withLab(3);
const tell = (): void => {};
const pids = async (): Promise<readonly number[]> => (await labStatus()).guests.map(({ pid }) => pid);

/** Does something as if in another lab, whose guests are ended again. */
async function inLab<T>(name: string, body: () => Promise<T>): Promise<T> {
  process.env['TSPLAY_LAB'] = name;
  try {
    return await body();
  } finally {
    await labDown({ tell });
    process.env['TSPLAY_LAB'] = lab.name;
  }
}

async function address(host: string, nic: string, cidr: string): Promise<void> {
  await lab.read(host, `ip addr add ${cidr} dev ${nic} && ip link set ${nic} up`);
}

const ping = (host: string, to: string) => lab.ssh(host, `ping -c 2 -i 0.2 -W 1 -w 5 ${to}`);

describe('guests', () => {
  test('are told apart by name, machine id, random numbers and every MAC', async () => {
    const seen = await Promise.all(
      lab.hosts.map((host) =>
        lab.read(
          host,
          'hostname; cat /etc/machine-id /proc/sys/kernel/random/uuid /sys/class/net/eth?/address',
        ),
      ),
    );
    const lines = seen.flatMap((output) => output.split('\n'));
    expect(lines).toHaveLength(3 * 8);
    expect(new Set(lines).size).toBe(lines.length);
    expect(seen.map((output) => output.split('\n')[0])).toEqual(['lab1', 'lab2', 'lab3']);
  });

  test('have the time of this machine and nothing that failed', async () => {
    const [seconds, state] = (
      await lab.read('lab2', 'date +%s; systemctl is-system-running; journalctl -n 1')
    ).split('\n');
    expect(Math.abs(Number(seconds) - Date.now() / 1000)).toBeLessThan(5);
    expect(state).toBe('running');
  });

  test('have four bare NICs beside the management one', async () => {
    const links = JSON.parse(await lab.read('lab3', 'ip -j addr')) as {
      ifname: string;
      operstate: string;
      addr_info: unknown[];
    }[];
    const bare = links.filter((link) => /^eth[1-4]$/.test(link.ifname));
    expect(bare.map(({ operstate, addr_info }) => [operstate, addr_info.length])).toEqual(
      Array.from({ length: 4 }, () => ['DOWN', 0]),
    );
  });

  test('have a kernel with all that network playbooks need', async () => {
    const modules =
      'bonding sch_teql ip_vs ip_vs_rr ip_vs_wrr ip_vs_lc ip_vs_wlc ip_vs_sh ip_vs_mh dummy 8021q openvswitch sch_netem veth bridge br_netfilter vxlan nf_tables ip_set vrf macvlan tun';
    const missing = await lab.read(
      'lab1',
      `for m in ${modules}; do modprobe -n -q $m || echo $m; done; lsmod | grep -E '^(bonding|ip_vs|openvswitch)' || true`,
    );
    expect(missing).toBe('');
  });

  test('ask deploy for a password for sudo, and admin for none', async () => {
    const as = (user: string, command: string, input = '') => lab.ssh('lab1', command, { user, input });
    expect(await as('admin', 'sudo -n id -u')).toMatchObject({ code: 0, stdout: '0\n' });
    expect((await as('deploy', 'sudo -n id -u')).code).toBe(1);
    expect(await as('deploy', 'sudo -S -p "" id -u', 'deploy\n')).toMatchObject({ code: 0, stdout: '0\n' });
    expect((await as('deploy', 'sudo -S -p "" id -u', 'wrong\n')).code).toBe(1);
  });
});

describe('host keys', () => {
  const connect = (knownHosts: string) => {
    const { port = 0, identityFiles = [] } = lab.host('lab1');
    const argv = sshArguments({ key: identityFiles[0] ?? '', knownHosts, port });
    return run(['ssh', ...argv, 'hostname']);
  };

  test('are known under each port', async () => {
    expect(await connect(lab.host('lab1').knownHostsFiles?.[0] ?? '')).toBe('lab1\n');
  });

  test('are verified: another key is refused', async () => {
    const other = join(runFolder(), lab.name, 'other');
    await run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-f', other]);
    const key = await readFile(`${other}.pub`, 'utf8');
    await writeFile(other, `[127.0.0.1]:${lab.host('lab1').port} ${key}`);
    await expect(connect(other)).rejects.toThrow(/has changed/);
  });
});

describe('segments', () => {
  test('join eth1 and eth3 of all guests, also those that do not carry the hub, and no other NIC', async () => {
    await address('lab1', 'eth2', '10.9.0.1/24');
    await address('lab2', 'eth1', '10.9.0.2/24');
    await address('lab3', 'eth3', '10.9.0.3/24');
    expect((await ping('lab2', '10.9.0.3')).code).toBe(0);
    expect((await ping('lab2', '10.9.0.1')).code).toBe(1);
    await lab.read('lab1', 'ip addr flush dev eth2; ip link set eth2 down');
    await address('lab1', 'eth1', '10.9.0.1/24');
    expect((await ping('lab1', '10.9.0.2')).code).toBe(0);
  });

  test('carry LACP: two guests form one aggregate of two links', async () => {
    const bond = (n: number) =>
      [
        'ip addr flush dev eth1; ip link set eth1 down',
        'ip link add bond0 type bond mode 802.3ad miimon 100 lacp_rate fast',
        'ip link set eth1 master bond0 && ip link set eth2 master bond0',
        `ip link set bond0 up && ip addr add 10.8.0.${n}/24 dev bond0`,
      ].join(' && ');
    await Promise.all([lab.read('lab1', bond(1)), lab.read('lab2', bond(2))]);
    // 61 and 63: both sides active, in sync, collecting and distributing.
    const both = 'n=$(grep -Ec "port state: 6[13]$" /proc/net/bonding/bond0); [ "$n" = 4 ]';
    const settled = `for i in $(seq 60); do ${both} && exit 0; sleep 0.5; done; cat /proc/net/bonding/bond0; exit 1`;
    await Promise.all([lab.read('lab1', settled), lab.read('lab2', settled)]);
    expect(await lab.read('lab1', 'grep "Number of ports" /proc/net/bonding/bond0')).toMatch(/: 2$/);
    expect((await ping('lab1', '10.8.0.2')).code).toBe(0);
  });
});

describe('labUp', () => {
  test('does nothing for guests that are up', async () => {
    const before = await labStatus();
    const lines: string[] = [];
    expect(await labUp(3, { tell: (line) => lines.push(line) })).toEqual(before.guests);
    expect(await labUp(1, { tell: (line) => lines.push(line) })).toEqual(before.guests);
    expect(lines).toEqual([]);
  });

  test('refuses a count that no lab has', async () => {
    for (const count of [0, 9, 1.5]) await expect(labUp(count, { tell })).rejects.toThrow(/1 to 8/);
  });

  test('adds what is missing or has died, and keeps the others', async () => {
    await inLab(`${lab.name}-a`, async () => {
      const [first] = await labUp(1, { tell, tied: true });
      const [, second] = await labUp(2, { tell, tied: true });
      process.kill(second?.pid ?? 0, 'SIGKILL');
      // Dead, or a zombie: then it has no words any more.
      while (await readFile(`/proc/${second?.pid}/cmdline`, 'utf8').catch(() => '')) await sleep(20);
      const after = await labUp(2, { tell, tied: true });
      expect(after[0]).toEqual(first);
      expect(after[1]?.name).toBe('lab2');
      expect(after[1]?.pid).not.toBe(second?.pid);
    });
  });
});

describe('labReset', () => {
  test('gives a fresh guest at the old port, and the segments go on, even for the one with the hubs', async () => {
    const [first, ...others] = await pids();
    await lab.read('lab1', 'touch /root/trace');
    await lab.reset('lab1');
    const [fresh, ...after] = await pids();
    expect(after).toEqual(others);
    expect(fresh).not.toBe(first);
    expect(await lab.read('lab1', 'hostname; ls /root')).toBe('lab1');
    await lab.reset('lab2');
    await address('lab1', 'eth2', '10.7.0.1/24');
    await address('lab2', 'eth4', '10.7.0.2/24');
    await address('lab3', 'eth2', '10.7.0.3/24');
    expect((await ping('lab2', '10.7.0.3')).code).toBe(0);
    expect((await ping('lab1', '10.7.0.2')).code).toBe(0);
  });

  test('refuses a guest that is not up', async () => {
    await expect(labReset('lab7', { tell })).rejects.toMatchObject({ code: 'lab-unknown-host' });
  });
});

describe('labDown', () => {
  test('ends the guests of its own lab only', async () => {
    const ours = await pids();
    const [other] = await inLab(`${lab.name}-b`, async () => {
      const up = await labUp(1, { tell, tied: true });
      expect(await labDown({ tell })).toEqual(['lab1']);
      expect(await labDown({ tell })).toEqual([]);
      return up;
    });
    expect(ours).not.toContain(other?.pid);
    expect(await pids()).toEqual(ours);
    expect(await readFile(`/proc/${other?.pid}/cmdline`, 'utf8').catch(() => '')).toBe('');
  });

  describe('with a record of a process that is not the guest', () => {
    const innocent: { kill(): void }[] = [];
    afterEach(() => innocent.splice(0).forEach((process) => process.kill()));

    /** What a guest would have left, had its pid gone to somebody else's process since. */
    async function stale(name: string, argument: string, startTime?: string): Promise<number> {
      const child = spawn('sleep', ['300'], { stdio: 'ignore' });
      innocent.push(child);
      const pid = child.pid ?? 0;
      const record: GuestRecord = {
        number: 1,
        process: { pid, startTime: startTime ?? (await startTimeOf(pid)) ?? '', argument },
        image: '/nowhere',
        port: 1,
        ready: true,
      };
      await mkdir(join(runFolder(), name), { recursive: true });
      await writeFile(join(runFolder(), name, 'lab1.json'), JSON.stringify(record));
      return pid;
    }

    test.each([
      ['has another start time', '300', '1'],
      ['has another command line', '/nowhere/lab1.monitor', undefined],
    ])('leaves one alone that %s', async (_, argument, startTime) => {
      const name = `${lab.name}-c`;
      const pid = await stale(name, argument, startTime);
      await inLab(name, async () => {
        expect((await labStatus()).guests).toEqual([]);
        expect(await labDown({ tell })).toEqual([]);
      });
      expect(await startTimeOf(pid)).toBeDefined();
    });

    test('is not kept from starting the guest', async () => {
      const name = `${lab.name}-d`;
      const pid = await stale(name, '300', '1');
      await inLab(name, async () => {
        const [guest] = await labUp(1, { tell, tied: true });
        expect(guest?.port).toBeGreaterThan(1);
      });
      expect(await startTimeOf(pid)).toBeDefined();
    });
  });
});

describe('labSsh', () => {
  test('gives the status of the command, as the user that was named', async () => {
    expect(await labSsh('lab1', ['exit', '7'])).toBe(7);
    expect(await labSsh('deploy@lab2', ['test "$(id -un)@$(hostname)" = deploy@lab2'])).toBe(0);
  });

  test('names the guests that are up if there is no such one', async () => {
    await expect(labSsh('lab4', ['true'])).rejects.toThrow(/lab4.*lab1, lab2, lab3/);
  });
});

describe('labInventory', () => {
  test('names hosts without a lab, and has their ports once it has brought them up', async () => {
    await inLab(`${lab.name}-e`, async () => {
      const inventory = await labInventory();
      expect([...inventory.hosts.keys()]).toEqual(['lab1', 'lab2', 'lab3']);
      expect(inventory.groups.get('lab')).toEqual(inventory.groups.get('all'));
      expect(inventory.hosts.get('lab1')?.port).toBeUndefined();

      const lines: string[] = [];
      const hosts = await inventory.prepare?.(['lab1'], (line) => lines.push(line));
      expect(lines[0]).toBe('Resuming lab1');
      expect(hosts?.get('lab1')).toMatchObject({
        user: 'root',
        address: '127.0.0.1',
        groups: ['all', 'lab'],
      });
      expect(hosts?.get('lab1')?.port).toBe((await labStatus()).guests[0]?.port);
      expect(hosts?.get('lab2')?.port).toBeUndefined();
    });
  });

  test('refuses a lab whose name could lead elsewhere', async () => {
    process.env['TSPLAY_LAB'] = '../x';
    try {
      await expect(labDown({ tell })).rejects.toMatchObject({ code: 'lab-bad-name' });
    } finally {
      process.env['TSPLAY_LAB'] = lab.name;
    }
  });
});
