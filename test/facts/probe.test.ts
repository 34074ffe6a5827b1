import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { factGroups, type FactGroup, type Facts } from '../../src/facts/index.ts';
import { timeLimited, tookTooLong } from '../../src/facts/time-limit.ts';
import { runtimePart } from '../support/shellcheck.ts';
import { factSourcesOf, gatherFacts } from '../../src/playbook/gather-facts.ts';
import { play } from '../../src/playbook/play.ts';
import { HostBuild } from '../../src/playbook/host-build.ts';
import { sh } from '../../src/steps/sh.ts';
import { isRunning } from '../support/processes.ts';
import { probed } from '../support/probes.ts';
import { shellcheck } from '../support/shellcheck.ts';
import { runIn, shellNames, shells, type Shell } from '../support/shells.ts';

const everything = Object.keys(factGroups) as FactGroup[];
let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-facts-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** The facts of this machine, by the program that a play would send. */
async function gather(shell: Shell): Promise<Partial<Facts>> {
  let facts: Partial<Facts> = {};
  const build = new HostBuild(
    'Test',
    'local',
    { task: 0, step: 0, scope: 0 },
    () => undefined,
    async (program) => (await runIn(shell, program, { home: dir })).outcomes,
  );
  await build.run(async () => {
    const groups = factSourcesOf(play('Test', { hosts: 'all', facts: everything }, () => {}));
    facts = await gatherFacts(build, groups, 'local', undefined);
  });
  return facts;
}

interface Link {
  readonly ifname: string;
  readonly mtu: number;
  readonly addr_info: readonly { readonly local: string; readonly prefixlen: number }[];
}

// busybox ash takes its own `ip`, which has no JSON.
it.each(shellNames)('the probes tell what this machine is, in %s', async (shell) => {
  const all = await gather(shell);
  expect(Object.keys(all)).toEqual(everything);
  const { system, network } = all;
  expect(system).toMatchObject({
    hostname: os.hostname(),
    kernel: os.release(),
    architecture: os.machine(),
    uid: process.getuid?.(),
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    memoryTotal: os.totalmem(),
    cpus: os.cpus().length,
  });
  const id = execFileSync('sh', ['-c', '. /etc/os-release; printf %s "$ID"'], { encoding: 'utf8' });
  expect(system?.distribution.id).toBe(id);
  const links = JSON.parse(execFileSync('ip', ['-j', 'addr'], { encoding: 'utf8' })) as readonly Link[];
  expect(
    network?.interfaces.map(({ name, mtu, addresses }) => [
      name,
      mtu,
      addresses.map((one) => `${one.address}/${one.prefix}`),
    ]),
  ).toEqual(
    links.map(({ ifname, mtu, addr_info }) => [
      ifname,
      mtu,
      addr_info.map((one) => `${one.local}/${one.prefixlen}`),
    ]),
  );
});

describe.each(shellNames)('a command with a time limit, in %s', (shell) => {
  const run = (text: string): { status: number | null; stdout: string; stderr: string } => {
    const [command, ...args] = shells[shell];
    return spawnSync(command, [...args, '-c', runtimePart('time-limit.sh') + text], { encoding: 'utf8' });
  };

  it('keeps its output and status, and leaves nothing behind', () => {
    // Nobody else sleeps that long.
    const seconds = 86_000 + process.pid;
    const { text } = timeLimited(seconds, sh`echo out; echo err >&2; exit 3`);
    expect(run(text)).toMatchObject({ status: 3, stdout: 'out\n', stderr: 'err\n' });
    // A killed one may still be on its way out.
    return vi.waitFor(
      () => expect(commandLines().filter((words) => words.includes(String(seconds)))).toEqual([]),
      5000,
    );
  });

  it('is ended with all that it has started, and only that', async () => {
    const pids = join(dir, 'pids');
    const child = sh`sh -c ${`echo $$ >>${pids}; exec sleep 600`}`;
    const hanging = sh`echo begun; ( ${child} & ${child} ) & ${child}`;
    const { text } = timeLimited(1, hanging);
    const beside = join(dir, 'beside');
    const result = run(`sleep 600 >/dev/null 2>&1 & echo $! >${beside}; ${text}`);
    const other = Number(readFileSync(beside, 'utf8'));
    expect(existsSync(`/proc/${other}`)).toBe(true);
    process.kill(other);
    expect(result).toMatchObject({ status: tookTooLong, stdout: 'begun\n', stderr: '' });
    const started = readFileSync(pids, 'utf8').trim().split('\n');
    expect(started).toHaveLength(3);
    // A killed one may still be on its way out.
    await vi.waitFor(() => expect(started.filter((pid) => isRunning(Number(pid)))).toEqual([]), 5000);
  });
});

function commandLines(): readonly (readonly string[])[] {
  return readdirSync('/proc').map((name) => {
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
    } catch {
      return [];
    }
  });
}

it.each(everything)('%s is told to a user without rights, too', (group) => {
  const { facts } = probed<unknown>('dash', factGroups[group], {
    after: 'ip link set lo up; set -- setpriv --reuid 65534 --regid 65534 --clear-groups "$@"',
  });
  expect(facts).toBeTypeOf('object');
});

it.each(everything)('ShellCheck finds nothing in the probe of %s', (group) => {
  expect(shellcheck(`TS_SSH=''\n${factGroups[group].probe.text}\n`)).toEqual([]);
});
