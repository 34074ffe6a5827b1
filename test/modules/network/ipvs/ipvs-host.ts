import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HostBuild } from '../../../../src/playbook/host-build.ts';
import type { Program } from '../../../../src/steps/program.ts';
import { Sh } from '../../../../src/steps/sh.ts';

/** What a body registers, as the program that a host would get. Throws all that is wrong with it. */
export async function programOf(body: () => void): Promise<Program> {
  let program: Program = { items: [], final: true };
  const build = new HostBuild(
    'test',
    'host',
    { task: 0, step: 0, scope: 0 },
    () => undefined,
    async (sent) => {
      program = sent;
      return new Map();
    },
  );
  await build.run(body);
  return program;
}

/** The messages of all that is wrong with a body. */
export async function problemsOf(body: () => void): Promise<readonly string[]> {
  try {
    await programOf(body);
    return [];
  } catch (error) {
    const { errors } = error as { errors?: readonly Error[] };
    return (errors ?? [error as Error]).map(({ message }) => message);
  }
}

const modules = ['ip_vs', 'ip_vs_rr', 'ip_vs_wrr', 'ip_vs_mh', 'ip_vs_wlc'];

// A module is a folder: there if it is loaded, and loaded if it is available.
const modprobe = `#!/bin/sh
set -f
case "$1 $2" in
  '-q -D') [ -e "$FAKE_HOST/available/$3" ] ;;
  '-r '*) rmdir "$FAKE_HOST/module/$2" ;;
  *) [ -e "$FAKE_HOST/available/$1" ] && mkdir "$FAKE_HOST/module/$1" && mkdir -p "$FAKE_HOST/sys/net/ipv4/vs" &&
    for key in conntrack expire_nodest_conn expire_quiescent_template; do echo 0 >"$FAKE_HOST/sys/net/ipv4/vs/$key"; done ;;
esac
`;

/** A host that is a folder: programs run in real shells, with its tools first on the PATH and its /sys and /proc. */
export class IpvsHost {
  readonly dir = mkdtempSync(join(tmpdir(), 'tsplay-ipvs-'));
  readonly #path = process.env['PATH'];

  constructor() {
    for (const folder of [
      'bin',
      'module',
      'available',
      'active',
      'sys/net/ipv4',
      'sys/net/ipv6/conf/all',
      'class/net/eth1',
    ]) {
      mkdirSync(this.at(folder), { recursive: true });
    }
    for (const module of modules) this.write(`available/${module}`, '');
    this.write('sys/net/ipv4/ip_forward', '0\n');
    this.write('sys/net/ipv6/conf/all/forwarding', '0\n');
    this.write('class/net/eth1/flags', '0x1003\n');
    this.write('timeouts', '900 120 300\n');
    const fake = fileURLToPath(new URL('fake-ipvsadm.sh', import.meta.url));
    writeFileSync(this.at('bin/ipvsadm'), readFileSync(fake), { mode: 0o755 });
    writeFileSync(this.at('bin/modprobe'), modprobe, { mode: 0o755 });
    process.env['PATH'] = `${this.at('bin')}:${this.#path}`;
    process.env['FAKE_HOST'] = this.dir;
  }

  at(name: string): string {
    return join(this.dir, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.at(name), text);
  }

  /** Lines of a file, in order; none if it is not there. */
  lines(name: string): readonly string[] {
    return existsSync(this.at(name)) ? readFileSync(this.at(name), 'utf8').split('\n').filter(Boolean) : [];
  }

  /** The table as a set of lines, and what else a run may change. */
  state(): object {
    return {
      table: this.lines('table').toSorted(),
      timeouts: this.lines('timeouts'),
      daemons: ['master', 'backup'].map((role) => this.lines(`daemon-${role}`)),
      module: existsSync(this.at('module/ip_vs')),
      forward: this.lines('sys/net/ipv4/ip_forward'),
    };
  }

  /**
   * The program with the kernel's folders replaced by those of this host. Attached: a unit of systemd would not have
   * its tools on the PATH. busybox prefers its own modprobe to that on the PATH.
   */
  here(program: Program): Program {
    const items = program.items.map((item) => (item.kind === 'task' ? { ...item, network: false } : item));
    return moved({ ...program, items }, (text) =>
      text
        .replaceAll('/sys/module/', `${this.dir}/module/`)
        .replaceAll('/sys/class/', `${this.dir}/class/`)
        .replaceAll('/proc/sys/', `${this.dir}/sys/`)
        .replaceAll('/proc/[0-9]', `${this.dir}/proc/[0-9]`)
        .replaceAll(/modprobe (?=[-'a-z])/g, `${this.at('bin/modprobe')} `),
    );
  }

  /** A process that is seen on this host only, in this network namespace. */
  process(name: string): void {
    mkdirSync(this.at('proc/7/ns'), { recursive: true });
    this.write('proc/7/comm', `${name}\n`);
    symlinkSync('/proc/self/ns/net', this.at('proc/7/ns/net'));
  }

  close(): void {
    process.env['PATH'] = this.#path;
    delete process.env['FAKE_HOST'];
    rmSync(this.dir, { recursive: true });
  }
}

/** A copy of a program with every text of its steps changed. */
function moved<T>(part: T, change: (text: string) => string): T {
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return change(value);
    if (value instanceof Sh) return new Sh(change(value.text));
    if (Array.isArray(value)) return value.map(walk);
    if (value instanceof Map) return value;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one)]));
  };
  return walk(part) as T;
}
