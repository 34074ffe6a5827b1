import { HostBuild } from '../../src/playbook/host-build.ts';
import type { TaskOutcome } from '../../src/playbook/barriers.ts';
import { callerPlace } from '../../src/playbook/place.ts';
import type { Program } from '../../src/steps/program.ts';

/** What a file holds that a module has to see first. */
const seen: TaskOutcome = {
  status: 'ok',
  stdout: 'text\n{}\n',
  stderr: '',
  rc: 0,
  error: undefined,
  unresolved: false,
};

/**
 * What the body of a play registers, as the last program that a host would get: files that it asks for before are empty
 * documents. Throws all that is wrong with it.
 */
export async function playProgram(body: () => void | Promise<void>): Promise<Program> {
  let program: Program = { items: [], final: true };
  const counters = { task: 0, step: 0, scope: 0 };
  const users = { login: 'admin', become: false };
  const build = new HostBuild(
    'play',
    'web1',
    counters,
    callerPlace,
    async (sent) => {
      program = sent;
      return new Map(
        sent.items.flatMap((item) =>
          item.kind === 'task' && item.momentary === true ? [[item.number, seen] as const] : [],
        ),
      );
    },
    users,
  );
  await build.run(body);
  return program;
}
