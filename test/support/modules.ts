import { TsplayErrors, type Place } from '../../src/errors/tsplay-error.ts';
import { HostBuild } from '../../src/playbook/host-build.ts';
import type { Program } from '../../src/steps/program.ts';
import { Sh } from '../../src/steps/sh.ts';
import type { Step } from '../../src/steps/step.ts';

/** What a body registers, as the program that a host would get. Throws all that is wrong with it. */
export async function programOf(body: () => void, file?: string): Promise<Program> {
  const place: Place | undefined = file === undefined ? undefined : { file, line: 1, column: 1 };
  let program: Program = { items: [], final: true };
  const build = new HostBuild(
    'test',
    'host',
    { task: 0, step: 0, scope: 0 },
    () => place,
    async (sent) => {
      program = sent;
      return new Map();
    },
  );
  await build.run(body);
  return program;
}

/** The steps of all tasks of a body. */
export async function stepsOf(body: () => void, file?: string): Promise<readonly Step[]> {
  const { items } = await programOf(body, file);
  return items.flatMap((item) => (item.kind === 'task' ? item.steps : []));
}

/** The messages of all that is wrong with a body, without the task that they begin with. */
export async function problemsOf(body: () => void, file?: string): Promise<readonly string[]> {
  try {
    await programOf(body, file);
    return [];
  } catch (error) {
    if (!(error instanceof TsplayErrors)) throw error;
    return error.errors.map(({ message }) => message.replace(/^\w+\('[^']*'\): /, ''));
  }
}
/** A copy of a program in which every text of its steps is changed, such as paths of the kernel to those of a test. */
export function moved<T>(part: T, change: (text: string) => string): T {
  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return change(value);
    if (value instanceof Sh) return new Sh(change(value.text));
    if (Array.isArray(value)) return value.map(walk);
    if (value instanceof Map || typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one)]));
  };
  return walk(part) as T;
}
