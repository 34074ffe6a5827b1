import { Address4, Address6 } from 'ip-address';

/** What is wrong with an address that must have a prefix length, or undefined. Host bits are wanted here. */
export function interfaceAddressProblem(text: string): string | undefined {
  if (!/^[^/]+\/\d+$/.test(text))
    return `'${text}' must be an address with a prefix length, such as 192.0.2.1/24`;
  return Address4.isValid(text) || Address6.isValid(text) ? undefined : `'${text}' is not an IP address`;
}

/** The address as `ip` prints it. */
export function canonicalInterfaceAddress(text: string): string {
  const [address = '', length = ''] = text.split('/');
  return `${canonicalAddress(address)}/${length}`;
}

/** An address without prefix as the kernel prints it. */
export function canonicalAddress(text: string): string {
  return Address6.isValid(text) ? new Address6(text).correctForm() : text;
}

/** Whether this is an IPv4 address without prefix. */
export function isAddress4(text: string): boolean {
  return !text.includes('/') && Address4.isValid(text);
}

/** Whether this is an IPv6 address without prefix. */
export function isAddress6(text: string): boolean {
  return !text.includes('/') && Address6.isValid(text);
}
