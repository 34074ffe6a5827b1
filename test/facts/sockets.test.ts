import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sockets, type ListeningSocket } from '../../src/facts/sockets.ts';
import { printedOn, probed } from '../support/probes.ts';
import { shellNames } from '../support/shells.ts';

const answer = (tables: string, ss = '', order = ''): string =>
  `@order\n${order}\n@tables\n${tables}\n@ss\n${ss}`;
const where = ({ protocol, family, address, port, interface: dev = '' }: ListeningSocket): string =>
  `${protocol} ${family} ${address} ${port} ${dev}`.trim();

describe('listening sockets', () => {
  it('of Debian', () => {
    expect(sockets.parse(printedOn('sockets-debian')).listening).toEqual(
      (['inet', 'inet6'] as const).map((family) => ({
        protocol: 'tcp',
        family,
        address: family === 'inet' ? '0.0.0.0' : '::',
        port: 22,
        interface: undefined,
        uid: 0,
        processes: [{ name: 'sshd', pid: 229 }],
      })),
    );
  });

  it('of Rocky Linux, with a zone, a mapped address and a process that would like to be another', () => {
    const tables = printedOn('documented/proc-net-rocky-8');
    const { listening } = sockets.parse(answer(tables, printedOn('documented/ss-rocky-8')));
    expect(listening.map((one) => `${where(one)} by ${one.uid}`)).toEqual([
      'tcp inet 0.0.0.0 111 by 0',
      'tcp inet 127.0.0.1 3306 by 27',
      'tcp inet6 :: 111 by 0',
      'tcp inet6 ::ffff:10.0.0.2 8080 by 1000',
      'udp inet 127.0.0.1 323 by 0',
      'udp inet6 fe80::5054:ff:fe1a:b001 546 ens3 by 0',
    ]);
    expect(listening.map(({ processes }) => processes)).toEqual([
      [
        { name: 'systemd', pid: 1 },
        { name: 'rpcbind', pid: 700 },
      ],
      [{ name: 'mysqld', pid: 1400 }],
      [],
      [{ name: 'a",pid=1,fd=1)', pid: 1500 }],
      [{ name: 'chronyd', pid: 812 }],
      [{ name: 'NetworkManager', pid: 901 }],
    ]);
    // The same kernel on s390x prints the same address so.
    const big = tables.replace('0100007F:0CEA', '7F000001:0CEA').split('\n').slice(1, 2).join('');
    expect(sockets.parse(answer(big, '', 'big')).listening.map(where)).toEqual(['tcp inet 127.0.0.1 3306']);
  });

  it('are refused where the answer makes no sense, and none is fine', () => {
    expect(sockets.parse(answer('')).listening).toEqual([]);
    expect(() => sockets.parse('')).toThrow('no part');
    expect(() => sockets.parse(answer('/proc/net/tcp: nonsense'))).toThrow('a socket is not understood');
  });
});

const listeners = `
const net = require('node:net'), dgram = require('node:dgram');
const tcp = (host, port, more) => new Promise((done) => net.createServer().listen({ host, port, ...more }, done));
const udp = (type, address, port) => new Promise((done) => dgram.createSocket(type).bind(port, address, done));
void (async () => {
  await tcp('127.0.0.1', 2001); await tcp('0.0.0.0', 2002); await tcp('::1', 2003); await tcp('::', 2004);
  await tcp('::', 2005, { ipv6Only: true }); await tcp('::ffff:127.0.0.2', 2006); await tcp('fe80::7%d0', 2007);
  await udp('udp4', '127.0.0.1', 2001); await udp('udp6', '::', 2002); await udp('udp6', 'fe80::7%d0', 2007);
  const there = dgram.createSocket('udp4');
  await new Promise((done) => there.connect(2001, '127.0.0.1', done));
  const client = net.connect(2001, '127.0.0.1', () => console.log('ready'));
})();`;

describe.each(shellNames)('the probe in %s', (shell) => {
  let dir = '';
  beforeAll(() => {
    dir = mkdtempSync(join(tmpdir(), 'tsplay-sockets-'));
    for (const name of ['grep', 'sleep'])
      symlinkSync(execFileSync('which', [name]).toString().trim(), join(dir, name));
  });
  afterAll(() => rmSync(dir, { recursive: true }));
  const expected = `tcp inet 127.0.0.1 2001
tcp inet 0.0.0.0 2002
tcp inet6 ::1 2003
tcp inet6 :: 2004
tcp inet6 :: 2005
tcp inet6 ::ffff:127.0.0.2 2006
tcp inet6 fe80::7 2007 d0
udp inet 127.0.0.1 2001
udp inet6 :: 2002
udp inet6 fe80::7 2007 d0`.split('\n');
  const surroundings = (path?: string): object => ({
    after: `ip link set lo up; ip link add d0 type veth peer name d1 || exit
ip link set d0 up; ip link set d1 up; ip addr add fe80::7/64 dev d0 nodad
mkfifo ${dir}/ready-$$
setpriv --reuid 65534 --clear-groups node -e "$LISTENERS" >${dir}/ready-$$ & listener=$!
read -r line <${dir}/ready-$$`,
    beside: `ss -Htulne; echo "pid $listener"; kill $listener`,
    path,
    env: { LISTENERS: listeners },
  });

  it('tells what ss tells, with processes', () => {
    const { facts, beside } = probed(shell, sockets, surroundings());
    expect(facts.listening.map(where)).toEqual(expected);
    const pid = Number(/^pid (\d+)$/m.exec(beside)?.[1]);
    for (const { uid, processes } of facts.listening)
      expect([uid, processes]).toEqual([65_534, [{ name: 'node', pid }]]);
    const ends = beside
      .split('\n')
      .filter((line) => line.includes(' ino:'))
      .map((line) => line.split(/\s+/)[4]);
    expect(
      facts.listening
        .map(({ family, address, port, interface: dev }) => {
          const host = family === 'inet' ? address : `[${address}]`;
          return `${host}${dev === undefined ? '' : `%${dev}`}:${port}`;
        })
        .toSorted(),
    ).toEqual(ends.map((end = '') => end.replace(/^\*:/, '[::]:')).toSorted());
  });

  it('tells all but processes and zones without ss', () => {
    const { facts } = probed(shell, sockets, surroundings(dir));
    expect(facts.listening.map(where)).toEqual(expected.map((line) => line.replace(' d0', '')));
    expect(facts.listening.every(({ processes }) => processes.length === 0)).toBe(true);
  });
});
