import { cliError } from '../errors/cli.ts';
import { visible } from '../report/visible.ts';
import { askLine } from '../secrets/ask.ts';
import type { ProgramTask } from '../steps/program.ts';
import type { Quietly } from './asking.ts';

type Asks = (host: string, task: ProgramTask) => Promise<boolean>;

/**
 * Asks a person before each task, one after the other, whatever runs at once. Throws where there is nobody.
 *
 * @returns what makes the question, given what keeps everything else from being shown meanwhile
 */
export function stepByStep(): (quietly: Quietly) => Asks {
  if (!process.stdin.isTTY || !process.stderr.isTTY) throw cliError('step-needs-terminal', undefined);
  let turn: Promise<unknown> = Promise.resolve();
  let goesOn = false;
  return (quietly) => {
    const ask = async (host: string, { id }: ProgramTask): Promise<boolean> => {
      if (goesOn) return true;
      const question = `${visible(`${id} on ${host}`)}? (yes, no, continue without asking, quit) `;
      const answer = (await quietly(() => askLine(question))).trim().toLowerCase();
      // As if he had pressed Ctrl-C: what runs comes to the end of its step.
      if (/^q(uit)?$/.test(answer)) process.emit('SIGINT', 'SIGINT');
      goesOn = /^c(ontinue)?$/.test(answer);
      return goesOn || /^y(es)?$/.test(answer);
    };
    return (host, task) => {
      const next = turn.then(() => ask(host, task));
      turn = next.catch(() => {});
      return next;
    };
  };
}
