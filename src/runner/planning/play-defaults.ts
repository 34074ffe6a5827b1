import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { PlayDefault } from '../../inventory/explain.ts';
import type { Host } from '../../inventory/inventory.ts';
import type { Vars } from '../../inventory/shape.ts';
import type { Chosen } from './choose-hosts.ts';

/** What the schemas of the plays for a host make of a variable that nobody sets. */
export async function playDefaults(
  { plays }: Chosen,
  host: Host,
  name: string,
  extraVars: Vars,
): Promise<readonly PlayDefault[]> {
  const { [name]: _, ...vars } = { ...host.vars, ...extraVars };
  const defaults: PlayDefault[] = [];
  for (const { play, hosts } of plays) {
    const schema: StandardSchemaV1 | undefined = play.options.vars;
    if (schema === undefined || !hosts.some((one) => one.name === host.name)) continue;
    const value = ofVariable(await schema['~standard'].validate(vars), name);
    if (value !== undefined) defaults.push({ play: play.name, value, where: play.where });
  }
  return defaults;
}

/** With other variables that it refuses, a schema gives nothing, and so no default. */
function ofVariable(result: StandardSchemaV1.Result<unknown>, name: string): unknown {
  if (result.issues !== undefined || typeof result.value !== 'object' || result.value === null)
    return undefined;
  return Object.hasOwn(result.value, name) ? (result.value as Record<string, unknown>)[name] : undefined;
}
