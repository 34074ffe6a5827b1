// No library: the usual one takes as long to import as all modules together, and every playbook would wait for it.

const octet = /(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)/.source;
const four = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

/** What is wrong with an address that must have a prefix length, or undefined. Host bits are wanted here. */
export function interfaceAddressProblem(text: string): string | undefined {
  const [, address = '', length = ''] = /^([^/]+)\/(0|[1-9]\d{0,2})$/.exec(text) ?? [];
  if (length === '') return `'${text}' must be an address with a prefix length, such as 192.0.2.1/24`;
  const longest = isAddress4(address) ? 32 : isAddress6(address) ? 128 : -1;
  return Number(length) <= longest ? undefined : `'${text}' is not an IP address`;
}

/** The address as `ip` prints it. */
export function canonicalInterfaceAddress(text: string): string {
  const [address = '', length = ''] = text.split('/');
  return `${canonicalAddress(address)}/${length}`;
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
