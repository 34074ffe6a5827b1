const taken = new Map<string, string>();

/**
 * The value of an environment variable with a secret. It is taken out of the environment: no process that is started
 * from here gets it.
 */
export function takeFromEnvironment(name: string): string | undefined {
  const value = process.env[name];
  if (value !== undefined && value !== '') {
    taken.set(name, value);
    delete process.env[name];
  }
  return taken.get(name);
}
