import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cron, mount, swap, sysctl, user } from '../../../modules/index.ts';
import { OverlayHost } from '../../support/overlay-host.ts';

// Nothing in these differs from shell to shell but what others show of it.
const shell = 'dash';

describe('a host that is not as it should be', () => {
  let host: OverlayHost;
  beforeEach(async () => {
    host = await OverlayHost.start();
  });
  afterEach(() => host.close());
  const both = async (body: () => void): Promise<readonly string[]> => {
    const before = host.snapshot();
    const { told } = await host.run(shell, body, { mode: 'check' });
    expect((await host.run(shell, body)).told).toEqual(told);
    expect(host.snapshot()).toEqual(before);
    return told;
  };

  it('has no such user for a job', async () => {
    const none = 'a job needs a user of this host that it runs as; this is none: app';
    const times = { job: 'true', minute: 0, user: 'app' } as const;
    expect(await both(() => void cron('a', times))).toEqual(['failed', none]);
    expect(await both(() => void cron('a', { ...times, crontab: 'user' }))).toEqual(['failed', none]);
    const body = (): void => {
      user('app', { system: true });
      cron('a', times);
      cron('b', { ...times, crontab: 'user' });
    };
    expect((await host.run(shell, body, { mode: 'check' })).told).toEqual(['changed', 'changed', 'changed']);
    expect((await host.run(shell, body)).told).toEqual(['changed', 'changed', 'changed']);
  });

  it('has a parameter of the kernel in a file that is read later', async () => {
    host.sh('echo net/ipv4/ip_forward=0 >/etc/sysctl.d/10-early.conf');
    const forwards = (persist?: boolean) => (): void =>
      void sysctl('net.ipv4.ip_forward', { value: 1, ...(persist === undefined ? {} : { persist }) });
    expect((await host.run(shell, forwards())).told).toEqual(['changed']);
    host.sh('printf "# no\\n-net.ipv4.ip_forward =  0\\n" >/etc/sysctl.conf');
    expect(await both(forwards())).toEqual([
      'failed',
      expect.stringMatching(
        /^a reboot would bring another value of net.ipv4.ip_forward .*: \/etc\/sysctl.conf says 0$/,
      ),
    ]);
    expect((await host.run(shell, forwards(false))).told).toEqual(['changed']);
    host.sh('echo net.ipv4.ip_forward = 1 >>/etc/sysctl.conf');
    expect((await host.run(shell, forwards())).told).toEqual(['changed']);
    // As it is at boot.
    expect(host.sh('sysctl --system >/dev/null 2>&1; cat /proc/sys/net/ipv4/ip_forward')).toBe('1');
  });

  it('cannot mount it, so that it is not tried at boot either', async () => {
    expect(await both(() => void mount('/srv/x', { source: '/dev/nowhere', type: 'ext4' }))).toEqual([
      'failed',
      'there is no device /dev/nowhere on this host to be mounted at /srv/x',
    ]);
    const line = 'tmpfs /srv/x tmpfs size=1m 0 0';
    host.sh(`printf '${line}\\n# two\\n${line}\\nproc /srv/p proc ro 0 0' >/etc/fstab`);
    const fstab = host.sh('cat /etc/fstab');
    expect(await both(() => void mount('/srv/x', { type: 'tmpfs' }))).toEqual([
      'failed',
      '/etc/fstab has several lines for /srv/x; leave one of them',
    ]);
    const gone = await host.run(shell, () => void mount('/srv/x', { state: 'absent' }));
    expect(gone.told).toEqual(['changed']);
    expect(host.sh('cat /etc/fstab')).toBe('# two\nproc /srv/p proc ro 0 0');
    host.undo(shell, gone.name);
    expect(host.sh('cat /etc/fstab; echo .')).toBe(`${fstab}.`);
    host.sh('sed -i 3d /etc/fstab');
    const one = host.sh('cat /etc/fstab');
    for (const body of [
      () => void mount('/srv/y', { source: '/etc/hostname', type: 'ext4' }),
      () => void swap('/swapfile', { size: 1 }),
    ]) {
      expect((await host.run(shell, body)).told[0]).toBe('failed');
      expect(host.sh('cat /etc/fstab')).toBe(one);
    }
  });
});
