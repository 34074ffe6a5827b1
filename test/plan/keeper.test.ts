import { expect, it } from 'vitest';
import { programDigest } from '../../src/plan/digest.ts';
import type { HostPlan } from '../../src/plan/host-plan.ts';
import { Keeper } from '../../src/plan/keeper.ts';
import type { Sending } from '../../src/runner/supervisor.ts';
import type { Compiled } from '../../src/steps/compile.ts';
import type { ProgramTask } from '../../src/steps/program.ts';

const compiled = (body: string): Compiled => ({ setup: ':', body, secrets: new Map(), segments: [] });

const task: ProgramTask = {
  kind: 'task',
  claims: [],
  number: 1,
  id: 'file[/a]',
  where: undefined,
  network: false,
  user: undefined,
  firstStep: 1,
  steps: [],
  when: undefined,
  judge: undefined,
  marks: [],
  clears: [],
  awaited: new Map(),
} as unknown as ProgramTask;

const sending = (body: string, more: Partial<ProgramTask> = {}): Sending => ({
  host: 'lb',
  play: 'Site',
  program: { items: [{ ...task, ...more }], final: true },
  compiled: compiled(body),
});

async function keeper(bodies: readonly string[], ends?: HostPlan['ends']): Promise<Keeper> {
  const programs = await Promise.all(
    bodies.map(async (body) => ({
      play: 'Site',
      tasks: ['file[/a]'],
      digest: await programDigest(compiled(body), 'salt'),
      text: body,
    })),
  );
  const identity = { boot: '', machine: '', name: '' };
  const hosts = { lb: { identity, vars: '', programs, ends, found: [] } };
  return new Keeper(() => Promise.reject(new Error('no connection')), hosts, 'salt');
}

it('lets each program of the plan go once, in whatever order several hosts send them', async () => {
  const kept = await keeper(['one', 'two', 'one']);
  for (const body of ['two', 'one', 'one']) await kept.review(sending(body));
  await expect(kept.review(sending('one'))).rejects.toMatchObject({ code: 'plan-ends' });
});

it('keeps back what is not in the plan', async () => {
  const kept = await keeper(['one']);
  await expect(kept.review(sending('other'))).rejects.toMatchObject({
    code: 'plan-program-differs',
    host: 'lb',
  });
  await kept.review(sending('one'));
  await expect(kept.review({ ...sending('one'), host: 'another' })).rejects.toMatchObject({
    code: 'plan-ends',
  });
});

it('says why the plan ends', async () => {
  const kept = await keeper([], { play: 'Site', why: 'nobody knows more' });
  await expect(kept.review(sending('one'))).rejects.toThrow('nobody knows more');
});

it('lets hosts be asked for facts', async () => {
  const kept = await keeper([]);
  await expect(kept.review(sending('facts', { gathers: () => undefined }))).resolves.toBe(undefined);
});
