import { defineModule, option, type OptionRules, type Step } from '../../src/steps/index.ts';
import { checkAbsent } from '../absent.ts';
import { goneSteps, systemdSteps, unitFileStep, usedSteps, verifyStep } from './unit-file.ts';
import {
  commandLine,
  commandProblems,
  mergedSections,
  sectionsRule,
  unitText,
  type UnitSections,
} from './unit-text.ts';
import { unitClaims, unitProblems, type UnitPlace } from './units.ts';

interface Common {
  /**
   * The timer is one of this account's own systemd, which must run; see {@link systemdUnit}. To run a command of the
   * system's timer as another account, say so in `sections`: `{ Service: { User: 'backup' } }`.
   * @defaultValue a timer of the system
   */
  readonly user?: string;
}

interface Present extends Common {
  /**
   * What is run, word by word; nothing in the words means anything to systemd or a shell. Its unit is `NAME.service`, of
   * `Type=oneshot`. Left out, there is a `unit` in its place.
   */
  readonly command?: readonly [string, ...string[]];
  /** In place of `command`: a unit that is there, and is started. @defaultValue NAME.service, which runs `command` */
  readonly unit?: string;
  /** Times of the calendar, as `systemd-analyze calendar` takes them: `'daily'`, `'Mon..Fri 03:30'`. @defaultValue none */
  readonly onCalendar?: string | readonly string[];
  /** Time after boot: a number of seconds, or as `'15min'`. @defaultValue none */
  readonly onBoot?: string | number;
  /** Time after it was last started, likewise. @defaultValue none */
  readonly onUnitActive?: string | number;
  /** Make up at boot for a time of the calendar that passed while the host was down. @defaultValue false */
  readonly persistent?: boolean;
  /** Spread over as much time by chance. @defaultValue 0 */
  readonly randomizedDelay?: string | number;
  /** How far systemd may move it to save power. @defaultValue 1 min, as systemd has it */
  readonly accuracy?: string | number;
  /** What it is for. @defaultValue its name */
  readonly description?: string;
  /** More settings of both units: `Timer` goes to the timer, all others to the service. @defaultValue none */
  readonly sections?: UnitSections;
  /** Start the timer at boot. @defaultValue true */
  readonly enabled?: boolean;
  /** @defaultValue 'running' */
  readonly state?: 'running' | 'stopped';
}

interface Absent extends Common {
  readonly command?: never;
  /** As it was given: that unit stays, and so does a NAME.service. @defaultValue NAME.service is ours, and goes, too */
  readonly unit?: string;
  readonly onCalendar?: never;
  readonly onBoot?: never;
  readonly onUnitActive?: never;
  readonly persistent?: never;
  readonly randomizedDelay?: never;
  readonly accuracy?: never;
  readonly description?: never;
  readonly sections?: never;
  readonly enabled?: never;
  /** Stops and disables the timer and takes its files away: `NAME.timer`, and `NAME.service` if that is there. */
  readonly state: 'absent';
}

/** Options of {@link timer}. */
export type TimerOptions = Present | Absent;

const span = option.rule(
  "a number of seconds, or a time such as '15min' or '1h 30min'",
  (value) =>
    (typeof value === 'number' && Number.isFinite(value) && value >= 0) ||
    (typeof value === 'string' && /^\d+(\.\d+)? ?[A-Za-z]*( ?\d+(\.\d+)? ?[A-Za-z]+)*$/.test(value)),
);
const line = option.line(/^[^\\]+$/);

const options: OptionRules<TimerOptions> = {
  command: option.listOf(option.word, 1),
  unit: option.line(/^[\w:.\\@][\w:.\\@-]*\.\w+$/, 'the name of a unit with its suffix'),
  onCalendar: (name, value) => (Array.isArray(value) ? option.listOf(line, 1) : line)(name, value),
  onBoot: span,
  onUnitActive: span,
  persistent: option.flag,
  randomizedDelay: span,
  accuracy: span,
  description: line,
  sections: sectionsRule,
  user: option.line(/^[^\s:/-][^\s:/]*$/, 'the name of an account'),
  enabled: option.flag,
  state: option.oneOf('running', 'stopped', 'absent'),
};

/**
 * A command that systemd runs again and again: `NAME.timer`, and `NAME.service` with the command. What it prints goes to
 * the journal.
 *
 * @example timer('backup', { command: ['/usr/local/bin/backup', '--all'], onCalendar: '03:30', persistent: true })
 * @example timer('sync', { command: ['rsync', '-a', '/srv/', 'store:/srv/'], onBoot: '5min', onUnitActive: '15min' })
 * @see https://man7.org/linux/man-pages/man5/systemd.timer.5.html
 */
export const timer = defineModule<TimerOptions>('timer', {
  options,
  claims: (name, o) =>
    unitClaims(placesOf(name, o).timer, { enabled: o.state === 'absent' ? false : (o.enabled ?? true) }),
  check(name, o, problem) {
    unitProblems(name).forEach(problem);
    if (/\.(?:timer|service)$/.test(name)) problem('the name is one without .timer or .service');
    if (name.includes('@')) problem('the name must have no @: a timer of an instance is a systemdUnit');
    if (o.state === 'absent') {
      checkAbsent(o, ['unit', 'user'], problem);
      return;
    }
    if ((o.command === undefined) === (o.unit === undefined)) problem('give either command or unit');
    else if (o.command !== undefined) commandProblems('command', o.command).forEach(problem);
    if (o.onCalendar === undefined && o.onBoot === undefined && o.onUnitActive === undefined) {
      problem('it has no time: give onCalendar, onBoot or onUnitActive');
    }
    if (o.persistent === true && o.onCalendar === undefined) problem('persistent needs onCalendar');
    if (o.onUnitActive !== undefined && o.onBoot === undefined && o.onCalendar === undefined) {
      problem('onUnitActive alone never begins: give onBoot or onCalendar too');
    }
    if (o.unit !== undefined) {
      const more = Object.keys(o.sections ?? {}).filter((section) => section !== 'Timer');
      if (more.length > 0) problem(`sections of a unit that is not ours: ${more.join(', ')}`);
    }
  },
  steps(name, o): readonly Step[] {
    const { timer, service } = placesOf(name, o);
    if (o.state === 'absent')
      return [...goneSteps(timer, false), ...(o.unit === undefined ? goneSteps(service, false) : [])];
    const texts = textsOf(name, o);
    const timerFile = { place: timer, content: texts.timer };
    const files = texts.service === undefined ? [] : [{ place: service, content: texts.service }];
    return [
      ...systemdSteps(timer),
      // A timer alone would name a service that is not there.
      verifyStep([timerFile, ...files]),
      ...[...files, timerFile].map(({ place, content }) => unitFileStep(place, content)),
      ...usedSteps(timer, { enabled: o.enabled ?? true, state: o.state ?? 'running' }, false),
    ];
  },
});

function placesOf(
  name: string,
  { user }: TimerOptions,
): { readonly timer: UnitPlace; readonly service: UnitPlace } {
  return { timer: { unit: `${name}.timer`, user }, service: { unit: `${name}.service`, user } };
}

/** The texts of both files; of the service only where the command is ours. */
function textsOf(name: string, o: Present): { readonly timer: string; readonly service: string | undefined } {
  const Description = o.description ?? name;
  const { Timer, ...others } = o.sections ?? {};
  const timer = mergedSections(
    {
      Unit: { Description },
      Timer: {
        ...(o.unit === undefined ? {} : { Unit: o.unit }),
        ...(o.onCalendar === undefined ? {} : { OnCalendar: o.onCalendar }),
        ...(o.onBoot === undefined ? {} : { OnBootSec: o.onBoot }),
        ...(o.onUnitActive === undefined ? {} : { OnUnitActiveSec: o.onUnitActive }),
        ...(o.persistent === undefined ? {} : { Persistent: o.persistent }),
        ...(o.randomizedDelay === undefined ? {} : { RandomizedDelaySec: o.randomizedDelay }),
        ...(o.accuracy === undefined ? {} : { AccuracySec: o.accuracy }),
      },
      Install: { WantedBy: 'timers.target' },
    },
    Timer === undefined ? {} : { Timer },
  );
  if (o.command === undefined) return { timer: unitText(timer), service: undefined };
  const service = mergedSections(
    { Unit: { Description }, Service: { Type: 'oneshot', ExecStart: commandLine(o.command) } },
    others,
  );
  return { timer: unitText(timer), service: unitText(service) };
}
