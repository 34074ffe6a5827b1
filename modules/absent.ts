import { isTaskOption } from '../src/steps/index.ts';

/** What is given beside `state: 'absent'` and would have no effect: all but these and what every task can have. */
export function checkAbsent(o: object, taken: readonly string[], problem: (text: string) => void): void {
  for (const [name, given] of Object.entries(o)) {
    if (given !== undefined && ![...taken, 'state'].includes(name) && !isTaskOption(name)) {
      problem(`${name} makes no sense with state: 'absent'`);
    }
  }
}
