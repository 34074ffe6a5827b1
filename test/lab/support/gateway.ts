import type { Lab } from './lab.ts';

/**
 * Two providers, a network behind a gateway, and the internet, all in one guest: the gateway is the guest itself, the
 * others are network namespaces. Each provider takes what comes from its own addresses only, as real ones do, so that
 * a packet with the wrong source or on the wrong leg is lost.
 *
 *   client 10.66.9.9 -- lan0 [gateway] up1 10.71.0.2 -- isp1 --\
 *                                      up2 10.72.0.2 -- isp2 --- internet 198.51.100.0/24
 */
const ground = `set -e
for i in isp1 isp2 internet client; do ip netns add $i; ip -n $i link set lo up; done
for i in 1 2; do
  ip link add up$i type veth peer name wan netns isp$i
  ip -n isp$i link add core type veth peer name isp$i netns internet
  ip -n isp$i addr add 10.7$i.0.1/24 dev wan; ip -n isp$i addr add 10.8$i.0.1/24 dev core
  ip -n internet addr add 10.8$i.0.2/24 dev isp$i
  for dev in wan core; do ip -n isp$i link set $dev up; done
  ip -n internet link set isp$i up
  ip netns exec isp$i sh -c 'echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv4/conf/all/rp_filter'
  ip -n isp$i route add default via 10.8$i.0.2
  ip -n internet route add 10.7$i.0.0/24 via 10.8$i.0.1
done
ip link add lan0 type veth peer name eth0 netns client
ip link set lan0 up; ip addr add 10.66.9.1/24 dev lan0
ip -n client addr add 10.66.9.9/24 dev eth0; ip -n client link set eth0 up
ip -n client route add default via 10.66.9.1
for n in 10 11 12 13 14 15 16 17; do ip -n internet addr add 198.51.100.$n/32 dev lo; done
# Nothing of this may leave the guest.
ip route del default
cat >/root/net.pl`;

/*
 * serve PORTS: tells everybody who connects which address he comes from.
 * ask FROM TO COUNT PORT: connects so many times to each of these last bytes of 198.51.100; prints what they say.
 * knock HOST PORT COUNT: the same for one address.
 * hold COUNT FIFO: opens connections, prints what each says, waits for a word in the FIFO, and prints what each says then.
 */
const program = `use IO::Socket::IP; use IO::Select; $| = 1;
my ($what, @rest) = @ARGV;
sub answer {
  my $socket = IO::Socket::IP->new(Proto => "tcp", PeerHost => $_[0], PeerPort => $_[1], Timeout => 3) or return "none";
  my $line = <$socket>; chomp $line if defined $line; return $line // "none";
}
if ($what eq "serve") {
  my @all = map { IO::Socket::IP->new(Proto => "tcp", LocalHost => "0.0.0.0", LocalPort => $_, Listen => 200, ReuseAddr => 1) or die $@ } @rest;
  my $select = IO::Select->new(@all); $SIG{CHLD} = "IGNORE"; alarm 1800;
  while (my @ready = $select->can_read) {
    for my $one (@ready) {
      my $peer = $one->accept or next;
      print $peer $peer->peerhost . "\\n";
      if ($one->sockport == 7) { unless (fork) { print $peer $peer->peerhost . " $_" while <$peer>; exit } }
    }
  }
}
if ($what eq "ask") { my ($from, $to, $count, $port) = @rest; for my $n ($from .. $to) { print answer("198.51.100.$n", $port), "\\n" for 1 .. $count } }
if ($what eq "knock") { my ($host, $port, $count) = @rest; for (1 .. $count) { print answer($host, $port), "\\n" } }
if ($what eq "hold") {
  my ($count, $fifo) = @rest;
  my @all = map { IO::Socket::IP->new(Proto => "tcp", PeerHost => "198.51.100.1$_", PeerPort => 7, Timeout => 3) or die $@ } map { $_ % 8 } 1 .. $count;
  for my $one (@all) { my $line = <$one>; print $line }
  open my $go, "<", $fifo; my $said = <$go>;
  for my $one (@all) { local $SIG{ALRM} = sub { die "lost\\n" }; alarm 5; print $one "still there\\n"; my $line = eval { <$one> }; alarm 0; print $line // "lost\\n" }
  unlink $fifo;
}
`;

export type Place = 'gateway' | 'isp1' | 'isp2' | 'internet' | 'client';

/** Where packets with these source addresses come from, as the internet sees it. */
export const legs: Readonly<Record<string, string>> = { '10.71.0.2': 'up1', '10.72.0.2': 'up2' };

/** The gateway with its surroundings, on lab1. */
export class LabGateway {
  readonly #lab: Lab;

  constructor(lab: Lab) {
    this.#lab = lab;
  }

  /** Lays the ground; servers listen in the internet, and on the client. */
  async build(ports: readonly number[]): Promise<void> {
    const { code, stderr } = await this.#lab.ssh('lab1', ground, { input: program });
    if (code !== 0) throw new Error(stderr);
    for (const place of ['internet', 'client', 'gateway'] as const) {
      const serve = `setsid perl /root/net.pl serve ${ports.join(' ')} </dev/null >/dev/null 2>&1 &`;
      await this.at(place, serve);
    }
  }

  /** Runs a shell command in one of the places. */
  at(place: Place, command: string): Promise<string> {
    const quoted = `'${command.replaceAll("'", String.raw`'\''`)}'`;
    return this.#lab.read('lab1', place === 'gateway' ? command : `ip netns exec ${place} sh -c ${quoted}`);
  }

  /** Connects to servers of the internet; how many connections came there by each leg, and how many did not. */
  async spread(
    place: 'gateway' | 'client',
    port: number,
    count = 1,
  ): Promise<Readonly<Record<string, number>>> {
    const answers = (await this.at(place, `perl /root/net.pl ask 10 17 ${count} ${port}`)).split('\n');
    const told: Record<string, number> = { up1: 0, up2: 0, lost: 0 };
    for (const answer of answers) {
      const leg = legs[answer] ?? 'lost';
      told[leg] = (told[leg] ?? 0) + 1;
    }
    return told;
  }

  /** Connects so many times from the internet to an address of the gateway, and gives what was answered. */
  async knock(address: string, port: number, count: number): Promise<readonly string[]> {
    return (await this.at('internet', `perl /root/net.pl knock ${address} ${port} ${count}`)).split('\n');
  }

  /** Opens connections to servers of the internet, and keeps them; gives what `release` needs. */
  async hold(place: 'gateway' | 'client', count: number): Promise<string> {
    const name = `/root/held-${place}`;
    await this.at(
      place,
      `mkfifo ${name}; setsid perl /root/net.pl hold ${count} ${name} </dev/null >${name}.out 2>&1 &`,
    );
    await this.at(place, `until [ "$(wc -l <${name}.out)" -ge ${count} ]; do sleep 0.2; done`);
    return name;
  }

  /** Says something on each of them, and gives by which address they came, then and now. */
  async release(
    name: string,
  ): Promise<{ readonly began: readonly string[]; readonly ended: readonly string[] }> {
    const text = await this.at(
      'gateway',
      `echo >${name}; while [ -e ${name} ]; do sleep 0.2; done; cat ${name}.out`,
    );
    const lines = text.split('\n');
    return {
      began: lines.slice(0, lines.length / 2),
      ended: lines.slice(lines.length / 2).map((line) => line.replace(/ .*/, '')),
    };
  }
}
