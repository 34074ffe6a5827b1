import { defineModule, option, type OptionRules, type Step } from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import {
  dropInSteps,
  goneSteps,
  noDropInSteps,
  systemdSteps,
  unitFileStep,
  usedSteps,
  verifyStep,
} from './unit-file.ts';
import { sectionsRule, unitText, type UnitSections } from './unit-text.ts';
import { isTemplate, reloadStep, unitClaims, unitName, unitProblems, type UnitPlace } from './units.ts';

interface Common {
  /**
   * Not the unit's own file, but one of this name in its folder `NAME.d`, which adds to it and changes it.
   * @defaultValue the unit's own file
   */
  readonly dropIn?: string;
  /**
   * The unit is one of this account's own systemd, which must run. Its file is in /etc/systemd/user, where the systemds of
   * all accounts look, and it is enabled and started in that of this account only.
   * @defaultValue a unit of the system
   */
  readonly user?: string;
}

interface Present extends Common {
  /**
   * The file as it is. It is no place for secrets: every account may ask systemd for it.
   * @defaultValue `sections` say it, one of both is needed
   */
  readonly content?: string;
  /**
   * The file by its sections, in place of `content`. Percent signs are systemd's specifiers.
   * @defaultValue `content` says it, one of both is needed
   * @example { Service: { ExecStart: '/usr/bin/app', Environment: ['A=1', 'B=2'], Restart: 'on-failure' } }
   */
  readonly sections?: UnitSections;
  /** Ask `systemd-analyze verify` before the file is put in place, where the host has it. @defaultValue true */
  readonly verify?: boolean;
  /** Start it at boot. @defaultValue left as it is */
  readonly enabled?: boolean;
  /** What runs is not restarted by another file; see {@link service}. @defaultValue left as it is */
  readonly state?: 'running' | 'stopped';
}

interface Absent extends Common {
  readonly content?: never;
  readonly sections?: never;
  readonly verify?: never;
  readonly enabled?: never;
  /** Stops and disables the unit, then takes its file away; of a drop-in only the file goes. */
  readonly state: 'absent';
}

/** Options of {@link systemdUnit}. */
export type SystemdUnitOptions = Present | Absent;

const options: OptionRules<SystemdUnitOptions> = {
  content: option.rule('a text', (value) => typeof value === 'string' && !/\0|\p{Cs}/u.test(value)),
  sections: sectionsRule,
  dropIn: option.line(/^\w[\w.-]{0,200}$/, 'a name of letters, digits and _ . -'),
  user: option.line(/^[^\s:/-][^\s:/]*$/, 'the name of an account'),
  verify: option.flag,
  enabled: option.flag,
  state: option.oneOf('running', 'stopped', 'absent'),
};

/**
 * A unit file of systemd in /etc/systemd/system, or a drop-in that changes one. systemd reads its unit files anew exactly
 * where that is needed, in a rollback too.
 *
 * @example
 * const app = systemdUnit('app', {
 *   sections: {
 *     Unit: { Description: 'App', After: 'network-online.target' },
 *     Service: { ExecStart: '/usr/bin/app', User: 'app', Restart: 'on-failure' },
 *     Install: { WantedBy: 'multi-user.target' },
 *   },
 *   enabled: true,
 * });
 * service('app', { state: 'restarted', when: app.changed });
 * @example systemdUnit('nginx', { dropIn: 'limits', sections: { Service: { LimitNOFILE: 65536 } } })
 * @see https://man7.org/linux/man-pages/man5/systemd.unit.5.html
 */
export const systemdUnit = defineModule<SystemdUnitOptions>('systemdUnit', {
  options,
  claims: (name, o) => unitClaims(placeOf(name, o), o),
  check(name, o, problem) {
    unitProblems(name).forEach(problem);
    if (o.dropIn?.endsWith('.conf') === true) problem('dropIn is a name without .conf, which is added');
    if (o.state === 'absent') {
      checkAbsent(o, ['dropIn', 'user'], problem);
      return;
    }
    if ((o.content === undefined) === (o.sections === undefined)) {
      problem('give either content or sections');
      return;
    }
    if (o.sections !== undefined && Object.keys(o.sections).length === 0)
      problem('sections must not be empty');
    if (isTemplate(name) && (o.enabled !== undefined || o.state !== undefined)) {
      problem('of a template only instances are enabled and run: use service for these');
    }
    if (o.dropIn === undefined && o.enabled !== undefined && !/^\[Install\]/m.test(textOf(o))) {
      problem('enabled needs an [Install] section, such as { Install: { WantedBy: "multi-user.target" } }');
    }
    if (o.dropIn !== undefined && o.verify !== undefined) problem('a drop-in is no whole unit to verify');
  },
  steps(name, o): readonly Step[] {
    const place = placeOf(name, o);
    const template = isTemplate(name);
    if (o.state === 'absent') {
      if (o.dropIn === undefined) return goneSteps(place, template);
      return [...noDropInSteps(place, o.dropIn), reloadStep(place)];
    }
    const text = textOf(o);
    return [
      ...systemdSteps(place),
      ...(o.dropIn === undefined
        ? [...(o.verify === false ? [] : [verifyStep([{ place, content: text }])]), unitFileStep(place, text)]
        : dropInSteps(place, o.dropIn, text)),
      ...usedSteps(place, { enabled: o.enabled, state: o.state }, template),
    ];
  },
});

function textOf({ content, sections }: Present): string {
  return content ?? unitText(sections ?? {});
}

function placeOf(name: string, { user }: SystemdUnitOptions): UnitPlace {
  return { unit: unitName(name), user };
}
