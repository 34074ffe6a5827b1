import { option, type OptionRule, type Resource } from '../../../src/steps/index.ts';

/** The resource that a link is. */
export function linkResource(device: string): Resource {
  return `link:${device}`;
}

/** What is wrong with the name of a link, or undefined. */
export function linkNameProblem(name: unknown): string | undefined {
  if (typeof name !== 'string') return `'${String(name)}' is not the name of a link`;
  if (Buffer.byteLength(name) > 15) return `'${name}' is too long: the kernel takes 15 bytes`;
  // The last three name something else below /proc/sys/net and /sys/class/net.
  if (!/^[\w.][\w.@+-]*$/.test(name) || /^\.\.?$|^(all|default|bonding_masters)$/.test(name))
    return `'${name}' is not the name of a link: give up to 15 letters, digits and any of _.@+-`;
  return undefined;
}

/** The rule of an option that names a link. */
export const device: OptionRule = option.rule(
  'the name of a link',
  (value) => linkNameProblem(value) === undefined,
);
