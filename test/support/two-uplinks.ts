import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { FirewallHost, type Backend } from './firewall-host.ts';
import { Namespace } from './namespace.ts';

/*
 * A gateway with two uplinks: its LAN with a client, and beyond both uplinks one namespace that is the rest of the
 * world. Servers answer with the address that they are spoken to by, which tells the uplink.
 */

// ADDRESS,PORT...: a server on each, for TCP. It says who speaks to it, at first and for each line.
const server = `use IO::Socket::IP; use IO::Select;
my %listens;
my $all = IO::Select->new;
for (@ARGV) {
  my ($host, $port) = split /,/;
  my $one = IO::Socket::IP->new(Listen => 9, LocalHost => $host, LocalPort => $port, ReuseAddr => 1, V6Only => 1) or die $@;
  $listens{$one} = 1; $all->add($one);
}
$SIG{PIPE} = "IGNORE"; $| = 1; print "ready\\n";
while (my @ready = $all->can_read) {
  for my $one (@ready) {
    my $peer = $one;
    if ($listens{$one}) { $peer = $one->accept or next; $all->add($peer); }
    elsif (!sysread $one, my $line, 99) { $all->remove($one); close $one; next; }
    syswrite $peer, $peer->peerhost . "\\n";
  }
}`;

// FROM HOST PORT: prints what a server says, and again for each line of standard input; FROM may be "-".
const client = `use IO::Socket::IP;
my ($from, $host, $port) = @ARGV;
$| = 1; $SIG{ALRM} = sub { print "no answer\\n"; exit }; alarm 2;
my $socket = IO::Socket::IP->new(PeerHost => $host, PeerPort => $port, Timeout => 2, ($from eq "-" ? () : (LocalHost => $from)))
  or do { print "no answer\\n"; exit };
do { print scalar(<$socket>) // "closed\\n"; alarm 0; } while (defined(my $line = <STDIN>) and alarm(2) . 1 and print $socket "x\\n" and $socket->flush . 1);`;

export const world = { 4: '203.0.113.9', 6: '2001:db8::9' } as const;
/** Addresses of the gateway on its uplinks. */
export const uplink1 = { 4: '10.1.0.1', 6: 'fd01::1' } as const;
export const uplink2 = { 4: '10.2.0.1', 6: 'fd02::1' } as const;
/** The gateways beyond. */
export const beyond1 = { 4: '10.1.0.2', 6: 'fd01::2' } as const;
export const beyond2 = { 4: '10.2.0.2', 6: 'fd02::2' } as const;
export const inside = { 4: '10.0.0.2', 6: 'fd00::2' } as const;

type Place = 'gateway' | 'client' | 'world';

/** The gateway is the host that plays are for. */
export class TwoUplinks {
  readonly gateway: FirewallHost;
  readonly #client = new Namespace();
  readonly #world = new Namespace();
  readonly #children: ChildProcess[] = [];

  private constructor(backend: Backend, rpFilter: number) {
    this.gateway = new FirewallHost(backend);
    const [client, world] = [this.#client, this.#world].map(({ under }) => under[3] ?? '');
    const up = (name: string, device: string, four: string, six: string): string =>
      `ip${name} link set ${device} up; ip${name} addr add ${four} dev ${device}; ip${name} -6 addr add ${six} dev ${device} nodad`;
    this.gateway.sh(`ip link set lo up
ip link add lan type veth peer name eth0 netns ${client}
ip link add e1 type veth peer name f1 netns ${world}
ip link add e2 type veth peer name f2 netns ${world}
echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding
for link in all default lan e1 e2; do echo ${rpFilter} >/proc/sys/net/ipv4/conf/$link/rp_filter; done
${up('', 'lan', '10.0.0.1/24', 'fd00::1/64')}
${up('', 'e1', '10.1.0.1/24', 'fd01::1/64')}
${up('', 'e2', '10.2.0.1/24', 'fd02::1/64')}
ip route add default via 10.1.0.2; ip -6 route add default via fd01::2`);
    execFileSync('sh', [
      '-ec',
      `${up(` -n ${client}`, 'lo', '127.0.0.2/32', '::2/128')}
${up(` -n ${client}`, 'eth0', '10.0.0.2/24', 'fd00::2/64')}
ip -n ${client} route add default via 10.0.0.1; ip -n ${client} -6 route add default via fd00::1
${up(` -n ${world}`, 'lo', '203.0.113.9/32', '2001:db8::9/128')}
${up(` -n ${world}`, 'f1', '10.1.0.2/24', 'fd01::2/64')}
${up(` -n ${world}`, 'f2', '10.2.0.2/24', 'fd02::2/64')}`,
    ]);
  }

  /** @param rpFilter the filter of source addresses that the gateway has on all of its links */
  static async make(backend: Backend, rpFilter: number): Promise<TwoUplinks> {
    const made = new TwoUplinks(backend, rpFilter);
    const any = (...ports: readonly number[]): readonly string[] =>
      ports.flatMap((port) => [`0.0.0.0,${port}`, `::,${port}`]);
    await Promise.all([
      made.#serve('world', any(25, 80)),
      made.#serve('gateway', any(22)),
      made.#serve('client', any(8080)),
    ]);
    return made;
  }

  #under(place: Place): readonly [string, ...string[]] {
    const { under } = { gateway: this.gateway.namespace, client: this.#client, world: this.#world }[place];
    return under;
  }

  async #serve(place: Place, addresses: readonly string[]): Promise<void> {
    const [command, ...args] = this.#under(place);
    const child = spawn(command, [...args, 'perl', '-e', server, ...addresses], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#children.push(child);
    await new Promise((resolve, reject) => {
      child.stdout.once('data', resolve);
      child.once('exit', () => reject(new Error(`no server in ${place}`)));
    });
  }

  /** Connects and gives what the server says: the address that it was spoken to by. */
  ask(place: Place, host: string, port: number, { from = '-', uid = 0 } = {}): string {
    const [command, ...args] = this.#under(place);
    const user = uid === 0 ? [] : ['setpriv', '--reuid', String(uid), '--clear-groups'];
    return execFileSync(command, [...args, ...user, 'perl', '-e', client, from, host, String(port)], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    }).trim();
  }

  /** Connects and stays so; each call of what it gives says something, and gives the answer. */
  async talk(place: Place, host: string, port: number): Promise<() => Promise<string>> {
    const [command, ...args] = this.#under(place);
    const child = spawn(command, [...args, 'perl', '-e', client, '-', host, String(port)], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.#children.push(child);
    const answer = (): Promise<string> =>
      new Promise((resolve) => child.stdout.once('data', (data: Buffer) => resolve(data.toString().trim())));
    await answer();
    return () => {
      child.stdin.write('\n');
      return answer();
    };
  }

  /** Packets that the gateway has sent by each uplink while something was done. */
  async sent(what: () => unknown): Promise<readonly [number, number]> {
    const counts = (): readonly number[] =>
      this.gateway
        .sh(
          'for link in e1 e2; do ip -j -s link show $link; done | grep -o \'"tx":{"bytes":[0-9]*,"packets":[0-9]*\'',
        )
        .split('\n')
        .map((line) => Number(/\d+$/.exec(line)?.[0] ?? 0));
    const before = counts();
    await what();
    const after = counts();
    return [(after[0] ?? 0) - (before[0] ?? 0), (after[1] ?? 0) - (before[1] ?? 0)];
  }

  close(): void {
    for (const one of this.#children) one.kill();
    this.gateway.close();
    this.#client.close();
    this.#world.close();
  }
}
