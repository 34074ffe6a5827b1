import {
  action,
  builtins,
  library,
  option,
  query,
  reading,
  requires,
  sh,
  value,
  type Claim,
  type Query,
  type Resource,
  type Step,
} from '../../src/steps/index.ts';
import { controlFunctions } from './control.ts';
import { managerFunctions, type Manager } from './manager.ts';

/** A unit, and who has it. */
export interface UnitPlace {
  /** With its suffix. */
  readonly unit: string;
  /** The account whose own systemd has it; undefined: the system's. */
  readonly user?: string | undefined;
  readonly manager?: Manager | undefined;
}

const suffixes = ['service', 'socket', 'timer', 'mount', 'automount', 'swap', 'target', 'path', 'slice'];

/** The name with its suffix, as systemctl takes it. */
export function unitName(name: string): string {
  return suffixes.some((suffix) => name.endsWith(`.${suffix}`)) ? name : `${name}.service`;
}

/** What is wrong with the name of a unit. */
export function unitProblems(name: string): readonly string[] {
  if (!/^[\w:.\\@][\w:.\\@-]*$/.test(name)) {
    return [
      `the name must be that of a unit: letters, digits and : _ . \\ @ -, not ${option.quoted(name)}${
        name.includes('/') ? '; it is no path' : ''
      }`,
    ];
  }
  const full = unitName(name);
  if (full.length > 255) return ['the name is longer than 255 characters'];
  if (full.startsWith('.')) return ['the name must not begin with a dot'];
  return [];
}

/** A template, such as `getty@.service`, of which there are only instances. */
export function isTemplate(name: string): boolean {
  return /@\.\w+$/.test(unitName(name));
}

export function unitResource({ unit, user }: UnitPlace): Resource {
  return `unit:${user === undefined ? '' : `${user}/`}${unit}`;
}

/** What tasks want of whether it is started at boot, and whether it is masked. */
export function unitClaims(
  place: UnitPlace,
  { enabled, masked }: { readonly enabled?: boolean | undefined; readonly masked?: boolean | undefined },
): readonly Claim[] {
  const yes = (flag: boolean): string => (flag ? 'yes' : 'no');
  return [
    ...(enabled === undefined
      ? []
      : [{ resource: `enabled of ${unitResource(place)}` as const, value: yes(enabled) }]),
    ...(masked === undefined
      ? []
      : [{ resource: `masked of ${unitResource(place)}` as const, value: yes(masked) }]),
  ];
}

const hex = (text: string): string => Buffer.from(text).toString('hex');

/** The words that the shared functions begin with: how the host's manager is chosen, whose unit, which. */
const words = ({ unit, user = '', manager }: UnitPlace): readonly string[] => [manager ?? 'auto', user, unit];

/** One question about all units of a play that the same systemd has. */
function listOf({ unit, user, manager }: UnitPlace): Query {
  const name = [
    'units',
    ...(manager === undefined ? [] : [manager]),
    ...(user === undefined ? [] : [hex(user)]),
  ];
  return query(name.join('_'), sh`units_list ${manager ?? 'auto'} ${user ?? ''} "$@"`, [unit]);
}

const of = ({ user }: UnitPlace): string => (user === undefined ? '' : ` of ${user}`);

/** The shell functions about units. */
export const functions = library(
  'units',
  sh`${managerFunctions}
${controlFunctions}`,
);

/** What the halves of a step about a unit use. */
const parts = (place: UnitPlace) => {
  const list = listOf(place);
  return { uses: [functions, list], list: list.output };
};

/** The unit is there; `unmasked`: and nobody has kept it from being started. */
export function thereStep(place: UnitPlace, unmasked: boolean): Step {
  const { uses, list } = parts(place);
  return requires(`the unit ${place.unit}`, {
    uses,
    test: builtins`units_there ${place.unit} ${list} ${unmasked ? 'unmasked' : ''}`,
    otherwise: `there is no unit ${place.unit}${of(place)} that could be used on this host`,
    later: true,
    inside: unitResource(place),
    fresh: 'set',
  });
}

/** The systemd of the account runs, so that it can be asked and told. */
export function accountStep(place: UnitPlace): Step {
  const { uses, list } = parts(place);
  return requires(`the systemd${of(place)}`, {
    uses,
    test: builtins`units_asked ${place.unit} ${list}`,
    otherwise: `${place.unit}${of(place)} could be neither read nor used`,
    later: true,
  });
}

/** It is started at boot, or not. */
export function enabledSteps(place: UnitPlace, enabled: boolean): readonly Step[] {
  const { uses, list } = parts(place);
  return [
    requires(`whether ${place.unit} can be ${enabled ? 'enabled' : 'disabled'}`, {
      uses,
      test: builtins`units_can_enable ${place.unit} ${list} ${enabled ? 'enabled' : 'disabled'}`,
      otherwise: `${place.unit}${of(place)} can be neither enabled nor disabled`,
    }),
    atBootStep(place, enabled),
  ];
}

/** The same of a unit that may be one that cannot be enabled; then it counts as disabled. */
export function atBootStep(place: UnitPlace, enabled: boolean): Step {
  const { uses, list } = parts(place);
  const want = enabled ? 'enabled' : 'disabled';
  return value(`${place.unit}${of(place)} at boot`, {
    uses,
    read: reading(builtins`units_say_enabled ${place.unit} ${list} ${want}`),
    want,
    write: sh`units_set_enabled ${words(place)} "$1"`,
    lifetime: 'disk',
  });
}

export function maskedStep(place: UnitPlace, masked: boolean): Step {
  const { uses, list } = parts(place);
  return value(`mask of ${place.unit}${of(place)}`, {
    uses,
    read: reading(builtins`units_say_masked ${place.unit} ${list}`),
    want: masked ? 'masked' : 'not masked',
    write: sh`units_set_masked ${words(place)} "$1"`,
    lifetime: 'disk',
  });
}

/** It runs, or not. */
export function stateStep(place: UnitPlace, want: 'running' | 'stopped', mark = ''): Step {
  const { uses, list } = parts(place);
  return value(`${place.unit}${of(place)}`, {
    uses,
    read: reading(builtins`units_say_state ${place.unit} ${list} ${want}`),
    want,
    write: sh`units_set_state ${words(place)} "$1" ${mark}`,
  });
}

/**
 * It is restarted, or reads its configuration anew. One that does not run is started instead. At a rollback the same comes
 * last, when the configuration is the old one again.
 */
export function againSteps(
  place: UnitPlace,
  what: 'restart' | 'reload' | 'reload-or-restart',
): readonly Step[] {
  const { uses, list } = parts(place);
  const mark = hex(`${place.user ?? ''} ${place.unit}`);
  return [
    stateStep(place, 'running', mark),
    ...(what === 'reload'
      ? [
          requires(`whether ${place.unit} can be reloaded`, {
            uses,
            test: builtins`units_word ${place.unit} ${list} reloads; [ "$ts_word" != no ]`,
            otherwise: `${place.unit}${of(place)} cannot read its configuration anew without a restart: use orRestart or state: 'restarted'`,
            inside: unitResource(place),
          }),
        ]
      : []),
    action(`${what === 'restart' ? 'restart' : 'reload'} of ${place.unit}${of(place)}`, {
      uses,
      run: sh`units_again ${words(place)} ${what} ${mark}`,
      undo: sh`units_act ${words(place)} ${what === 'restart' ? 'try-restart' : 'try-reload'}`,
      undoLast: true,
    }),
  ];
}

/** systemd reads unit files anew, where this task or somebody else has changed those of the unit. */
export function reloadStep(place: UnitPlace): Step {
  const { uses, list } = parts(place);
  const template = isTemplate(place.unit);
  // A systemd that does not run reads them when it starts.
  const nobody =
    place.user === undefined
      ? sh``
      : sh`units_word ${place.unit} ${list} there
[ "$ts_word" != nobody ] || return 0
`;
  return action(`systemd reads unit files anew`, {
    uses: template ? [functions] : uses,
    run: sh`units_ctl ${place.user ?? ''} daemon-reload`,
    guard: {
      kind: 'unless',
      command: template
        ? builtins`[ "$TS_T" != changed ]`
        : builtins`${nobody}[ "$TS_T" != changed ] && units_word ${place.unit} ${list} fresh && [ "$ts_word" != no ]`,
    },
    undo: sh`units_ctl ${place.user ?? ''} daemon-reload`,
    undoLast: true,
  });
}
