import type { HostSummary } from '../events.ts';
import { changedWord, type Mode } from './recap-lines.ts';
import { span, type Span } from './line.ts';

/**
 * What a run came to, in a few words.
 *
 * @param left - on how many hosts something is left
 */
export function verdict(mode: Mode, hosts: Readonly<Record<string, HostSummary>>, left: number): Span {
  const all = Object.values(hosts);
  const on = (test: (counts: HostSummary) => boolean): number => all.filter(test).length;
  const parts = [
    ['failed', on(({ failed }) => failed > 0)],
    ['unreachable', on(({ unreachable }) => unreachable)],
    ['left', left],
    [mode === 'check' ? 'drift' : changedWord(mode), on(({ changed }) => changed > 0)],
    ['unknown', on(({ unknown }) => unknown > 0)],
  ] as const;
  const told = parts.filter(([, count]) => count > 0);
  if (told.length === 0) return span(mode === 'check' ? 'in sync' : 'unchanged', 'good');
  const bad = told.some(([word]) => word === 'failed' || word === 'unreachable');
  return span(told.map(([word, count]) => `${word} on ${count}`).join(', '), bad ? 'bad' : 'changed');
}
