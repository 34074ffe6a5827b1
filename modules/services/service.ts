import { defineModule, option, type OptionRules } from '../../src/steps/index.ts';
import type { Manager } from './manager.ts';
import {
  againSteps,
  enabledSteps,
  isTemplate,
  maskedStep,
  stateStep,
  thereStep,
  unitClaims,
  unitName,
  unitProblems,
  type UnitPlace,
} from './units.ts';

/** Options of {@link service}. */
export interface ServiceOptions {
  /**
   * `running` and `stopped` are how it is now. `restarted` and `reloaded` are done each time that the task runs, so give
   * them a `when`; what does not run is started instead. All but `stopped` fail if it is not up a second later, and
   * show the last lines of its journal. @defaultValue left as it is
   */
  readonly state?: 'running' | 'stopped' | 'restarted' | 'reloaded';
  /** With `state: 'reloaded'`: restart what cannot read its configuration anew. @defaultValue false */
  readonly orRestart?: boolean;
  /** Start it at boot. @defaultValue left as it is */
  readonly enabled?: boolean;
  /** Keep anybody from starting it, which only systemd can. @defaultValue left as it is */
  readonly masked?: boolean;
  /**
   * The unit is one of this account's own systemd, which must run: the account is logged in, or lingers.
   * @defaultValue a unit of the system
   */
  readonly user?: string;
  /** What manages services on the host. @defaultValue decided there: systemd or OpenRC if it runs, else init scripts */
  readonly manager?: Manager;
}

const options: OptionRules<ServiceOptions> = {
  state: option.oneOf('running', 'stopped', 'restarted', 'reloaded'),
  orRestart: option.flag,
  enabled: option.flag,
  masked: option.flag,
  user: option.line(/^[^\s:/-][^\s:/]*$/, 'the name of an account'),
  manager: option.oneOf('systemd', 'openrc', 'sysvinit'),
};

/**
 * A service, or another unit of systemd: whether it runs, and whether it is started at boot. Its name may have a suffix
 * such as `.timer`; without one it is a `.service`. Unit files are read anew first where they have been changed.
 *
 * A rollback puts back what was, and restarts or reloads once more what the run has, after all else is put back.
 *
 * @example service('nginx', { state: 'running', enabled: true })
 * @example service('nginx', { state: 'reloaded', when: conf.changed })
 * @example service('apt-daily.timer', { state: 'stopped', enabled: false, masked: true })
 * @see https://man7.org/linux/man-pages/man1/systemctl.1.html
 */
export const service = defineModule<ServiceOptions>('service', {
  options,
  claims: (name, o) => unitClaims(placeOf(name, o), o),
  check(name, o, problem) {
    unitProblems(name).forEach(problem);
    if (isTemplate(name)) problem('it is a template: name an instance of it, such as getty@tty1');
    if (o.state === undefined && o.enabled === undefined && o.masked === undefined) {
      problem('there is nothing to do: give state, enabled or masked');
    }
    if (o.orRestart !== undefined && o.state !== 'reloaded') {
      problem("orRestart makes no sense without state: 'reloaded'");
    }
    if (o.masked === true) {
      if (o.enabled === true) problem('what is masked cannot be enabled');
      if (o.state !== undefined && o.state !== 'stopped') problem(`what is masked cannot be ${o.state}`);
    }
    if (o.manager !== undefined && o.manager !== 'systemd') {
      if (!unitName(name).endsWith('.service')) problem(`only systemd has units such as ${name}`);
      if (o.masked !== undefined) problem('masked needs systemd');
      if (o.user !== undefined) problem('user needs systemd');
    }
  },
  steps(name, o) {
    const place = placeOf(name, o);
    const { state, enabled, masked } = o;
    const used = enabled === true || (state !== undefined && state !== 'stopped');
    return [
      // A unit can be masked before there is one.
      ...(masked === true && state === undefined && enabled === undefined
        ? []
        : [thereStep(place, used && masked === undefined)]),
      ...(masked === false ? [maskedStep(place, false)] : []),
      ...(enabled === undefined ? [] : enabledSteps(place, enabled)),
      ...(state === 'running' || state === 'stopped' ? [stateStep(place, state)] : []),
      ...(state === 'restarted' ? againSteps(place, 'restart') : []),
      ...(state === 'reloaded'
        ? againSteps(place, o.orRestart === true ? 'reload-or-restart' : 'reload')
        : []),
      ...(masked === true ? [maskedStep(place, true)] : []),
    ];
  },
});

function placeOf(name: string, { user, manager }: ServiceOptions): UnitPlace {
  return { unit: unitName(name), user, manager };
}
