import { TsplayError, TsplayErrors } from '../../errors/tsplay-error.ts';
import type { Host } from '../../inventory/inventory.ts';
import { loginOf } from '../../transport/target.ts';

/**
 * The user that the connection to each host has, which ssh_config may say; by the names of the hosts. What is wrong
 * there is added to the problems, once for all hosts.
 */
export async function loginsOf(
  hosts: readonly Host[],
  problems: TsplayError[],
): Promise<ReadonlyMap<string, string>> {
  const logins = new Map<string, string>();
  const told = new Set<string>();
  await Promise.all(
    hosts.map(async (host) => {
      try {
        logins.set(host.name, await loginOf(host));
      } catch (error) {
        const errors = error instanceof TsplayErrors ? error.errors : [error];
        for (const one of errors) {
          if (!(one instanceof TsplayError)) throw one;
          const text = `${one.message} ${one.where?.file}:${one.where?.line}`;
          if (!told.has(text)) problems.push(one);
          told.add(text);
        }
      }
    }),
  );
  return logins;
}
