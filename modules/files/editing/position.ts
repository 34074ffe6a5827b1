import type { OptionRule, OptionRules } from '../../../src/steps/index.ts';
import { expression, readExpression } from './expression.ts';
import { expressionText } from './expression-text.ts';

/** Where something new is put. */
export interface Position {
  /**
   * Behind the last line that matches this extended regular expression, or `'EOF'`. Where none matches, at the end.
   * @defaultValue 'EOF'
   */
  readonly insertAfter?: string;
  /**
   * Before the last line that matches, or `'BOF'`: before the first line. Where none matches, at the end.
   * @defaultValue what `insertAfter` says
   */
  readonly insertBefore?: string;
  /** Of several lines that match, the first one counts and not the last. @defaultValue false */
  readonly firstMatch?: boolean;
}

const orWord =
  (word: string): OptionRule =>
  (name, value) =>
    value === word ? [] : expression(name, value);

export const position: Pick<OptionRules<Position>, 'insertAfter' | 'insertBefore'> = {
  insertAfter: orWord('EOF'),
  insertBefore: orWord('BOF'),
};

export function checkPosition(o: Position, problem: (text: string) => void): void {
  if (o.insertAfter !== undefined && o.insertBefore !== undefined)
    problem('insertAfter and insertBefore exclude each other');
}

/** How it is said to the host: which way, at which lines. */
export function positionFields({ insertAfter, insertBefore }: Position): readonly [string, string] {
  if (insertBefore === 'BOF') return ['top', ''];
  if (insertBefore !== undefined) return ['before', translated(insertBefore)];
  return insertAfter === undefined || insertAfter === 'EOF'
    ? ['end', '']
    : ['after', translated(insertAfter)];
}

/** An expression that has been found to be one, as every awk takes it. */
export function translated(text: string | undefined): string {
  if (text === undefined) return '';
  const read = readExpression(text);
  if (typeof read === 'string') throw new Error(read);
  return expressionText(read);
}
