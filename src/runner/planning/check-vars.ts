import type { StandardSchemaV1 } from '@standard-schema/spec';
import { runnerError } from '../../errors/runner.ts';
import type { TsplayError } from '../../errors/tsplay-error.ts';
import type { Host } from '../../inventory/inventory.ts';
import { placeOfVariable } from '../../inventory/layers.ts';
import type { Vars } from '../../inventory/shape.ts';
import type { Play } from '../../playbook/play.ts';
import { Secret } from '../../secrets/secret.ts';

/** The variables of a host as the schema of a play gives them; undefined where it refuses them, which is a problem. */
export async function checkVars(
  play: Play,
  host: Host,
  extraVars: Vars,
  problems: TsplayError[],
): Promise<{ readonly value: unknown } | undefined> {
  const vars = { ...host.vars, ...extraVars };
  const schema: StandardSchemaV1 | undefined = play.options.vars;
  if (schema === undefined) return { value: vars };
  const result = await schema['~standard'].validate(vars);
  if (result.issues === undefined) return { value: result.value };
  for (const issue of result.issues) {
    const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part));
    const [name = ''] = path;
    const isExtra = Object.hasOwn(extraVars, name);
    const isSet = path.length === 0 || Object.hasOwn(vars, name);
    const problem = `${isSet ? `${issue.message}${hintOnSecret(path, vars)}` : 'it is not set'}${isExtra ? ' (from -e)' : ''}`;
    // What is missing is missing for the host as a whole.
    const where = isExtra ? undefined : (placeOfVariable(host, path) ?? host.where?.());
    problems.push(
      runnerError(
        'bad-variable',
        { host: host.name, play: play.name, path: path.length === 0 ? '(all)' : path.join('.'), problem },
        { host: host.name, where },
      ),
    );
  }
  return undefined;
}

/** A schema that wants a text refuses a secret, which has one. */
function hintOnSecret(path: readonly string[], vars: unknown): string {
  let value = vars;
  for (const key of path) {
    value = typeof value === 'object' && value !== null ? (value as Vars)[key] : undefined;
  }
  return value instanceof Secret ? '; it is a secret, for which the schema says v.instance(Secret)' : '';
}
