import { isIPv6 } from 'node:net';

/** Names that patterns can tell apart, that no command takes for an option, and no file system for a path. */
const plain = /^[^\s:&!,*?[\]~@/\\\p{Cc}-][^\s:&!,*?[\]~@/\\\p{Cc}]*$/u;

/** Why a host or group cannot be called so; undefined where it can. A host may have an IPv6 address for a name. */
export function nameProblem(name: string): string | undefined {
  return plain.test(name) || isAddress6(name)
    ? undefined
    : 'is no name: it is empty, begins with a dash, or holds a blank or one of : & ! , * ? [ ] ~ @ / \\';
}

/** Node takes four milliseconds to make ready for the question, so it is not asked of what has no colon. */
export function isAddress6(text: string): boolean {
  return text.includes(':') && isIPv6(text);
}
