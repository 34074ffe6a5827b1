import { HostBuild } from '../../src/playbook/host-build.ts';
import { callerPlace } from '../../src/playbook/place.ts';
import type { Program } from '../../src/steps/program.ts';

/** What the body of a play registers, as the program that a host would get. Throws all that is wrong with it. */
export async function playProgram(body: () => void): Promise<Program> {
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
      return new Map();
    },
    users,
  );
  await build.run(body);
  return program;
}
