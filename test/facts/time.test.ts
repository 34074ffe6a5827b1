import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { time } from '../../src/facts/time.ts';
import { printedOn, probed } from '../support/probes.ts';
import { shellNames } from '../support/shells.ts';

const debian = printedOn('time-debian');

describe('time facts', () => {
  it('of Debian', () => {
    expect(time.parse(debian)).toEqual({
      epoch: 1_795_780_791,
      timezone: 'Etc/UTC',
      abbreviation: 'UTC',
      utcOffset: 0,
      uptime: 153.23,
      bootedAt: 1_795_780_638,
      synchronized: false,
    });
  });

  it('of other zones, and of hosts that tell less', () => {
    const of = (lines: string, without: RegExp): ReturnType<typeof time.parse> =>
      time.parse(`${lines}\n${debian.replace(without, '')}`);
    const linked = /^localtime=.*\n/m;
    expect(of('localtime=../usr/share/zoneinfo/posix/America/St_Johns\noffset=-0330', linked)).toMatchObject({
      timezone: 'America/St_Johns',
      utcOffset: -12_600,
    });
    // Alpine links there.
    expect(of('localtime=/etc/zoneinfo/Asia/Kathmandu\noffset=+0545', linked)).toMatchObject({
      timezone: 'Asia/Kathmandu',
      utcOffset: 20_700,
    });
    expect(of('zoneFile=Europe/Rome\nlocaltime=', linked).timezone).toBe('Europe/Rome');
    expect(of('', /^(localtime|zoneFile)=.*\n/gm).timezone).toBeUndefined();
    expect(of('noZone=1', /^(localtime|zoneFile)=.*\n/gm).timezone).toBe('UTC');
    expect(of('maxerror=250000', /$^/).synchronized).toBe(true);
    expect(of('timedatectl=yes', /^maxerror=.*\n/m).synchronized).toBe(true);
    expect(of('timedatectl=no', /^maxerror=.*\n/m).synchronized).toBe(false);
    expect(of('timedatectl=', /^maxerror=.*\n/m).synchronized).toBeUndefined();
  });

  it('are refused where the answer makes no sense', () => {
    expect(() => time.parse(`offset=x\n${debian}`)).toThrow('offset from UTC');
    expect(() => time.parse(`uptime=long\n${debian}`)).toThrow('uptime');
    expect(() => time.parse('')).toThrow("does not tell its 'offset'");
  });
});

describe.each(shellNames)('the probe in %s', (shell) => {
  it('tells what the kernel and date tell', () => {
    const { facts } = probed(shell, time, { env: { TZ: 'Asia/Tokyo' } });
    expect(Math.abs(facts.epoch - Date.now() / 1000)).toBeLessThan(5);
    expect(Math.abs(facts.uptime - Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]))).toBeLessThan(
      5,
    );
    const [, booted] = /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8')) ?? [];
    expect(facts.bootedAt).toBe(Number(booted));
    const zone = execFileSync('readlink', ['-f', '/etc/localtime'], { encoding: 'utf8' });
    expect(`/usr/share/zoneinfo/${facts.timezone}\n`).toBe(zone);
  });

  it('knows the zone of the host, not that of the session', () => {
    const after = (zone: string): string =>
      `mount -t tmpfs tmpfs /etc; ln -s ${zone} /etc/localtime; TZ=Asia/Tokyo; export TZ`;
    const berlin = probed(shell, time, { after: after('/usr/share/zoneinfo/Europe/Berlin') }).facts;
    const date = execFileSync('date', ['-d', `@${berlin.epoch}`, '+%Z'], {
      encoding: 'utf8',
      env: { TZ: 'Europe/Berlin' },
    });
    expect(berlin).toMatchObject({ timezone: 'Europe/Berlin', abbreviation: date.trim() });
    expect(berlin.utcOffset).toBe(date.trim() === 'CET' ? 3600 : 7200);
    const none = probed(shell, time, { after: 'mount -t tmpfs tmpfs /etc' }).facts;
    expect(none).toMatchObject({ timezone: 'UTC', utcOffset: 0 });
  });
});
