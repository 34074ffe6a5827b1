import { stepError } from '../../errors/steps.ts';
import { compileAction } from '../kinds/action.ts';
import { compileEdit } from '../kinds/edit.ts';
import { compileEntries } from '../kinds/entries.ts';
import { compileFetch } from '../kinds/fetch.ts';
import { compileFile } from '../kinds/file.ts';
import { compilePoll } from '../kinds/poll.ts';
import { compilePresent } from '../kinds/present.ts';
import type { Library, Query } from '../kinds/query.ts';
import { compileReboot } from '../kinds/reboot.ts';
import { compileRequires } from '../kinds/requires.ts';
import { compileTool } from '../kinds/tool.ts';
import { compileTransaction } from '../kinds/transaction.ts';
import { compileRelease, compileValue } from '../kinds/value.ts';
import { quote } from '../sh.ts';
import type { Step } from '../step.ts';
import type { Part } from './part.ts';
import { StepWriter } from './step-writer.ts';

/** Puts a step into its part of the program. */
export function compileStep(step: Step, number: number, part: Part, calls: string[]): void {
  const to = new StepWriter(step, number, part, calls);
  compileOptions(step, to);
  compileKind(step, to);
}

function compileKind(step: Step, to: StepWriter): void {
  switch (step.kind) {
    case 'present':
      return compilePresent(step, to);
    case 'value':
      return compileValue(step, to);
    case 'release':
      return compileRelease(step, to);
    case 'entries':
      return compileEntries(step, to);
    case 'file':
      return compileFile(step, to);
    case 'fetch':
      return compileFetch(step, to);
    case 'edit':
      return compileEdit(step, to);
    case 'poll':
      return compilePoll(step, to);
    case 'action':
      return compileAction(step, to);
    case 'reboot':
      return compileReboot(step, to);
    case 'transaction':
      return compileTransaction(step, to);
    case 'requires':
      return compileRequires(step, to);
    case 'tool':
      return compileTool(step, to);
  }
}

/** The calls that say something about the next step only. */
function compileOptions(step: Step, to: StepWriter): void {
  if (step.inside !== undefined) {
    to.before(`ts_in ${quote(step.inside)}${freshWords(step.fresh)}`);
  }
  if (step.provides !== undefined) to.before(`ts_makes ${quote(step.provides)}`);
  if (step.diff === false) to.before('ts_hide all');
  else if (step.secret === true) to.before('ts_hide');
  if (step.diff === true) to.before('ts_show');
  if (step.lifetime === 'disk') to.before('ts_disk');
  if ('shared' in step && step.shared !== undefined) {
    to.before(`ts_share ${quote(fileName(step.shared.resource))} ${quote(step.shared.owner)}`);
  }
  for (const one of step.uses ?? []) use(one, to.part);
  const needed = (step.uses ?? []).filter((one) => one.kind === 'query' && !one.lazy);
  if (needed.length > 0) {
    to.line(`ts_uses_${to.number}=${quote(needed.map(({ name }) => name).join(' '))}`);
  }
  if ('around' in step && step.around !== undefined) {
    to.line(`ts_around_${to.number}=${quote(step.around)}`);
    to.before(`TS_AROUND=${quote(step.around)}`);
  }
}

/** Takes a query or a library into the program, if it is not there yet. */
function use(one: Query | Library, part: Part): void {
  const { name } = one;
  if (one.kind === 'library') {
    const { text } = one.functions;
    if ((part.libraries.get(name) ?? text) !== text) throw stepError('query-clash', { name });
    part.libraries.set(name, text);
    return;
  }
  const known = part.queries.get(name) ?? { text: one.command.text, items: new Set() };
  if (known.text !== one.command.text) throw stepError('query-clash', { name });
  for (const item of one.declared === true ? part.declared : one.items) known.items.add(item);
  part.queries.set(name, known);
}

/** A resource as the name of a file. */
const fileName = (resource: string): string =>
  resource.replaceAll(/[^\w:.@=-]/g, (one) => `%${one.codePointAt(0)?.toString(16)}`);

function freshWords(fresh: Step['fresh']): string {
  if (fresh === undefined) return '';
  if (fresh === 'set') return ' set';
  return 'own' in fresh ? ` own ${quote(fresh.own)}` : ` value ${quote(fresh.value)}`;
}
