import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { resolveOwnTsplay } from '../playbook/load/own-tsplay.ts';
import { findProject } from '../playbook/load/project.ts';

/**
 * Lets the project's own tsplay run where there is one, so that a playbook meets the version it was written for,
 * whichever one was called.
 *
 * @returns whether another tsplay has taken over
 */
export async function handOver(argv: readonly string[], cwd: string): Promise<boolean> {
  const main = resolveOwnTsplay(projectOf(argv, cwd));
  if (main === undefined) return false;
  await import(pathToFileURL(main).href);
  return true;
}

/**
 * The project that a command line is about: that of its playbook, else the one around the working folder. Flags
 * are not understood yet, since the other version may know more of them.
 */
function projectOf(argv: readonly string[], cwd: string): string {
  const playbook = argv.find((word, index) => word.endsWith('.ts') && !argv[index - 1]?.startsWith('-'));
  return playbook === undefined ? cwd : findProject(resolve(cwd, playbook));
}
