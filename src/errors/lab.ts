import { defineErrors } from './tsplay-error.ts';

/** Errors of the lab: building it, its guests, and their names. */
export const labError = defineErrors({
  'lab-unsupported': {
    exit: 64,
    message: (a: { platform: string }) => `the lab runs on Linux on x86-64, and this is ${a.platform}`,
    hint: () => 'Run it on such a machine or in such a virtual machine; KVM is not needed.',
  },
  'lab-tools-missing': {
    exit: 64,
    message: (a: { missing: readonly string[]; command: string }) =>
      `the lab needs what is not installed here: ${a.missing.join(', ')}`,
    hint: (a) => `Run: ${a.command}`,
  },
  'lab-needs-root': {
    exit: 64,
    message: (): string => 'the lab is not built yet, and building it needs root (debootstrap does)',
    hint: () =>
      'Build it once into your own cache: sudo env XDG_CACHE_HOME="${XDG_CACHE_HOME:-$HOME/.cache}" tsplay lab build. All else needs no root.',
  },
  'lab-command-failed': {
    exit: 1,
    message: (a: { command: string; output: string }) => `${a.command} failed: ${a.output}`,
    hint: () => 'See what it printed. Package mirror and proxy are those of apt on this machine.',
  },
  'lab-not-settled': {
    exit: 1,
    message: (a: { state: string }) => `the lab's first boot did not end well: ${a.state}`,
    hint: () => 'Build again; if it happens again, report it as a bug with these lines.',
  },
  'lab-guest-ended': {
    exit: 3,
    message: (a: { guest: string; output: string }) => `QEMU of ${a.guest} ended: ${a.output}`,
    hint: () => 'Run `tsplay lab down`, then try again.',
  },
  'lab-guest-silent': {
    exit: 3,
    message: (a: { guest: string; what: string }) => `${a.guest} did not answer in time (${a.what})`,
    hint: () => 'The machine may be too busy. Run `tsplay lab down`, then try again with fewer guests.',
  },
  'lab-guest-refused': {
    exit: 3,
    message: (a: { guest: string; command: string; output: string }) =>
      `${a.guest} refused ${a.command}: ${a.output}`,
    hint: () => 'Run `tsplay lab down`, then try again.',
  },
  'lab-guest-count': {
    exit: 64,
    message: (a: { count: number; most: number }) =>
      `the lab has 1 to ${a.most} guests, and ${a.count} were asked for`,
    hint: (a) => `Ask for a whole number from 1 to ${a.most}.`,
  },
  'lab-unknown-host': {
    exit: 64,
    message: (a: { host: string; running: readonly string[] }) =>
      `no guest ${a.host} is up in the lab (up: ${a.running.join(', ') || 'none'})`,
    hint: () => 'Guests are named lab1, lab2 and so on. Start them with `tsplay lab up`.',
  },
  'lab-no-guest': {
    exit: 64,
    message: (a: { host: string; most: number }) =>
      `${a.host} cannot be a guest of the lab: these are named lab1 to lab${a.most}`,
    hint: () => "Give the host such a name, or another 'connection'.",
  },
  'lab-bad-name': {
    exit: 64,
    message: (a: { name: string }) => `TSPLAY_LAB is ${JSON.stringify(a.name)}, which cannot name a lab`,
    hint: () => 'Use 1 to 32 lower-case letters, digits and dashes, beginning with a letter.',
  },
  'lab-path-too-long': {
    exit: 64,
    message: (a: { path: string }) => `the path ${a.path} is too long for a unix socket`,
    hint: () => 'Set XDG_RUNTIME_DIR to a shorter folder.',
  },
});
