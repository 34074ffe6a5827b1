// No library: the usual one takes as long to import as all modules together, and every playbook would wait for it.

const octet = /(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)/.source;
const four = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

/** What is wrong with an address that must have a prefix length, or undefined. Host bits are wanted here. */
export function interfaceAddressProblem(text: unknown): string | undefined {
  const [, address = '', length = ''] =
    typeof text === 'string' ? (/^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? []) : [];
  if (length === '') return `'${String(text)}' must be an address with a prefix length, such as 192.0.2.1/24`;
  const longest = longestPrefix(address);
  if (Number(length) > longest) return `'${String(text)}' is not an IP address`;
  if (longest === 128 && /^::(ffff:)?[\da-f]{1,4}:[\da-f]{1,4}$/.test(canonicalAddress(address)))
    return `'${String(text)}' is an IPv4 address in IPv6 clothes; write it as IPv4`;
  return hostProblem(address, longest, Number(length));
}

/** Bits of an address without zone; -1 of what is none. */
function longestPrefix(address: string): number {
  return isAddress4(address) ? 32 : isAddress6(address) && !address.includes('%') ? 128 : -1;
}

/** The kernel takes these, and a host that has one cannot be reached by it. */
function hostProblem(address: string, longest: number, length: number): string | undefined {
  const text = `'${address}/${length}'`;
  const bits = bitsOf(address);
  const first = bits.slice(0, 8);
  if (!bits.includes('1') || first === '11111111' || (longest === 32 && /^(1110|0{8})/.test(first)))
    return `${text} is not an address of a host`;
  const host = bits.slice(length);
  if (host.length < 2) return undefined;
  if (!host.includes('1')) return `${text} is the network itself; give the address of the host in it`;
  if (longest === 32 && !host.includes('0'))
    return `${text} is the broadcast address of its network; give the address of the host in it`;
  return undefined;
}

/** What is wrong with a network such as 192.0.2.0/24, or one host, or undefined. */
export function networkProblem(text: unknown): string | undefined {
  const [address = '', length = '', ...rest] = typeof text === 'string' ? text.split('/') : [];
  const longest = longestPrefix(address);
  const number = typeof text === 'string' && text.includes('/') ? length : String(longest);
  if (longest < 0 || rest.length > 0 || !/^(0|[1-9]\d{0,2})$/.test(number) || Number(number) > longest)
    return `'${String(text)}' is not a network such as 192.0.2.0/24, and not an address`;
  const bits = bitsOf(address);
  if (!bits.slice(Number(number)).includes('1')) return undefined;
  return `'${String(text)}' has host bits: the network is ${networkOf(bits, Number(number))}`;
}

/** The last address of an IPv4 network that has one to spare, else undefined. */
export function broadcastOf(text: string): string | undefined {
  const [address = '', length] = text.split('/');
  if (!isAddress4(address) || length === undefined || Number(length) > 30) return undefined;
  const bits = bitsOf(address).slice(0, Number(length)).padEnd(32, '1');
  return (bits.match(/.{8}/g) ?? []).map((part) => Number.parseInt(part, 2)).join('.');
}

/** The network that an address is in, by all its bits and the length of the prefix. */
export function networkOf(bits: string, length: number): string {
  const all = bits.slice(0, length).padEnd(bits.length, '0');
  const parts = (size: number, base: number): readonly string[] =>
    (all.match(new RegExp(`.{${size}}`, 'g')) ?? []).map((part) => Number.parseInt(part, 2).toString(base));
  const address = bits.length === 32 ? parts(8, 10).join('.') : canonicalAddress(parts(16, 16).join(':'));
  return `${address}/${length}`;
}

/** A network as `ip` prints it: `default` for all, and no length for one host. */
export function canonicalNetwork(text: string): string {
  const [address = '', length] = text.split('/');
  const canonical = canonicalAddress(address);
  if (length === undefined || Number(length) === (isAddress6(address) ? 128 : 32)) return canonical;
  return Number(length) === 0 ? 'default' : `${canonical}/${Number(length)}`;
}

/** All 32 or 128 bits of an address, as digits. */
export function bitsOf(address: string): string {
  if (isAddress4(address)) {
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  }
  const [head = '', tail = ''] = canonicalAddress(address).split('::');
  const groups = (part: string): readonly string[] => part.split(':').filter((group) => group !== '');
  const zeros = 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array.from({ length: zeros }, () => '0'), ...groups(tail)]
    .map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('');
}

/** The address as `ip` prints it. */
export function canonicalInterfaceAddress(text: string): string {
  const [address = '', length = ''] = text.split('/');
  return `${canonicalAddress(address)}/${Number(length)}`;
}

/** An address without prefix as the kernel prints it. */
export function canonicalAddress(text: string): string {
  const [, address = '', zone = ''] = /^([^%]*)(%.*)?$/.exec(text) ?? [];
  return isAddress6(text) ? `${new URL(`http://[${address}]`).hostname.slice(1, -1)}${zone}` : text;
}

/** Whether this is an IPv4 address without prefix. */
export function isAddress4(text: string): boolean {
  return four.test(text);
}

/** Whether this is an IPv6 address without prefix. */
export function isAddress6(text: string): boolean {
  const [, address] = /^([\da-f:.]+)(?:%[\w.@:-]+)?$/i.exec(text) ?? [];
  // URLs know every form of it, and give the canonical one.
  return address?.includes(':') === true && URL.canParse(`http://[${address}]`);
}
