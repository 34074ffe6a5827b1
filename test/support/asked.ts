import type { FactGroupDefinition } from '../../src/facts/group.ts';
import { timeLimited } from '../../src/facts/time-limit.ts';
import { action } from '../../src/steps/kinds/action.ts';
import { program, runIn, type Shell, type Surroundings } from './shells.ts';

/** Asks this machine, or what of it `surroundings` lead to, for a group of facts by the program that a play would send. */
export async function asked<T>(
  { probe, parse, limit = 10 }: FactGroupDefinition<T>,
  shell: Shell,
  surroundings: Surroundings,
): Promise<T> {
  const steps = [action('facts', { run: timeLimited(limit, probe), guard: { kind: 'reads' } })];
  const { outcomes, stderr } = await runIn(shell, program({ steps }), surroundings);
  const outcome = outcomes.get(1);
  if (outcome === undefined || outcome.status === 'failed') throw new Error(`the probe failed: ${stderr}`);
  return parse(outcome.stdout);
}
