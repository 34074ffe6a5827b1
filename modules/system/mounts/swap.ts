import { defineModule, option, tool, type OptionRules } from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { folderOf, folders } from '../folders.ts';
import { fstabSteps, noFstabStep, oneLineStep } from './fstab.ts';
import { activeStep, contentSteps, fileGoneSteps, inactiveStep } from './swap-steps.ts';

interface Present {
  /**
   * Size of a swap file in MiB. One that has another size is switched off, made anew and switched on, for which what
   * is in it must have room elsewhere. Not for a device. @defaultValue as it is; a file that is missing needs it
   */
  readonly size?: number;
  /** The higher one is used first, 0 to 32767. @defaultValue the kernel's choice, or as it is */
  readonly priority?: number;
  /** Use it after a reboot too, by a line of `/etc/fstab`; `false` takes its line away. @defaultValue true */
  readonly persist?: boolean;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  readonly size?: never;
  readonly priority?: never;
  readonly persist?: never;
  /** Switched off, no line of fstab; a swap file is removed, and what is on a device stays. */
  readonly state: 'absent';
}

/** Options of {@link swap}. */
export type SwapOptions = Present | Absent;

const options: OptionRules<SwapOptions> = {
  size: option.whole(1, 1_048_576),
  priority: option.whole(0, 32_767),
  persist: option.flag,
  state: option.oneOf('present', 'absent'),
};

/**
 * Swap space in a file, which is made if it is missing and which only root can read, or on a device, which must be
 * empty or swap space already. A file system that holds a swap file must be one that the kernel can swap to: ext4, XFS,
 * btrfs (there the file is kept from being copied on write), but no tmpfs and no overlay.
 *
 * @example swap('/swapfile', { size: 2048 })
 * @example swap('/dev/vdb', { priority: 10 })
 * @example swap('/swapfile', { state: 'absent' })
 * @see https://man7.org/linux/man-pages/man8/swapon.8.html
 */
export const swap = defineModule<SwapOptions>('swap', {
  options,
  claims: (path, o) => [
    {
      resource: `swap:${option.plainPath(path)}`,
      value: o.state === 'absent' ? 'absent' : JSON.stringify(o),
    },
  ],
  check(path, o, problem) {
    for (const wrong of option.pathProblems(path)) problem(`the path ${wrong}`);
    if (/[\s\\]/.test(path))
      problem('the path must have no blanks and backslashes: not all tools that read /proc/swaps take them');
    if (/^\/(proc|sys|run)(\/|$)/.test(option.plainPath(path)))
      problem(`nothing in ${path} can be swapped to`);
    if (o.state === 'absent') checkAbsent(o, [], problem);
    else if (isDevice(path) && o.size !== undefined)
      problem('a device has the size that it has: leave size out');
  },
  steps(name, o) {
    const path = option.plainPath(name);
    const line = { source: path, path: undefined };
    if (o.state === 'absent') {
      return [
        swapTool,
        inactiveStep(path),
        noFstabStep(line),
        ...(isDevice(path) ? [] : fileGoneSteps(path)),
      ];
    }
    return [
      swapTool,
      ...(o.persist === false ? [] : [oneLineStep(line)]),
      ...(isDevice(path) ? [] : folders(folderOf(path))),
      ...contentSteps(path, o.size, isDevice(path)),
      // Before the line of fstab: what cannot be used now must not be tried at boot.
      activeStep(path, o.priority),
      ...(o.persist === false
        ? [noFstabStep(line)]
        : fstabSteps({
            ...line,
            type: 'swap',
            options: o.priority === undefined ? undefined : `pri=${o.priority}`,
            dump: undefined,
            pass: undefined,
          })),
    ];
  },
});

const isDevice = (path: string): boolean => option.plainPath(path).startsWith('/dev/');

const swapTool = tool('swapon', {
  debian: 'mount',
  fedora: 'util-linux',
  rhel: 'util-linux',
  suse: 'util-linux',
  alpine: 'util-linux',
  arch: 'util-linux',
});
