import { absent, defineModule, file, present, sh, tool } from '../../src/steps/index.ts';

/** Options of {@link kernelModule}. */
export interface KernelModuleOptions {
  /** Parameters, used when the module is loaded: `{ max_bonds: 0 }`. A loaded module keeps those it has. */
  readonly parameters?: Readonly<Record<string, string | number>>;
  /** Load it at boot too, from `/etc/modules-load.d/tsplay-NAME.conf`. @defaultValue true */
  readonly persist?: boolean;
  /** @defaultValue 'present' */
  readonly state?: 'present' | 'absent';
}

/**
 * A kernel module, loaded now and at boot. One that is built into the kernel counts as loaded.
 *
 * @example kernelModule('ip_vs', { persist: true })
 * @see https://man7.org/linux/man-pages/man8/modprobe.8.html
 */
export const kernelModule = defineModule<KernelModuleOptions>('kernelModule', {
  claims: (name, o) => [{ resource: `module:${plain(name)}`, value: o.state ?? 'present' }],
  check(name, o, problem) {
    if (!/^[A-Za-z0-9_-]{1,55}$/.test(name)) problem('the name must be letters, digits, _ and -');
    for (const [key, value] of Object.entries(o.parameters ?? {})) {
      if (!/^\w+$/.test(key)) problem(`'${key}' is not the name of a parameter`);
      if (!/^[\w.,:/-]+$/.test(String(value)))
        problem(`the value of ${key} may hold letters, digits and .,:/-_`);
    }
    if (o.state === 'absent' && o.parameters !== undefined)
      problem("parameters make no sense with state: 'absent'");
  },
  steps(name, o) {
    const module = plain(name);
    const words = Object.entries(o.parameters ?? {}).map(([key, value]) => `${key}=${value}`);
    const persist = o.persist ?? true;
    const modprobe = tool('modprobe', {
      debian: 'kmod',
      fedora: 'kmod',
      rhel: 'kmod',
      alpine: 'kmod',
      arch: 'kmod',
    });
    const loadFile = `/etc/modules-load.d/tsplay-${module}.conf`;
    const optionFile = `/etc/modprobe.d/tsplay-${module}.conf`;
    const options =
      words.length > 0
        ? [file(optionFile, { content: `options ${module} ${words.join(' ')}\n`, mode: '644' })]
        : [];
    if (o.state === 'absent') {
      return [
        modprobe,
        ...[loadFile, optionFile].map((path) =>
          absent(path, {
            test: sh`[ -e ${path} ]`,
            save: sh`cat ${path}`,
            remove: sh`rm -f ${path}`,
            create: sh`printf '%s\n' "$1" >${path}`,
            lifetime: 'disk',
          }),
        ),
        absent(`kernel module ${module}`, {
          test: sh`[ -d ${`/sys/module/${module}`} ] && [ -e ${`/sys/module/${module}/initstate`} ]`,
          remove: sh`modprobe -r ${module}`,
          create: sh`modprobe ${module}`,
        }),
      ];
    }
    return [
      modprobe,
      present(`kernel module ${module}`, {
        // A built-in one need not have a folder below /sys/module.
        test: sh`[ -d ${`/sys/module/${module}`} ] || { read -r release </proc/sys/kernel/osrelease && grep -qs ${`/${module}\\.ko`} "/lib/modules/$release/modules.builtin"; }`,
        absent: [1, 2],
        create: sh`modprobe ${module} ${words}`,
        remove: sh`modprobe -r ${module}`,
        provides: `module:${module}`,
      }),
      ...(persist
        ? [file(loadFile, { content: `# Managed by tsplay.\n${module}\n`, mode: '644' }), ...options]
        : []),
    ];
  },
});

// The kernel knows modules by underscores, whatever modprobe was given.
function plain(name: string): string {
  return name.replaceAll('-', '_');
}
