import { createHash } from 'node:crypto';
import {
  absent,
  all,
  builtins,
  file,
  noFile,
  present,
  requires,
  sh,
  type FileStep,
  type Step,
} from '../../src/steps/index.ts';
import {
  accountStep,
  atBootStep,
  enabledSteps,
  functions,
  reloadStep,
  stateStep,
  thereStep,
  unitResource,
  type UnitPlace,
} from './units.ts';

/** Where the administrator's unit files are: those of the system, and those of all accounts. */
export function unitFolder({ user }: UnitPlace): string {
  return `/etc/systemd/${user === undefined ? 'system' : 'user'}`;
}

/** What is wanted of a unit whose file is ours. */
export interface UnitWish {
  readonly enabled?: boolean | undefined;
  readonly state?: 'running' | 'stopped' | undefined;
}

const systemdStep: Step = requires('systemd', {
  test: builtins`[ -d /run/systemd/system ]`,
  otherwise: 'systemd does not run on this host, and unit files are for systemd only',
});

/** There is a systemd that the file is for. */
export function systemdSteps(place: UnitPlace): readonly Step[] {
  return [systemdStep, ...(place.user === undefined ? [] : [accountStep(place)])];
}

/** The file of a unit, as systemd would take it: what is wrong with it is found before it is put in its place. */
export function unitFileStep(place: UnitPlace, content: string): FileStep {
  return file(`${unitFolder(place)}/${place.unit}`, { content, mode: '644', provides: unitResource(place) });
}

/** A unit's file. */
export interface UnitFile {
  readonly place: UnitPlace;
  readonly content: string;
}

/**
 * systemd finds nothing wrong with files that belong together. It is only asked where one of them differs, and where it
 * has the program for that.
 */
export function verifyStep(files: readonly [UnitFile, ...UnitFile[]]): Step {
  const [{ place }] = files;
  const side = place.user === undefined ? '--system' : '--user';
  const names = files.map((each) => each.place.unit).join(' and ');
  const same = files.map(({ place: { unit }, content }) => {
    const digest = createHash('sha256').update(content).digest('hex');
    return builtins`ts_file_settled ${`${unitFolder(place)}/${unit}`} '' '' ${digest}`;
  });
  const contents = files.flatMap((each) => [each.place.unit, each.content]);
  return requires(`that ${names} can be used`, {
    uses: [functions],
    test: builtins`{ ${all(...same)}; } || units_verify ${side} ${contents}`,
    otherwise: `systemd would not take ${names} (verify: false puts it in place all the same)`,
    later: true,
  });
}

/** The file of a drop-in, in a folder that may have to be made. */
export function dropInSteps(place: UnitPlace, name: string, content: string): readonly Step[] {
  const folder = `${unitFolder(place)}/${place.unit}.d`;
  return [
    present(`folder ${folder}`, {
      test: builtins`[ -d ${folder} ]`,
      create: sh`mkdir -p -- ${folder}`,
      remove: sh`rmdir -- ${folder}`,
      provides: `folder:${folder}`,
      lifetime: 'disk',
    }),
    file(`${folder}/${name}.conf`, { content, mode: '644', inside: `folder:${folder}`, fresh: 'set' }),
  ];
}

/** No such drop-in, and no folder that would be left empty. */
export function noDropInSteps(place: UnitPlace, name: string): readonly Step[] {
  const folder = `${unitFolder(place)}/${place.unit}.d`;
  return [
    noFile(`${folder}/${name}.conf`),
    absent(`empty folder ${folder}`, {
      test: sh`[ -d ${folder} ] && [ ! -h ${folder} ] || exit 1
set +f
for file in ${folder}/* ${folder}/.[!.]*; do [ ! -e "$file" ] || exit 1; done`,
      remove: sh`rmdir -- ${folder}`,
      create: sh`mkdir -p -- ${folder}`,
      lifetime: 'disk',
    }),
  ];
}

/** systemd has read it, and it is as wanted. */
export function usedSteps(
  place: UnitPlace,
  { enabled, state }: UnitWish,
  template: boolean,
): readonly Step[] {
  return [
    reloadStep(place),
    ...(template ? [] : [thereStep(place, enabled === true || state === 'running')]),
    ...(enabled === undefined ? [] : enabledSteps(place, enabled)),
    ...(state === undefined ? [] : [stateStep(place, state)]),
  ];
}

/** It is stopped, not started at boot any more, and its file is gone. */
export function goneSteps(place: UnitPlace, template: boolean): readonly Step[] {
  return [
    ...(template ? [] : [stateStep(place, 'stopped'), atBootStep(place, false)]),
    noFile(`${unitFolder(place)}/${place.unit}`),
    reloadStep(place),
  ];
}
