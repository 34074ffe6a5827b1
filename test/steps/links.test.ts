import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { optionalText, runtimeText } from '../../src/steps/runtime.ts';
import { shellNames, shells, type Shell } from '../support/shells.ts';
import { facts, listing, lo } from './links-listing.ts';

let dir = '';
const at = (name: string): string => join(dir, name);
const write = (name: string, text: string): void => {
  mkdirSync(join(at(name), '..'), { recursive: true });
  writeFileSync(at(name), text);
};

/** A link of a host that is a folder. */
function link(name: string, flags: number, uppers: readonly string[] = []): void {
  write(`net/${name}/flags`, `0x${flags.toString(16)}\n`);
  write(`net/${name}/address`, '02:00:00:00:00:01\n');
  for (const upper of uppers) mkdirSync(at(`net/${name}/upper_${upper}`));
}

// Takes its lists from files, writes down what it is told to do, and has done it then: the next list is another.
const ip = `#!/bin/sh
case "$*" in
  *-b*) text=$(cat)
    case $text in
      *'addr show'*) cat "$FAKE/listing" ;;
      *) case "$*" in *-6*) echo family 6 ;; esac >>"$FAKE/told"
        printf '%s\\n' "$text" >>"$FAKE/told"
        [ ! -e "$FAKE/after" ] || mv "$FAKE/after" "$FAKE/listing"
        [ ! -e "$FAKE/then" ] || sh "$FAKE/then" ;;
    esac ;;
  *'link show master'*) echo '4: d1: <UP> mtu 1500 master bond0 \\\\ bond_slave state ACTIVE queue_id 3 prio 0 addrgenmode none' ;;
  *'addr show'*) cat "$FAKE/listing" ;;
  # As drivers that take it only from a link that is down.
  'link set'*address*) case $(cat "$FAKE/net/$4/flags") in *3) exit 2 ;; esac; echo "$6" >"$FAKE/net/$4/address" ;;
  'link set'*down) echo "$*" >>"$FAKE/told"; echo 0x1002 >"$FAKE/net/$4/flags" ;;
  *'route get'*) echo '198.51.100.7 via 10.0.0.9 dev bond0 src 10.255.0.1 uid 0 \\\\ cache ' ;;
esac
`;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-links-'));
  write('bin/ip', ip);
  execFileSync('chmod', ['+x', at('bin/ip')]);
  write('listing', `${listing}\n`);
  link('bond0', 0x1043, ['bond0.7']);
  write('net/bond0/bonding/slaves', 'd0 d1\n');
  write('net/bond0/bonding/mode', '802.3ad 4\n');
  write('net/bond0/bonding/fail_over_mac', 'none 0\n');
  link('bond0.7', 0x1002);
  for (const slave of ['d0', 'd1']) {
    link(slave, 0x1043, ['bond0']);
    mkdirSync(at(`net/${slave}/bonding_slave`));
  }
});
afterEach(() => rmSync(dir, { recursive: true }));

/** What a text prints in a shell that has the runtime. */
function shellSays(shell: Shell, text: string, env: Readonly<Record<string, string>> = {}): string {
  const [command, ...args] = shells[shell];
  // busybox prefers its own ip to that on the PATH.
  const code = `${runtimeText()}${optionalText(text)}\nset -f\n${text}`
    .replaceAll('/sys/class/net', at('net'))
    .replaceAll(/(?<=[\s(|!])ip (?=-|addr|link|route)/g, `${at('bin/ip')} `);
  return execFileSync(command, [...args, '-c', code], {
    encoding: 'utf8',
    env: { PATH: `${at('bin')}:${process.env['PATH']}`, LC_ALL: 'C', FAKE: dir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
const told = (): readonly string[] =>
  existsSync(at('told')) ? readFileSync(at('told'), 'utf8').trim().split('\n') : [];
const capture = 'TS_AROUND=bond0; ts_capture; echo $?; printf \'%s\' "$TS_CAPTURED"';
const addresses = '"$(ip -o addr show)"';

describe.each(shellNames)('the facts of links, in %s', (shell) => {
  it('are those that a link, its slaves and what stands on them would lose, and no neighbour of theirs', () => {
    expect(shellSays(shell, capture).trim().split('\n')).toEqual(['0', ...facts]);
  });

  it('cannot be told from a list that broke off', () => {
    write('listing', listing.replace(lo, ''));
    expect(shellSays(shell, `TS_AROUND=bond0; ts_capture 2>/dev/null; echo $?`)).toBe('1\n');
  });

  it('are left alone while they stand', () => {
    write('saved', facts.join('\n').replaceAll(/\t.*/g, '\tvalid_lft 1 preferred_lft 1'));
    const says = shellSays(shell, `TS_RC=0; TS_CAPTURED=$(cat ${at('saved')}); ts_restore; echo $TS_RC`);
    expect([says, told()]).toEqual(['0\n', []]);
  });

  it('are made true again by one process, in an order that the kernel takes', () => {
    write('saved', facts.join('\n'));
    write('after', `${listing}\n`);
    write('listing', `${lo}\n`);
    link('bond0', 0x1002);
    write('net/bond0/bonding/slaves', '\n');
    link('bond0.7', 0x1003);
    write(
      'then',
      `cd ${at('net')}; echo d0 d1 >bond0/bonding/slaves; echo 0x1043 >bond0/flags; echo 0x1002 >bond0.7/flags`,
    );
    const says = shellSays(shell, `TS_RC=0; TS_CAPTURED=$(cat ${at('saved')}); ts_restore; echo $TS_RC`);
    expect(says).toBe('0\n');
    expect(told()).toEqual([
      'link set dev d0 down',
      'link set dev d0 master bond0',
      'link set dev d1 down',
      'link set dev d1 master bond0',
      'link set dev d1 type bond_slave queue_id 3',
      'link set dev bond0 up',
      'addr replace 10.0.0.1/24 dev bond0 brd 10.0.0.255 scope global',
      'addr replace 10.0.0.2/24 dev bond0 scope global label bond0:x',
      'addr replace 10.7.8.1 dev bond0 peer 10.7.8.2/32 scope global',
      'addr replace 10.0.1.9/24 dev bond0 metric 100 scope global valid_lft 3561 preferred_lft 3561',
      'addr replace fd00::1/64 dev bond0 scope global nodad',
      'addr replace fd01::5/64 dev bond0 scope global mngtmpaddr valid_lft 86215 preferred_lft 14215 nodad',
      'addr replace fe80::1/64 dev bond0 scope link nodad',
      'addr replace 10.1.0.1/24 dev bond0.7 scope global',
      'neigh replace 10.0.0.77 lladdr 02:00:00:00:00:77 dev bond0 nud permanent',
      'neigh replace fd00::77 lladdr 02:00:00:00:00:78 dev bond0 nud permanent',
      'neigh replace proxy 10.0.0.55 dev bond0',
      'nexthop replace id 5 via 10.0.0.79 dev bond0',
      'nexthop replace id 3 group 5,2/6',
      'route replace default via 10.0.0.9 dev bond0 table 77 proto 201 metric 5',
      'route replace 10.4.0.0/16 nexthop via 10.0.0.77 dev bond0 weight 2 nexthop via 10.9.0.9 dev eth0 weight 1',
      'route replace 10.5.0.0/24 nhid 3',
      'route replace 10.6.0.0/24 via inet6 fe80::9 dev bond0 mtu lock 1400',
      'route replace local 10.86.0.0/24 dev bond0 table local scope host',
      'addr change fd00::1/64 dev bond0 scope global',
      'addr change fd01::5/64 dev bond0 scope global mngtmpaddr valid_lft 86215 preferred_lft 14215',
      'addr change fe80::1/64 dev bond0 scope link',
      'link set dev bond0.7 down',
      'family 6',
      'route replace fd81::/64 via fd00::9 dev bond0 metric 1024 pref medium expires 590',
      'route replace fd82:: dev bond0 metric 1024 pref medium',
    ]);
  });

  it('come back after a MAC address that needed the link down, but for the old one', () => {
    write(
      'listing',
      `${listing
        .split('\n')
        .filter((line) => /table 77/.test(line))
        .join('\n')}\n${lo}\n`,
    );
    write('after', readFileSync(at('listing'), 'utf8'));
    write('then', `cd ${at('net')}; echo 0x1043 >bond0/flags`);
    const says = shellSays(shell, `ts_set_mac bond0 02:00:00:00:00:99; echo $?`);
    expect([says, readFileSync(at('net/bond0/address'), 'utf8')]).toEqual(['0\n', '02:00:00:00:00:99\n']);
    expect(told()).toEqual(['link set dev bond0 down', 'link set dev bond0 up']);
  });

  it('that cannot be brought back are told, after three tries', () => {
    const saved = "TS_RC=0; TS_CAPTURED='up bond0\nroute -4 10.99.0.0/24 via 10.98.0.1 dev bond0'";
    const says = shellSays(shell, `${saved}; { ts_restore; } 2>&1; echo $TS_RC`);
    expect(says).toBe('could not restore:\nroute -4 10.99.0.0/24 via 10.98.0.1 dev bond0\n1\n');
    expect(told()).toHaveLength(3);
  });

  it('never become code', () => {
    const hostile = '$(touch${IFS}x)`touch\tx`;touch x';
    write(
      'listing',
      `5: bond0    inet 10.0.0.1/24 scope global bond0:${hostile}\\\n${hostile} dev bond0 \n${lo}\n`,
    );
    shellSays(shell, `cd ${dir}; ${capture}; TS_RC=0; ts_restore`);
    expect(existsSync(at('x'))).toBe(false);
  });
});

describe.each(shellNames)('what moves with a link, in %s', (shell) => {
  it('is not an address that is somebody else’s to renew, unless it was asked for', () => {
    const entries = (...wanted: readonly string[]): readonly string[] =>
      shellSays(
        shell,
        `TS_SAID=''; ts_addresses ${addresses} bond0 '${wanted.join('\n')}' ''; printf '%s' "$TS_SAID"`,
      )
        .trim()
        .split('\n');
    const wanted = [
      '10.0.0.1/24',
      'fd00::1/64\tnodad - preferred_lft 0',
      '10.0.1.9/24\tmetric 7 label bond0:y',
    ];
    expect(entries(...wanted)).toEqual([
      '10.0.0.1/24',
      '10.0.0.2/24\tscope global label bond0:x',
      '10.7.8.1 peer 10.7.8.2/32\tscope global',
      '10.0.1.9/24\tmetric 100 label - dynamic',
      'fd00::1/64\tnodad - preferred_lft -',
    ]);
    expect(entries('10.0.0.2/24').map((entry) => entry.split('\t')[0])).not.toContain('10.0.1.9/24');
  });

  it('is all that a link carries, but for what the kernel and routers give the next one too', () => {
    write('net/bond9/flags', '0x1043\n');
    const carried = shellSays(shell, `ts_carried ${addresses} bond9 bond0`).trim().split('\n');
    expect(carried).toEqual([
      'addr bond0 10.0.0.1/24 brd 10.0.0.255 scope global',
      'addr bond0 10.0.0.2/24 scope global label bond0:x',
      'addr bond0 10.7.8.1 peer 10.7.8.2/32 scope global',
      'addr bond0 10.0.1.9/24 metric 100 scope global',
      'addr bond0 fd00::1/64 scope global',
      ...facts
        .filter((fact) => /^(neigh|proxy|nexthop|route) /.test(fact) && !/bond0\.7/.test(fact))
        .map((fact) => fact.replace(/\t.*/, '')),
    ]);
  });

  it('is given to the other link before it is taken from the first', () => {
    link('bond9', 0x1043);
    write(
      'listing',
      `${listing
        .split('\n')
        .filter((line) => /^5: bond0 .*(10\.0\.0\.1|10\.0\.1\.9|fd00::1)\/|table 77|fd81/.test(line))
        .join('\n')}\n${lo}\n`,
    );
    write('after', readFileSync(at('listing'), 'utf8').replaceAll(/\bbond0\b/g, 'bond9'));
    expect(shellSays(shell, `ts_carry '' bond9 bond0; echo $?`)).toBe('0\n');
    expect(told()).toEqual([
      'addr replace 10.0.0.1/24 dev bond9 brd 10.0.0.255 scope global',
      'addr replace 10.0.1.9/24 dev bond9 metric 100 scope global valid_lft 3561 preferred_lft 3561',
      'addr replace fd00::1/64 dev bond9 scope global nodad',
      'route replace default via 10.0.0.9 dev bond9 table 77 proto 201 metric 5',
      'addr change fd00::1/64 dev bond9 scope global',
      'family 6',
      'route replace fd81::/64 via fd00::9 dev bond9 metric 1024 pref medium expires 590',
      'addr del 10.0.0.1/24 dev bond0',
      'addr del 10.0.1.9/24 dev bond0',
      'addr del fd00::1/64 dev bond0',
      'route del default via 10.0.0.9 dev bond0 table 77 proto 201 metric 5',
      'family 6',
      'route del fd81::/64 via fd00::9 dev bond0 metric 1024 pref medium',
    ]);
  });
});

describe.each(shellNames)('the way of the SSH connection, in %s', (shell) => {
  const over = (ssh: string, ...links: readonly string[]): string =>
    shellSays(shell, `ts_ssh_over ${addresses} ${links.join(' ')}; echo $?`, { SSH_CONNECTION: ssh }).trim();
  const to = (ssh: string, ...links: readonly string[]): string =>
    shellSays(shell, `ts_ssh_at ${addresses} ${links.join(' ')}; echo "$TS_AT"`, {
      SSH_CONNECTION: ssh,
    }).trim();

  it('is known by the address that it came to, or by the route to whom it came from', () => {
    expect(over('198.51.100.7 5000 10.0.0.2 22', 'bond0')).toBe('0');
    expect(over('198.51.100.7 5000 10.1.0.1 22', 'bond0')).toBe('0');
    expect(over('198.51.100.7 5000 10.255.0.1 22', 'bond0')).toBe('0');
    expect(over('198.51.100.7 5000 10.9.0.1 22', 'd7')).toBe('1');
    expect(over('fe80::7%bond0.7 5000 fe80::1%bond0.7 22', 'bond0')).toBe('0');
    expect(over('fe80::7%eth0 5000 fe80::8%eth0 22', 'bond0')).toBe('1');
    expect(over('', 'bond0')).toBe('1');
  });

  it('ends at an address that must stay, if it does not go by itself', () => {
    expect(to('198.51.100.7 5000 10.0.0.2 22', 'bond0', 'd0')).toBe('10.0.0.2');
    expect(to('198.51.100.7 5000 fd00::1 22', 'bond0')).toBe('fd00::1');
    expect(to('198.51.100.7 5000 10.0.1.9 22', 'bond0')).toBe('');
    expect(to('198.51.100.7 5000 10.0.0.2 22', 'eth0')).toBe('');
    expect(to('198.51.100.7 5000 10.0.0.2', 'bond0')).toBe('');
  });
});
