import {
  addresses as addressesOf,
  bond,
  command,
  file,
  ipset,
  ipvs,
  ipvsRealServer,
  ipvsSync,
  ipvsTimeouts,
  kernelModule,
  link as linkOf,
  markRoute,
  nat,
  nexthopRoute,
  route,
  rule,
  sysctl,
  template,
  teql,
} from '../../../modules/index.ts';
import { rc, secret, sh, stdout } from '../../../src/steps/index.ts';
import type { Plays } from '../every-module.ts';

const slaves = ['eth1', 'eth2'];
const addresses = ['10.0.0.2/24', 'fd00::2/64'];
const link = { slaves, mtu: 9000, addresses, up: true } as const;
const service = { vip: '192.0.2.1', port: 80 } as const;

export const plays: Plays = {
  files: (as) => {
    const first = file("/etc/it's", as({ content: 'a\nb\n', mode: '0640', owner: 'root:adm' }));
    file('/etc/binary', as({ content: 'a\0\\n', when: first.changed }));
    file('/etc/key', as({ content: secret('x'), mode: '0600', become: 'app' }));
    template(
      '/etc/motd',
      as({ source: '../../../templates/motd.hbs', vars: { name: "it's", groups: [] }, mode: '0644' }),
    );
    file('/etc/gone', as({ state: 'absent', become: true }));
  },
  commands: (as) => {
    const run = ['printf', '%s\n', '*', '$(id)'] as const;
    command(
      'plain',
      as({ run, chdir: '/', env: { A: "it's", B: '' }, successCodes: [0, 3], undo: ['true'] }),
    );
    command('creates', as({ run: sh`touch /x`, creates: '/x', undo: sh`rm /x` }));
    command('unless', as({ run, unless: ['test', '-e', '/x'] }));
    command('reads', as({ run, reads: true, failedWhen: rc.notIn(0, 1) }));
    const judged = command(
      'judged',
      as({
        run,
        changedWhen: stdout.matches('^a|b$'),
        failedWhen: stdout.lacks("'"),
      }),
    );
    command('waits', as({ run: ['true'], changedWhen: rc.in(0), when: judged.changed, become: 'app' }));
  },
  kernel: (as) => {
    kernelModule('dummy', as({ parameters: { numdummies: 0 }, persist: true }));
    kernelModule('ip_tables', as({ persist: false }));
    kernelModule('nf-nat', as({ state: 'absent' }));
    sysctl('net.ipv4.ip_forward', as({ value: 1, persist: true }));
    sysctl('net/ipv4/conf/eth0.10/rp_filter', as({ value: '2', persist: false }));
  },
  bonds: (as) => {
    bond('rr', as({ ...link, mode: 'balance-rr', arpInterval: 100, arpIpTargets: ['10.0.0.1', '10.0.0.9'] }));
    bond(
      'ab',
      as({
        ...link,
        slaves: ['eth3'],
        mode: 'active-backup',
        primary: 'eth3',
        primaryReselect: 'better',
        failOverMac: 'active',
      }),
    );
    bond(
      'lacp',
      as({
        ...link,
        slaves: ['eth4'],
        mode: '802.3ad',
        lacpRate: 'fast',
        adSelect: 'count',
        minLinks: 1,
        xmitHashPolicy: 'layer3+4',
        miimon: 100,
        updelay: 200,
        downdelay: 300,
      }),
    );
    bond('xor', as({ mode: 'balance-xor', slaves: ['eth5'], up: false }));
    bond('gone', as({ state: 'absent' }));
  },
  links: (as) => {
    linkOf(
      'eth6',
      as({ up: true, mtu: 9000, mac: '02:00:00:00:00:06', txqueuelen: 500, alias: "it's the uplink" }),
    );
    linkOf('eth7', as({ up: false, mtu: 1000 }));
    linkOf('dummy7', as({ state: 'absent' }));
    addressesOf(
      'eth6',
      as({
        addresses: [
          'fd00::6/64',
          as({ address: '192.0.2.6/24', label: 'eth6:a', broadcast: true, scope: 'link', metric: 7 }),
          as({ address: '192.0.2.7', peer: '192.0.2.8/32', noprefixroute: true, deprecated: true }),
          as({ address: 'fd06::6/64', nodad: true, deprecated: false }),
        ],
        exclusive: true,
      }),
    );
    addressesOf('eth7', as({ addresses: ['192.0.2.77/24'], exclusive: false }));
    addressesOf('eth8', as({ addresses: ['192.0.2.78/24', 'fd07::8/64'], state: 'absent' }));
    teql('teql0', as({ slaves: ['eth8', 'eth9'], mtu: 1400, addresses, up: true, rpFilter: 2 }));
    teql('teql1', as({ slaves: ['eth10'], maxEqualizers: 3, up: false }));
    teql('teql2', as({ slaves: ['eth11'], state: 'absent' }));
  },
  director: (as) => {
    ipvs(
      'web',
      as({
        ...service,
        scheduler: 'mh',
        schedulerFlags: ['mh-fallback', 'mh-port'],
        persistent: 300,
        persistentPrefix: 24,
        conntrack: true,
        expireNodestConn: true,
        expireQuiescentTemplate: true,
        drain: { limit: 60 },
        servers: [
          {
            address: '10.0.0.1',
            method: 'masquerading',
            port: 8080,
            weight: 3,
            upperThreshold: 9,
            lowerThreshold: 5,
          },
          { address: '10.0.0.2', method: 'gatewaying' },
          { address: '10.0.0.3', method: 'ipip', tunnel: { type: 'gue', port: 6080, checksum: 'csum' } },
        ],
      }),
    );
    ipvs(
      'sip',
      as({
        vip: 'fd00::1',
        port: 5060,
        protocol: 'udp',
        scheduler: 'rr',
        persistent: 60,
        persistenceEngine: 'sip',
        onePacket: true,
        besideKeepalived: true,
        servers: [{ address: 'fd00::2', method: 'masquerading' }],
      }),
    );
    ipvs('mark', as({ fwmark: 7, family: 6, scheduler: 'wlc', coversSsh: true, servers: [] }));
    ipvs('gone', as({ ...service, port: 81, drain: { limit: 5 }, state: 'absent' }));
    ipvsTimeouts('times', as({ tcp: 900, tcpfin: 120, udp: 300, besideKeepalived: true }));
  },
  'sync daemon': (as) => {
    const daemon = { mcastInterface: 'eth1', syncid: 7, mcastGroup: 'ff02::5', mcastPort: 8848, mcastTtl: 3 };
    ipvsSync('master', as({ ...daemon, besideKeepalived: true }));
    ipvsSync('backup', as({ state: 'absent' }));
    ipvsTimeouts('times', as({ state: 'absent' }));
  },
  'real servers': (as) => {
    ipvsRealServer('192.0.2.10', as({ label: 'lo:web' }));
    ipvsRealServer('192.0.2.11', as({ device: 'vip0' }));
    ipvsRealServer('192.0.2.12', as({ method: 'ipip' }));
    ipvsRealServer('fd00::10', as({ method: 'ipip' }));
    ipvsRealServer('192.0.2.13', as({ device: 'vip1', state: 'absent' }));
    ipvsRealServer('fd00::11', as({ state: 'absent' }));
  },
  routes: (as) => {
    const tuning = { metric: 5, source: '10.0.0.1', mtu: 1400, lockMtu: true, initcwnd: 20 } as const;
    route('10.8.0.0/16', as({ via: '10.0.0.254', dev: 'eth1', onlink: true, table: 200, ...tuning }));
    route('10.9.0.0/16', as({ type: 'blackhole' }));
    route('2001:db8::/32', as({ state: 'absent' }));
    const legs = [as({ via: '10.0.0.254', dev: 'eth1' }), as({ via: '10.1.0.254', dev: 'eth2', weight: 3 })];
    const objects = as({ group: 10, members: [11, 12], resilient: as({ buckets: 64, idleTimer: 60 }) });
    nexthopRoute(
      'default',
      as({ legs, objects, hashPolicy: 'layer4', ignoreLinkdown: true, useNeigh: true }),
    );
    nexthopRoute('default', as({ table: 200, legs }));
    nexthopRoute('10.10.0.0/16', as({ objects: as({ group: 20, members: [21] }), state: 'absent' }));
    rule('mail', as({ preference: 200, fwmark: 2, fwmask: 0xff, table: 200, suppressPrefixlength: 0 }));
    rule(
      'guests',
      as({ preference: 210, not: true, from: 'fd00::/8', ipproto: 'tcp', dport: [1, 9], type: 'prohibit' }),
    );
    rule('gone', as({ preference: 220, state: 'absent' }));
  },
  'packet filter': (as) => {
    ipset('friends', as({ type: 'hash:net', members: ['10.0.0.0/8', '192.0.2.1'], family: 4 }));
    ipset('services', as({ type: 'hash:ip,port', members: ['fd00::1,tcp:80'] }));
    ipset('gone', as({ state: 'absent' }));
    nat(
      'lan',
      as({
        type: 'masquerade',
        source: '10.0.0.0/8',
        exceptDestination: as({ set: 'friends' }),
        protocol: 'tcp',
        toPorts: '1024-65535',
        outInterface: 'eth0',
        order: 200,
      }),
    );
    nat(
      'mail',
      as({
        type: 'snat',
        source: ['10.0.0.25', '10.0.0.26'],
        protocol: 'tcp',
        sport: 25,
        to: '192.0.2.1-192.0.2.9',
      }),
    );
    nat(
      'web',
      as({
        type: 'dnat',
        destination: 'fd00::1',
        protocol: 'tcp',
        dport: [80, '8000-8010'],
        to: 'fd00::5',
        toPorts: 8080,
        local: true,
        coversSsh: true,
      }),
    );
    nat('in', as({ type: 'dnat', inInterface: 'eth1', protocol: 'udp', dport: 53, to: '10.0.0.53' }));
    nat('gone', as({ family: 6, state: 'absent' }));
    markRoute(
      'post',
      as({
        match: [
          as({
            protocol: 'tcp',
            dport: [25, '465-587'],
            exceptSource: as({ set: 'friends', withPort: true }),
          }),
          as({ inInterface: 'eth3', dscp: 26, destination: ['10.8.0.0/16', '10.9.0.0/16'] }),
          as({ uid: 'www-data' }),
        ],
        mark: 2,
        mask: 0xff,
        traffic: 'all',
        priority: 230,
        table: 230,
        dev: 'eth4',
        via: '198.51.100.1',
        onlink: true,
        mainFirst: true,
        inbound: true,
        rpFilter: 'srcValidMark',
        sourceNat: '198.51.100.9',
      }),
    );
    const way = { mark: 3, priority: 240, table: 240, dev: 'eth5' };
    markRoute('six', as({ ...way, match: as({ source: 'fd00::/8' }), sourceNat: 'none', connmark: false }));
    markRoute('away', as({ priority: 250, table: 250, dev: 'eth6', family: 4, state: 'absent' }));
  },
};
