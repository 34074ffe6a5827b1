import { createHash } from 'node:crypto';
import { Sh, sh, type ActionStep } from '../../../src/steps/index.ts';
import type { CommandOptions, CommandLine } from './command.ts';

type Place = Pick<CommandOptions, 'chdir' | 'env'>;

/** A command in its folder and with its environment, as shell text. */
export function placed(place: Place, run: CommandLine): Sh {
  return lines([...surroundings(place), run instanceof Sh ? run : sh`exec ${run}`]);
}

/** A command as a job of its own, known again by its name and by what it runs. */
export function job(name: string, run: Sh): Sh {
  const key = createHash('sha256')
    .update(JSON.stringify([name, run.text]))
    .digest('hex')
    .slice(0, 24);
  return sh`ts_job ${key} ${run.text}`;
}

/** When there is nothing to do. */
export function guardOf(o: CommandOptions): ActionStep['guard'] {
  if (o.reads === true) return { kind: 'reads' };
  if (o.unless !== undefined) return { kind: 'unless', command: placed(o, o.unless) };
  if (o.removes !== undefined) return { kind: 'removes', path: o.removes, creates: o.creates };
  return o.creates === undefined ? { kind: 'none' } : { kind: 'creates', path: o.creates };
}

/** Why it could not run: its folder, or the program that it names, is not there. */
export function needs(o: CommandOptions): Sh | undefined {
  const { chdir, run } = o;
  const [program] = run instanceof Sh ? [] : run;
  if (chdir === undefined && program === undefined) return undefined;
  return lines([
    ...(chdir === undefined
      ? []
      : [sh`[ -d ${chdir} ] || { printf '%s' ${`there is no folder ${chdir}`}; exit 1; }`]),
    ...surroundings(o),
    ...(program === undefined
      ? []
      : [
          // A function of the program that runs here is no program.
          ...(/^\w+$/.test(program) ? [sh`unset -f ${program}`] : []),
          sh`command -v ${program} >/dev/null || { printf '%s' ${`there is no program ${program} on this host`}; exit 1; }`,
        ]),
  ]);
}

function surroundings({ chdir, env }: Place): readonly Sh[] {
  return [
    ...(chdir === undefined ? [] : [sh`cd ${chdir} || exit`]),
    ...Object.entries(env ?? {}).flatMap(([key, value]) =>
      value === undefined ? [] : [sh`export ${new Word(key)}=${value}`],
    ),
  ];
}

/** A word that has been found to be a plain name. */
class Word extends Sh {}

function lines(parts: readonly Sh[]): Sh {
  return parts.reduce(
    (all, part) => sh`${all}
${part}`,
  );
}
