import { readFileSync } from 'node:fs';
import type { Place } from '../../errors/tsplay-error.ts';
import { moduleNames } from './module-types.ts';

/** Codes of the compiler that are about what a call is given: unknown, missing or of a wrong type. */
const aboutOptions = /^TS(2353|2561|2322|2345|2739|2740|2741|2769)$/;

/**
 * The module in whose call the compiler has found something, for a hint; undefined where it is no such call. `index`
 * names all modules.
 */
export function moduleCallAt(code: string, where: Place | undefined, index: string): string | undefined {
  if (where === undefined || !aboutOptions.test(code)) return undefined;
  const lines = readFileSync(where.file, 'utf8').split('\n');
  const before = [...lines.slice(0, where.line - 1), lines[where.line - 1]?.slice(0, where.column - 1)].join(
    '\n',
  );
  const names = moduleNames(index);
  // Outwards, bracket by bracket: an option may hold another call, such as sh(…).
  let closed = 0;
  for (let at = before.length - 1; at >= 0; at -= 1) {
    const character = before.charAt(at);
    if (')]}'.includes(character)) closed += 1;
    else if (!'([{'.includes(character)) continue;
    else if (closed > 0) closed -= 1;
    else {
      const ahead = before.slice(0, at).trimEnd();
      const [name] = (character === '(' && /[\w$]+$/.exec(ahead)) || [];
      if (name !== undefined && names.has(name)) return name;
      // What stands in the body of a function is not about the call that this one is given to.
      if (character === '{' && /(=>|\))$/.test(ahead)) return undefined;
    }
  }
  return undefined;
}
