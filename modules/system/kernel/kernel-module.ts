import { defineModule, file, noFile, option, type OptionRules, type Step } from '../../../src/steps/index.ts';
import { checkAbsent } from '../../absent.ts';
import { kernelModuleName, loadSteps, unloadSteps } from './kernel-module-steps.ts';
import { parameterSteps } from './kernel-module-parameters.ts';

interface Present {
  /**
   * Parameters: `{ max_bonds: 0 }`. Of a loaded module those are set that the kernel lets change; another value of the
   * rest fails the task, after it was written down for the next boot. One that the kernel does not show is only used
   * for loading. `{}` takes back what was written down before. @defaultValue left as they are
   */
  readonly parameters?: Readonly<Record<string, string | number>>;
  /**
   * Load it at boot too, by `/etc/modules-load.d/tsplay-NAME.conf`, with the parameters in
   * `/etc/modprobe.d/tsplay-NAME.conf`; `false` takes these files away. @defaultValue true
   */
  readonly persist?: boolean;
  /** @defaultValue 'present' */
  readonly state?: 'present';
}

interface Absent {
  readonly parameters?: never;
  readonly persist?: never;
  /** It is unloaded, if nothing uses it, and not loaded at boot. */
  readonly state: 'absent';
}

/** Options of {@link kernelModule}. */
export type KernelModuleOptions = Present | Absent;

const parameterValue = option.rule('a whole number, or a text of letters, digits and .,:/+=@-_', (value) =>
  typeof value === 'number'
    ? Number.isSafeInteger(value)
    : typeof value === 'string' && /^[\w.,:/+=@-]+$/.test(value),
);

const options: OptionRules<KernelModuleOptions> = {
  parameters: option.mapOf(parameterValue, (key) =>
    /^\w+$/.test(key) ? undefined : `${option.quoted(key)} is not the name of a parameter`,
  ),
  persist: option.flag,
  state: option.oneOf('present', 'absent'),
};

/**
 * A kernel module, loaded now and at boot. One that is built into the kernel counts as loaded. `-` and `_` in its name
 * are the same. `state: 'absent'` unloads it, if nothing uses it, and takes its files away; what it has brought along
 * stays loaded.
 *
 * @example kernelModule('ip_vs')
 * @example kernelModule('bonding', { parameters: { max_bonds: 0 } })
 * @see https://man7.org/linux/man-pages/man8/modprobe.8.html
 */
export const kernelModule = defineModule<KernelModuleOptions>('kernelModule', {
  options,
  claims: (name, o) => [
    { resource: `module:${kernelModuleName(name)}`, value: o.state ?? 'present' },
    ...Object.entries(o.parameters ?? {}).map(([key, value]) => ({
      resource: `parameter ${key} of module:${kernelModuleName(name)}` as const,
      value: String(value),
    })),
  ],
  check(name, o, problem) {
    // As many as the kernel has place for.
    if (!/^[A-Za-z0-9_-]{1,55}$/.test(name)) {
      problem(`the name must be at most 55 letters, digits, _ and -, not ${option.quoted(name)}`);
    }
    if (o.state === 'absent') checkAbsent(o, [], problem);
  },
  steps(name, o) {
    const module = kernelModuleName(name);
    const loadFile = `/etc/modules-load.d/tsplay-${module}.conf`;
    const optionFile = `/etc/modprobe.d/tsplay-${module}.conf`;
    if (o.state === 'absent') return [...unloadSteps(module), noFile(loadFile), noFile(optionFile)];
    const parameters = Object.entries(o.parameters ?? {}).map(
      ([key, value]) => [key, String(value)] as const,
    );
    const words = parameters.map(([key, value]) => `${key}=${value}`);
    const persist = o.persist ?? true;
    const files: readonly Step[] = [
      persist ? ours(loadFile, module) : noFile(loadFile),
      ...(persist && o.parameters === undefined
        ? []
        : [
            persist && words.length > 0
              ? ours(optionFile, `options ${module} ${words.join(' ')}`)
              : noFile(optionFile),
          ]),
    ];
    // Parameters last: where they cannot be set now, the next boot has them.
    return [...loadSteps(module, parameters), ...files, ...parameterSteps(module, parameters, persist)];
  },
});

function ours(path: string, line: string): Step {
  return file(path, { content: `# Managed by tsplay.\n${line}\n`, mode: '644' });
}
