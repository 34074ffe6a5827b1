import { builtins, sh, type Sh } from '../../../src/steps/index.ts';

/** Words that tell mount, systemd or a user's tool something, and that the kernel never sees. */
const forTools =
  /^(defaults|auto|noauto|user|nouser|users|owner|group|nofail|_netdev|loop(=.*)?|bind|rbind|x-.*|X-.*|comment=.*|silent|loud|quiet)$/;

/** Words that say the contrary of one that the kernel shows. */
const contrary: Readonly<Record<string, readonly string[]>> = {
  rw: ['ro'],
  suid: ['nosuid'],
  dev: ['nodev'],
  exec: ['noexec'],
  async: ['sync'],
  atime: ['noatime'],
  diratime: ['nodiratime'],
  norelatime: ['relatime'],
  strictatime: ['noatime', 'relatime'],
  nolazytime: ['lazytime'],
};

/** Words that the kernel shows as they are. */
const shown = /^(ro|nosuid|nodev|noexec|noatime|nodiratime|relatime|sync|dirsync|lazytime|nosymfollow)$/;

/** Those that mount itself is given. */
export function kernelOptions(options: readonly string[]): readonly string[] {
  return options.filter((one) => !forTools.test(one));
}

/**
 * Whether a mount has these options, of which the kernel's list is `,$ts_options,`. What the kernel does not
 * show, or shows in words that only it knows, is not looked at.
 */
export function haveOptions(type: string, options: readonly string[]): Sh {
  return kernelOptions(options)
    .flatMap((one) => test(type, one))
    .reduce((all, one) => builtins`${all} && ${one}`, builtins`:`);
}

const has = (word: string): Sh => builtins`case $ts_options in *${`,${word},`}*) ;; *) false ;; esac`;
const lacks = (word: string): Sh => builtins`case $ts_options in *${`,${word},`}*) false ;; esac`;

function test(type: string, option: string): readonly Sh[] {
  const words = contrary[option];
  if (words !== undefined) return words.map(lacks);
  if (shown.test(option)) return [has(option)];
  const [key = '', given] = option.split(/=(.*)/);
  if (given === undefined) return [];
  if (type === 'tmpfs' || type === 'ramfs') return memoryTest(key, given);
  return /^ext[234]$/.test(type) ? [sameOrHidden(key, [given])] : [];
}

/** A file system in memory: sizes in KiB, as the kernel prints them; the mode that all can write to is not shown. */
function memoryTest(key: string, given: string): readonly Sh[] {
  if (key === 'mode') {
    const mode = given.replace(/^0+(?=.)/, '');
    return mode === '1777' ? [builtins`case $ts_options in *,mode=*) false ;; esac`] : [has(`mode=${mode}`)];
  }
  if (key === 'uid' || key === 'gid') {
    if (!/^\d+$/.test(given)) return [];
    return given === '0'
      ? [builtins`case $ts_options in *,${key}=*) false ;; esac`]
      : [has(`${key}=${given}`)];
  }
  const [, digits, unit = ''] = /^(\d+)([kmgKMG]?)$/.exec(given) ?? [];
  if (digits === undefined) return [];
  const number = Number(digits) * 1024 ** ' kmg'.indexOf(unit === '' ? ' ' : unit.toLowerCase());
  // In whole pages, of which the size differs from machine to machine.
  if (key === 'size') return number % 65_536 === 0 ? [has(`size=${number / 1024}k`)] : [];
  return key === 'nr_inodes' ? [sameOrHidden(key, [String(number), `${number / 1024}k`])] : [];
}

/** It has this value, or is not shown at all. */
function sameOrHidden(key: string, values: readonly string[]): Sh {
  const patterns = values.map((one) => sh`*${`,${key}=${one},`}*`).reduce((all, one) => sh`${all} | ${one}`);
  return builtins`case $ts_options in ${patterns}) ;; *,${key}=*) false ;; esac`;
}
