import { isTaskOption } from '../../../src/steps/index.ts';
import { canonicalAddress, isAddress4, isAddress6 } from '../address.ts';
import { schedulers, type AnyIpvsOptions, type RealServer } from './options.ts';
import { isSix, methodFlags, protocolFlags, serverKey } from './words.ts';

type Problem = (text: string) => void;

/** Value rules of a service that types cannot say, or that come from variables. */
export function checkService(o: AnyIpvsOptions, problem: Problem): void {
  const sound = checkPlace(o, problem);
  if (o.drain !== undefined) whole('drain.limit', o.drain.limit, 0, 86_400, problem);
  if (o.state === 'absent') {
    foreign(o).forEach((key) => problem(`${key} makes no sense with state: 'absent'`));
    return;
  }
  checkSettings(o, problem);
  if (!Array.isArray(o.servers)) problem('servers is missing; give [] for a service without any');
  // Keys of servers need the service's own address and port.
  else if (sound) checkServers(o, o.servers, problem);
}

/** Which packets the service is for. Says whether that much is sound. */
function checkPlace(o: AnyIpvsOptions, problem: Problem): boolean {
  const before = [
    ...((o.vip === undefined) === (o.fwmark === undefined) ? ['give either vip and port, or fwmark'] : []),
    ...(o.vip === undefined ? [] : addressProblems('vip', o.vip)),
    ...(o.vip !== undefined && o.port === undefined ? ['port is missing'] : []),
    ...(o.vip === undefined && o.port !== undefined
      ? ['port needs vip; a mark stands for all its ports']
      : []),
    ...(o.protocol !== undefined && !(o.protocol in protocolFlags)
      ? [`protocol must be tcp, udp or sctp, not '${String(o.protocol)}'`]
      : []),
    ...(o.fwmark !== undefined && o.protocol !== undefined ? ['protocol needs vip; a mark has none'] : []),
    ...(o.vip !== undefined && o.family !== undefined ? ['family needs fwmark; vip says it by itself'] : []),
    ...(o.family !== undefined && o.family !== 4 && o.family !== 6 ? ['family must be 4 or 6'] : []),
  ];
  before.forEach(problem);
  whole('port', o.port, 0, 65_535, problem);
  // Larger ones ipvsadm lists as negative numbers, which it does not take.
  whole('fwmark', o.fwmark, 1, 2 ** 31 - 1, problem);
  return before.length === 0;
}

function checkSettings(o: AnyIpvsOptions, problem: Problem): void {
  if (o.scheduler === undefined || !schedulers.includes(o.scheduler)) {
    problem(`scheduler must be one of ${schedulers.join(', ')}, not ${o.scheduler ?? 'left out'}`);
  }
  for (const flag of o.schedulerFlags ?? []) {
    if (!['sh-fallback', 'sh-port', 'mh-fallback', 'mh-port'].includes(flag)) {
      problem(`'${flag}' is not a flag of a scheduler`);
    } else if (!flag.startsWith(`${o.scheduler}-`)) {
      problem(`the flag ${flag} is not one of the scheduler ${o.scheduler ?? 'left out'}`);
    }
  }
  whole('persistent', o.persistent, 1, 31 * 86_400, problem);
  whole('persistentPrefix', o.persistentPrefix, 1, isSix(o) ? 128 : 32, problem);
  if (o.persistent === undefined) {
    if (o.persistentPrefix !== undefined) problem('persistentPrefix needs persistent');
    if (o.persistenceEngine !== undefined) problem('persistenceEngine needs persistent');
    if (o.port === 0) problem('port 0 (every port) needs persistent');
  }
  const udp = o.vip === undefined || o.protocol === 'udp';
  if (o.persistenceEngine !== undefined && o.persistenceEngine !== 'sip')
    problem('persistenceEngine must be sip');
  if (o.persistenceEngine !== undefined && !udp) problem('persistenceEngine is for UDP only');
  if (o.onePacket === true && !udp) problem('onePacket is for UDP only');
  if (o.vip !== undefined && (o.protocol ?? 'tcp') === 'tcp' && o.port === 22 && o.coversSsh !== true) {
    problem(
      'port 22 takes SSH connections to the vip away from this host; if that is meant, declare coversSsh: true',
    );
  }
}

function checkServers(o: AnyIpvsOptions, servers: readonly RealServer[], problem: Problem): void {
  const seen = new Set<string>();
  for (const server of servers) {
    const name = `server ${server.address}`;
    const say = (text: string): void => problem(`${name}: ${text}`);
    const wrong = [
      ...addressProblems('address', server.address),
      // Said by the kernel as "Possibly wrong module version, address not unicast, ...".
      ...(/^fe[89ab]/i.test(String(server.address)) ? ['the kernel takes no link-local address here'] : []),
    ];
    if (wrong.length > 0) {
      wrong.forEach(say);
      continue;
    }
    checkMethod(o, server, say);
    whole(`${name}: port`, server.port, 1, 65_535, problem);
    whole(`${name}: weight`, server.weight, 0, 65_535, problem);
    whole(`${name}: upperThreshold`, server.upperThreshold, 0, 2 ** 31 - 1, problem);
    whole(`${name}: lowerThreshold`, server.lowerThreshold, 0, 2 ** 31 - 1, problem);
    if ((server.lowerThreshold ?? 0) > (server.upperThreshold ?? 0)) {
      say('lowerThreshold is above upperThreshold, which the kernel refuses');
    }
    checkTunnel(server, say);
    const key = serverKey(server, o);
    if (seen.has(key)) say(`${key} is given twice`);
    seen.add(key);
  }
}

function checkMethod(o: AnyIpvsOptions, { address, method, port }: RealServer, say: Problem): void {
  if (!(method in methodFlags)) {
    say('method must be gatewaying, ipip or masquerading');
    return;
  }
  if (method !== 'ipip' && isAddress6(address) !== isSix(o)) {
    say('its family is not that of the service; only ipip can cross');
  }
  if (method !== 'masquerading' && port !== undefined && port !== o.port) {
    say(`with ${method} packets keep their port, so port ${port} would not be reached`);
  }
}

function checkTunnel({ method, tunnel }: RealServer, say: Problem): void {
  if (tunnel === undefined) return;
  if (method !== 'ipip') say('tunnel is only for the method ipip');
  const checksums = tunnelChecksums[tunnel.type];
  if (checksums === undefined) say('tunnel.type must be ipip, gre or gue');
  else if ('checksum' in tunnel && !checksums.includes(tunnel.checksum ?? 'nocsum')) {
    say(`tunnel.checksum of ${tunnel.type} cannot be '${tunnel.checksum}'`);
  }
  if (tunnel.type !== 'gue') return;
  if (tunnel.port === undefined) say('tunnel.port is missing');
  whole('tunnel.port', tunnel.port, 1, 65_535, say);
}

const tunnelChecksums: Readonly<Record<string, readonly string[]>> = {
  ipip: [],
  gre: ['nocsum', 'csum'],
  gue: ['nocsum', 'csum', 'remcsum'],
};

function addressProblems(what: string, text: string): readonly string[] {
  if (typeof text !== 'string' || !(isAddress4(text) || isAddress6(text)) || text.includes('%')) {
    return [`${what} '${text}' is not an IP address`];
  }
  if (/^(0|22[4-9]|23\d|255)\.|^::$|^ff/.test(canonicalAddress(text))) {
    return [`${what} '${text}' is not the address of one host`];
  }
  // The C library writes these with dots, and so ipvsadm does.
  return /^::(ffff:)?[\da-f]{1,4}:[\da-f]{1,4}$/.test(canonicalAddress(text))
    ? [`${what} '${text}' is an IPv4 address in IPv6 clothes; write it as IPv4`]
    : [];
}

/** Options that only a service that is there can have. */
function foreign(o: AnyIpvsOptions): readonly string[] {
  const own = ['vip', 'port', 'protocol', 'fwmark', 'family', 'state', 'drain', 'besideKeepalived'];
  return Object.keys(o).filter((key) => !own.includes(key) && !isTaskOption(key));
}

/** A whole number within bounds, where it is given. */
export function whole(
  what: string,
  number: number | undefined,
  low: number,
  high: number,
  problem: Problem,
): void {
  if (number !== undefined && !(Number.isInteger(number) && number >= low && number <= high)) {
    problem(`${what} must be a whole number from ${low} to ${high}, not ${number}`);
  }
}
