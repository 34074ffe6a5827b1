import { afterEach, describe, expect, it } from 'vitest';
import { ipset, markRoute, nat } from '../../../../modules/index.ts';
import { FirewallHost, shellsAndBackends } from '../../../support/firewall-host.ts';
import { Hostile } from '../../../support/hostile.ts';
import { problemsOf } from '../../../support/modules.ts';
import { shellNames } from '../../../support/shells.ts';

const key = { priority: 200, table: 202, dev: 'e2' } as const;
const way = { ...key, mark: 1 } as const;
const out = { type: 'masquerade', outInterface: 'eth0' } as const;
/** What no type lets through, as it comes from a file. */
const loose = (options: object): never => options as never;

describe('what cannot be', () => {
  it.each<readonly [string, () => void, readonly string[]]>([
    [
      'names that are none of a chain',
      () => {
        nat('a name with spaces', out);
        ipset('-x', { type: 'hash:ip', members: [] });
        markRoute('abcdefghijklmnopq', { ...way, match: { dscp: 1 } });
      },
      ['a name with spaces', '-x', 'abcdefghijklmnopq'].map(
        (name) =>
          `the name '${name}' becomes a name in the packet filter: give up to 16 letters, digits and any of _.-, beginning with a letter or digit`,
      ),
    ],
    [
      'all packets',
      () => {
        nat('x', { type: 'snat', to: '192.0.2.1' });
        markRoute('x', { ...way, match: {} });
      },
      [
        'say which packets: this would change all, those of the host to itself too',
        'match says nothing: a route for all packets is a default route, by the module route',
      ],
    ],
    [
      'ports of no protocol',
      () => {
        nat('x', { ...out, dport: 25, toPorts: 25 });
        markRoute('x', {
          ...way,
          match: [{ protocol: 'icmp', sport: '1-9' }, { destination: { set: 's', withPort: true } }],
        });
      },
      [
        "sport and dport need protocol: 'tcp', 'udp' or 'sctp'",
        "toPorts needs protocol: 'tcp', 'udp' or 'sctp'",
        "match[0].sport and match[0].dport need match[0].protocol: 'tcp', 'udp' or 'sctp'",
        "match[1].withPort needs match[1].protocol: 'tcp', 'udp' or 'sctp'",
      ],
    ],
    [
      'ports that are none',
      () => void nat('x', loose({ ...out, protocol: 'tcp', dport: ['9-1', 0, 65536, '1-'], sport: [] })),
      [
        ...["'9-1'", 'the number 0', 'the number 65536', "'1-'"].map(
          (text, i) =>
            `dport[${i}] must be a port from 1 to 65535, or a range such as '8000-8010', not ${text}`,
        ),
        'sport must not be empty',
      ],
    ],
    [
      'addresses of two families, or with host bits',
      () => {
        nat('x', { ...out, source: ['10.0.0.0/8', 'fd00::/8'] });
        nat('y', { ...out, source: '10.0.0.1/8' });
        markRoute('x', { ...way, match: { source: 'fd00::/8' }, via: '10.0.0.1' });
        ipset('x', { type: 'hash:net', members: ['10.0.0.0/8', 'fd00::/8'] });
      },
      [
        'all addresses and family must be of one family, IPv4 or IPv6',
        "source: '10.0.0.1/8' has host bits: the network is 10.0.0.0/8",
        'all addresses and family must be of one family, IPv4 or IPv6',
        'all members and family must be of one family, IPv4 or IPv6',
      ],
    ],
    [
      'options of other types',
      () =>
        void nat('x', loose({ ...out, to: '10.0.0.1', inInterface: 'eth1', local: true, coversSsh: false })),
      [
        'inInterface makes no sense with type masquerade',
        'to makes no sense with type masquerade',
        'local makes no sense with type masquerade',
        'coversSsh makes no sense with type masquerade',
        'local makes no sense with inInterface: what the host sends has come in by no link',
      ],
    ],
    [
      'nothing said',
      () => {
        nat('x', loose({}));
        nat('y', loose({ type: 'dnat', inInterface: 'e1' }));
        markRoute('x', loose({}));
        ipset('x', loose({}));
      },
      [
        "type is missing: 'masquerade', 'snat' or 'dnat'",
        'to is missing: the address that packets get',
        'priority is missing',
        'table is missing',
        'dev is missing',
        "match is missing: which packets, such as { protocol: 'tcp', dport: 25 }",
        'mark is missing',
        "type is missing, such as 'hash:net'",
        'members is missing; a set may have none: []',
      ],
    ],
    [
      'addresses and others than these',
      () => void nat('x', { ...out, source: '10.0.0.0/8', exceptSource: '10.1.0.0/16' }),
      ['source and exceptSource cannot both be addresses: make one of them a set'],
    ],
    [
      'links that iptables takes for many',
      () => void nat('x', { ...out, outInterface: 'ppp+' }),
      ["outInterface: 'ppp+' ends in +, which iptables has for names of many links"],
    ],
    [
      'ranges that end before they begin',
      () => void nat('x', { type: 'snat', source: '10.0.0.0/8', to: '192.0.2.9-192.0.2.1' }),
      ["to must be an address, or a range such as '192.0.2.1-192.0.2.9', not '192.0.2.9-192.0.2.1'"],
    ],
    [
      'more rules than anybody wants',
      () =>
        void nat('x', {
          ...out,
          source: Array.from({ length: 20 }, (_, i) => `10.0.0.${i}`),
          destination: Array.from({ length: 20 }, (_, i) => `10.0.1.${i}`),
        }),
      ['this comes to 400 rules: put the addresses into an ipset'],
    ],
    [
      'tables of the host, and marks that never match',
      () => void markRoute('x', loose({ ...key, table: 254, mark: 0x100, mask: 0xff, match: { dscp: 64 } })),
      [
        'table must be the number of a table of its own, from 1 to 4294967295 but not 253 to 255, which are the host’s, not the number 254',
        'match.dscp must be a whole number from 0 to 63, not the number 64',
        'mark 256 has bits outside of mask 255: it would never match',
      ],
    ],
    [
      'traffic that there is not',
      () => {
        markRoute('x', { ...way, match: { uid: 0 }, traffic: 'arriving' });
        markRoute('y', { ...way, priority: 201, match: { inInterface: 'e1' }, traffic: 'local' });
        markRoute('z', { ...way, priority: 202, match: { inInterface: 'e2', uid: 0 } });
      },
      [
        "match.uid is about what the host itself sends, and traffic is 'arriving'",
        "match.inInterface is about what has come in, and traffic is 'local'",
        'match.uid and match.inInterface exclude each other: what has come in is of no user',
        'match.inInterface is dev: packets would be sent back where they come from',
      ],
    ],
    [
      'ways back that need another',
      () => {
        markRoute('x', {
          ...way,
          match: { dscp: 1 },
          connmark: false,
          inbound: true,
          rpFilter: 'srcValidMark',
          onlink: true,
        });
        markRoute('y', { ...way, match: { dscp: 1 }, rpFilter: 'srcValidMark', mainFirst: false });
        markRoute('z', { ...way, match: { dscp: 1 }, rpFilter: 'loose', family: 6 });
      },
      [
        'onlink needs via',
        'inbound needs connmark',
        "rpFilter 'srcValidMark' needs connmark",
        "rpFilter 'srcValidMark' needs mainFirst: replies that pass through would be sent back to the gateway",
        'rpFilter is for IPv4 only: the kernel has no such filter for IPv6',
      ],
    ],
    [
      'absent with more than a key',
      () => {
        nat('x', loose({ state: 'absent', order: 3 }));
        ipset('x', loose({ state: 'absent', members: [] }));
        markRoute('x', loose({ ...key, state: 'absent', mark: 1 }));
      },
      ['order', 'members', 'mark'].map((name) => `${name} makes no sense with state: 'absent'`),
    ],
    [
      'members that are none',
      () => {
        ipset('x', { type: 'hash:ip', members: ['10.0.0.0/8', '10.0.0.1,tcp:80'] });
        ipset('y', { type: 'hash:net', members: ['0.0.0.0/0', '10.0.0.1/8'] });
        ipset('z', { type: 'hash:ip,port', members: ['10.0.0.1', '10.0.0.1,tcp:0', '10.0.0.1,icmp:8'] });
      },
      [
        "'10.0.0.0/8' is not an address, and a set of type hash:ip has no networks",
        "'10.0.0.1,tcp:80' has a port, and a set of type hash:ip has none",
        "'0.0.0.0/0' cannot be in a set: a network has at least one bit there. Give its two halves",
        "'10.0.0.1/8' has host bits: the network is 10.0.0.0/8",
        ...['10.0.0.1', '10.0.0.1,tcp:0', '10.0.0.1,icmp:8'].map(
          (text) =>
            `'${text}' must be an address and a port such as '192.0.2.1,tcp:80'; there are tcp, udp and sctp`,
        ),
      ],
    ],
  ])('%s', async (_, body, problems) => {
    expect(await problemsOf(body)).toEqual(problems);
  });

  it('tasks that want the same name, rule or table', async () => {
    const clash = await problemsOf(() => {
      nat('x', out);
      markRoute('x', { ...way, match: { dscp: 1 } });
      markRoute('y', { ...way, mark: 2, match: { dscp: 2 }, dev: 'e3' });
    });
    expect(clash).toHaveLength(3);
  });

  it('texts that would be code somewhere', async () => {
    const hostile = new Hostile('tsplay-canary');
    const { seed } = hostile;
    const each: readonly (readonly [RegExp, (text: string) => void])[] = [
      [/^[A-Za-z0-9][\w.-]{0,15}$/, (text) => void nat(text, out)],
      [/^[A-Za-z0-9][\w.-]{0,15}$/, (text) => void ipset(text, { type: 'hash:ip', members: [] })],
      [/^[A-Za-z0-9][\w.-]{0,15}$/, (text) => void nat('x', { ...out, source: { set: text } })],
      [/^[\w.][\w.@+-]{0,14}$/, (text) => void nat('x', { ...out, outInterface: text })],
      [/^$/, (text) => void nat('x', { ...out, source: text })],
      [/^$/, (text) => void nat('x', { ...out, exceptDestination: text })],
      [/^$/, (text) => void nat('x', { type: 'snat', source: '10.0.0.1', to: text })],
      [/^$/, (text) => void nat('x', loose({ ...out, protocol: text }))],
      [/^$/, (text) => void nat('x', loose({ ...out, protocol: 'tcp', dport: text }))],
      [/^$/, (text) => void ipset('x', { type: 'hash:net', members: [text] })],
      [/^$/, (text) => void ipset('x', { type: 'hash:ip,port', members: [`10.0.0.1,${text}`] })],
      [/^[a-z_][a-z0-9_-]*$/, (text) => void markRoute('x', { ...way, match: { uid: text } })],
      [/^[\w.][\w.@+-]{0,14}$/, (text) => void markRoute('x', { ...way, dev: text, match: { dscp: 1 } })],
      [/^$/, (text) => void markRoute('x', { ...way, match: { dscp: 1 }, via: text })],
      [/^(masquerade|none)$/, (text) => void markRoute('x', { ...way, match: { dscp: 1 }, sourceNat: text })],
    ];
    const accepted: (readonly [number, string])[] = [];
    for (const text of hostile.texts(200)) {
      for (const [number, [fits, body]] of each.entries()) {
        if (!fits.test(text) && (await problemsOf(() => body(text))).length === 0)
          accepted.push([number, text]);
      }
    }
    expect({ seed, accepted }).toEqual({ seed, accepted: [] });
  });
});

describe.skipIf(process.getuid?.() !== 0).each(shellsAndBackends(2))('in %s, by %s', (shell, backend) => {
  const canary = 'tsplay-canary';
  let at: FirewallHost;
  afterEach(() => at.close(canary));

  it('what others wrote into our chains never becomes code', async () => {
    at = new FirewallHost(backend);
    await at.play(shell, () => void nat('lan', out));
    const after = at.view();
    for (const text of [
      `$(touch ${canary})`,
      `';touch ${canary};'`,
      `\`touch ${canary}\` * [a-z]* ~`,
      `x\\y ) } ; touch ${canary} #`,
      '-j ACCEPT\trules',
      '%s%n --',
    ]) {
      const comment = `'${text.replaceAll("'", String.raw`'\''`)}'`;
      at.sh(
        backend === 'nft'
          ? `for chain in nat-POST-lan nat-POST; do printf 'add rule ip tsplay %s accept comment "%s"\n' $chain ${comment}; done | nft -f -`
          : `for chain in TSPLAY-POST-lan TSPLAY-POST; do ${backend} -t nat -A $chain -m comment --comment ${comment} -j ACCEPT; done`,
      );
    }
    const broken = at.view();
    expect(broken.length).toBe(after.length + 12);
    const repair = await at.play(shell, () => void nat('lan', out));
    expect(repair.outcome).toBe('changed');
    expect(at.view()).toEqual(after);
    at.undo(shell, repair.name);
    expect(at.view()).toEqual(broken);
  });

  it('tasks stand beside each other in the order of their numbers, and go by themselves', async () => {
    at = new FirewallHost(backend);
    const first = at.view();
    const order = (): readonly string[] =>
      at.view().flatMap((line) => /(?:jump nat-POST-|-j TSPLAY-POST-)(\w+)/.exec(line)?.[1] ?? []);
    const three = (): void => {
      nat('b', out);
      nat('c', { ...out, order: 9 });
      nat('a', { ...out, order: 1000 });
    };
    expect((await at.play(shell, three, 'check')).outcome).toBe('changed');
    expect((await at.play(shell, three)).outcome).toBe('changed');
    expect(order()).toEqual(['c', 'b', 'a']);
    const before = at.view();
    const moved = await at.play(shell, () => void nat('a', { ...out, order: 50 }));
    expect(order()).toEqual(['c', 'a', 'b']);
    at.undo(shell, moved.name);
    expect(at.view()).toEqual(before);
    const gone = await at.play(shell, () => void nat('b', { state: 'absent' }));
    expect([gone.outcome, ...order()]).toEqual(['changed', 'c', 'a']);
    at.undo(shell, gone.name);
    expect(at.view()).toEqual(before);
    // One who knows nothing of how it was made makes it again, and no more than that.
    at.sh(`rm ${at.host.dir}/state/firewall/4-a`);
    expect((await at.play(shell, three, 'check')).outcome).toBe('changed');
    expect((await at.play(shell, three)).outcome).toBe('changed');
    expect(at.view()).toEqual(before);
    expect((await at.play(shell, three)).outcome).toBe('ok');
    await at.play(shell, () => {
      for (const name of ['a', 'b', 'c']) nat(name, { state: 'absent' });
    });
    expect(at.view()).toEqual(first);
  });
});

describe.skipIf(process.getuid?.() !== 0).each(shellNames)('in %s', (shell) => {
  let at: FirewallHost;
  afterEach(() => {
    delete process.env['SSH_CONNECTION'];
    at.close();
  });

  it('SSH is not sent elsewhere', async () => {
    at = new FirewallHost('nft');
    process.env['SSH_CONNECTION'] = '198.51.100.7 50000 192.0.2.10 2222';
    const to = { type: 'dnat', to: '10.0.0.5' } as const;
    const covers = [
      { destination: '192.0.2.10' },
      { protocol: 'tcp', dport: 2222, inInterface: 'e1' },
      { protocol: 'tcp', dport: [80, '2000-3000'], destination: ['192.0.2.1', '192.0.2.10'] },
      { protocol: 6, destination: '192.0.2.0/24' },
    ] as const;
    const others = [
      { destination: '192.0.2.11' },
      { protocol: 'udp', destination: '192.0.2.10' },
      { protocol: 'tcp', dport: [80, '2223-3000'], destination: '192.0.2.10' },
      { protocol: 'tcp', dport: 22, inInterface: 'e1' },
    ] as const;
    for (const match of covers) {
      const { outcome } = await at.play(shell, () => void nat('x', { ...to, ...match }), 'check');
      expect(outcome).toMatch(/declare coversSsh: true\.\s+SSH came in to 192\.0\.2\.10 port 2222/);
      const meant = await at.play(shell, () => void nat('x', { ...to, ...match, coversSsh: true }), 'check');
      expect(meant.outcome).toBe('changed');
    }
    for (const match of others) {
      expect((await at.play(shell, () => void nat('x', { ...to, ...match }), 'check')).outcome).toBe(
        'changed',
      );
    }
  });
});
