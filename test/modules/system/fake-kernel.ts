import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Program } from '../../../src/steps/program.ts';
import { moved } from '../../support/modules.ts';

// A module is available where there is a plan for it, as modprobe -D prints it; the parameters of its file are a line
// each: name, default, mode.
const tools: Readonly<Record<string, string>> = {
  modprobe: `if [ "$1" = -q ]; then cat "$K/plans/$3" 2>/dev/null; exit; fi
name=$1; shift
while read -r verb path rest; do
  file=\${path##*/}; module=$(echo "\${file%%.ko*}" | tr - _)
  [ "$verb" = insmod ] && [ ! -d "$K/sys/module/$module" ] || continue
  mkdir -p "$K/sys/module/$module/parameters" "$K/sys/module/$module/holders"
  echo live >"$K/sys/module/$module/initstate"; echo 0 >"$K/sys/module/$module/refcnt"
  echo "$module 16384 0 - Live 0x0" >>"$K/proc/modules"
  [ -e "$K/params/$module" ] || continue
  while read -r key value mode; do
    for word; do [ "\${word%%=*}" != "$key" ] || value=\${word#*=}; done
    [ "$mode" = none ] || { echo "$value" >"$K/sys/module/$module/parameters/$key"; chmod "$mode" "$K/sys/module/$module/parameters/$key"; }
  done <"$K/params/$module"
done <"$K/plans/$name"
[ -d "$K/sys/module/$name" ]`,
  rmmod: `read -r count <"$K/sys/module/$1/refcnt" && [ "$count" = 0 ] || exit 1
rm -r "$K/sys/module/$1"; grep -v "^$1 " "$K/proc/modules" >"$K/rest"; cat "$K/rest" >"$K/proc/modules"; rm "$K/rest"`,
  modinfo: `[ -e "$K/plans/$3" ] || exit 1
[ ! -e "$K/params/$3" ] || while read -r key rest; do echo "$key:what it does (int)"; done <"$K/params/$3"`,
};

/** Folders that stand for /sys, /proc, /lib/modules and /etc, and what loads modules there. Programs are real. */
export class FakeKernel {
  readonly dir = mkdtempSync(join(tmpdir(), 'tsplay-kernel-'));

  readonly #path = process.env['PATH'];

  constructor() {
    process.env['PATH'] = `${this.at('bin')}:${this.#path}`;
    for (const folder of ['bin', 'sys/module', 'etc/modules-load.d', 'etc/modprobe.d', 'etc/sysctl.d']) {
      mkdirSync(this.at(folder), { recursive: true });
    }
    for (const [name, text] of Object.entries(tools)) {
      writeFileSync(this.at(`bin/${name}`), `#!/bin/sh\nK=${this.dir}\n${text}\n`, { mode: 0o755 });
    }
    this.write('proc/sys/kernel/osrelease', '6.1\n');
    this.write('proc/modules', '');
    this.write('lib/modules/6.1/modules.builtin', 'kernel/drivers/i2c/i2c-dev.ko\n');
    this.write('plans/i2c_dev', 'builtin i2c_dev\n');
  }

  at(name: string): string {
    return join(this.dir, name);
  }

  write(name: string, text: string, mode?: number): void {
    mkdirSync(dirname(this.at(name)), { recursive: true });
    writeFileSync(this.at(name), text, { mode });
  }

  read(name: string): string {
    return readFileSync(this.at(name), 'utf8');
  }

  /** A module that can be loaded, with what it brings along. */
  available(module: string, options: { brings?: readonly string[]; parameters?: string } = {}): void {
    const files = [...(options.brings ?? []), module];
    this.write(
      `plans/${module}`,
      files.map((file) => `insmod /lib/modules/6.1/kernel/${file}.ko.xz\n`).join(''),
    );
    if (options.parameters !== undefined) this.write(`params/${module}`, options.parameters);
  }

  /** Everything that a run may change, as text by file. */
  state(): Readonly<Record<string, string>> {
    const files = ['sys', 'proc', 'etc'].flatMap((folder) =>
      readdirSync(this.at(folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name)),
    );
    return Object.fromEntries(
      files.toSorted().map((file) => [file.slice(this.dir.length + 1), readFileSync(file, 'utf8')]),
    );
  }

  /** The program with the kernel's folders replaced by these, and its tools too, which busybox has itself. */
  here(program: Program): Program {
    return moved(program, (text) =>
      text
        .replaceAll(/(?<![\w/])\/(sys\/module|proc\/sys|proc\/modules|lib\/modules|etc\/)/g, `${this.dir}/$1`)
        .replaceAll(/\b(modprobe|rmmod|modinfo) (?=[-'"])/g, `${this.dir}/bin/$1 `),
    );
  }

  close(): void {
    process.env['PATH'] = this.#path;
    rmSync(this.dir, { recursive: true });
  }
}
