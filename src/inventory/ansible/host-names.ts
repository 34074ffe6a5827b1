import { isAddress6 } from '../name.ts';

/** Most hosts that one line may stand for. */
const most = 100_000;

const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** What the name of a host in a source of Ansible stands for, or what is wrong with it. */
export type HostNames =
  | { readonly names: readonly string[]; readonly port: number | undefined; readonly problem?: never }
  | { readonly problem: string; readonly names?: never; readonly port?: never };

/**
 * The hosts that a name with ranges stands for, and the port behind it.
 *
 * @example hostNames('web[01:03].example.com:2222')
 * @see https://docs.ansible.com/ansible/latest/inventory_guide/intro_inventory.html#adding-ranges-of-hosts
 */
export function hostNames(text: string): HostNames {
  if (isAddress6(text)) return { names: [text], port: undefined };
  const [, inBrackets, itsPort] = /^\[(.+)\]:(\d+)$/.exec(text) ?? [];
  const [, before, port] = /^((?:[^:[\]]|\[[^\]]*\])*):(\d+)$/.exec(text) ?? [];
  const pattern = inBrackets ?? before ?? text;
  if (pattern.endsWith(':')) return { problem: `${text} ends in a colon, but has no port behind it` };
  const names = expanded(isAddress6(pattern) ? [pattern] : ranges(pattern));
  if (typeof names === 'string') return { problem: `${text}: ${names}` };
  const number = itsPort ?? port;
  return { names, port: number === undefined ? undefined : Number(number) };
}

/** The parts of a name, each as all that it stands for; or what is wrong with one of them. */
function ranges(pattern: string): readonly (readonly string[] | string)[] | string {
  const parts: (readonly string[] | string)[] = [];
  for (const part of pattern.match(/\[[^\]]*\]?|[^[]+/g) ?? []) {
    const seen = part.startsWith('[') ? range(part) : part;
    if ('problem' in Object(seen)) return (seen as { readonly problem: string }).problem;
    parts.push(seen as readonly string[] | string);
  }
  return parts;
}

function expanded(parts: readonly (readonly string[] | string)[] | string): readonly string[] | string {
  if (typeof parts === 'string') return parts;
  const count = parts.reduce((product, part) => product * (typeof part === 'string' ? 1 : part.length), 1);
  if (count > most) return `these are ${count} hosts, and more than ${most} are taken for a mistake`;
  return parts.reduce<readonly string[]>(
    (names, part) => names.flatMap((name) => [part].flat().map((one) => `${name}${one}`)),
    [''],
  );
}

/** `[01:20]`, `[1:20:5]`, `[a:f]`: both ends are meant, and the third number is the step. */
function range(text: string): readonly string[] | { readonly problem: string } {
  const [, from = '', to = '', by] = /^\[(\w*):(\w+)(?::(\d+))?\]$/.exec(text) ?? [];
  const step = Number(by ?? 1);
  const isOfLetters = /^[A-Za-z]$/.test(from) && /^[A-Za-z]$/.test(to);
  const isOfNumbers = /^\d*$/.test(from) && /^\d+$/.test(to);
  if (step === 0 || (!isOfLetters && !isOfNumbers)) {
    return { problem: `${text} is no range, such as [01:20], [1:20:5] or [a:f]` };
  }
  const [first, last] = isOfLetters
    ? [letters.indexOf(from), letters.indexOf(to)]
    : [Number(from), Number(to)];
  if (last < first) return { problem: `${text} goes from higher to lower` };
  const isPadded = from.length > 1 && from.startsWith('0');
  if (isPadded && from.length !== to.length) {
    return { problem: `${text} must have as many digits at its end as at its beginning` };
  }
  if (last - first > most * step) return { problem: `${text} is too long` };
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => {
    const at = first + index * step;
    return isOfLetters ? (letters[at] ?? '') : `${at}`.padStart(isPadded ? from.length : 1, '0');
  });
}
