import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { FactGroupDefinition } from '../../src/facts/group.ts';
import { runtimePart } from './shellcheck.ts';
import { shells, type Shell } from './shells.ts';

/** What a probe prints on this machine, and what that means. */
export interface Probed<T> {
  readonly facts: T;
  readonly printed: string;
}

/** How a probe is run. */
export interface ProbeSurroundings {
  /** Commands before it, as root in namespaces of its own for mounts and networks. @defaultValue none */
  readonly after?: string;
  /** Commands behind it, there too; what they print is the answer's `beside`. */
  readonly beside?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** The only folder that tools are looked for in. @defaultValue those of this machine */
  readonly path?: string | undefined;
}

// All that a probe may call of what is sent along.
const timers = runtimePart('time-limit.sh');

/** Runs a probe in a shell on this machine, with what a session sets for it. */
export function probed<T>(
  shell: Shell,
  { probe, parse }: FactGroupDefinition<T>,
  { after, beside: besides = '', env = {}, path }: ProbeSurroundings = {},
): Probed<T> & { readonly beside: string } {
  const [command, ...args] = shells[shell];
  const tools = path ?? '$PATH:/usr/local/sbin:/usr/sbin:/sbin';
  const session = `set -f; umask 022; LC_ALL=C; export LC_ALL; PATH=${tools}`;
  const words = [command, ...args, '-c', `${session}\n${timers}(\n${probe.text}\n)\n`];
  const mark = '\x01beside\x01\n';
  const apart = [
    'unshare',
    '-m',
    '-n',
    'sh',
    '-c',
    `${after}\n"$@" || exit\nprintf '${mark}'\n${besides}`,
    'sh',
  ];
  const [first = '', ...rest] = after === undefined ? words : [...apart, ...words];
  const result = spawnSync(first, rest, {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 1 << 26,
  });
  const [printed = '', beside = ''] = result.stdout.split(mark);
  if (result.status !== 0) throw new Error(`status ${result.status}: ${result.stderr}\n${printed}`);
  return { printed, facts: parse(printed), beside };
}

/** What the probes printed on real hosts, and what others print by their documentation: see the README there. */
export const printedOn = (name: string): string =>
  readFileSync(new URL(`../fixtures/facts/${name}.txt`, import.meta.url), 'utf8');
