import type { ConditionExpression } from '../condition.ts';

/** The words of a condition in postfix form, with the mark of each change that is waited for. */
export function postfix(expression: ConditionExpression, awaited: ReadonlyMap<number, string>): string {
  switch (expression.op) {
    case 'changed': {
      const mark = awaited.get(expression.task);
      return `changed:${expression.task}${mark === undefined ? '' : `:${mark}`}`;
    }
    case 'failed':
      return `failed:${expression.task}`;
    case 'notified':
      return `notified:${expression.mark}:${expression.tasks.join(',')}`;
    case 'scope':
      return `scope:${expression.scope}`;
    case 'test':
      return `test:${expression.test}`;
    case 'not':
      return `${postfix(expression.of, awaited)} not`;
    case 'and':
    case 'or':
      return `${postfix(expression.left, awaited)} ${postfix(expression.right, awaited)} ${expression.op}`;
  }
}
