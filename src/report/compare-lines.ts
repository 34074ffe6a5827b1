import type { Comparison, Difference, Finding } from './compare.ts';
import { cuttable, indented, span, whole, type Line, type Tone } from './line.ts';
import { stepLines, type UnifiedDiff } from './step-lines.ts';

const words: Readonly<Record<Finding, string>> = {
  ok: 'in sync',
  changed: 'drift',
  failed: 'failed',
  skipped: 'skipped',
  unknown: 'unknown',
  unreachable: 'unreachable',
  absent: 'not looked at',
};

const tones: Readonly<Record<Finding, Tone>> = {
  ok: 'good',
  changed: 'changed',
  failed: 'bad',
  skipped: 'dim',
  unknown: 'unknown',
  unreachable: 'bad',
  absent: 'dim',
};

/** What is different in the newer of two audits, a line for each task and what it found below it. */
export function comparisonLines(
  { differences, still }: Comparison,
  differ: UnifiedDiff | undefined,
): readonly Line[] {
  const drifted = differences.filter(({ is }) => is === 'changed').length;
  const mended = differences.filter(({ was, is }) => was === 'changed' && is === 'ok').length;
  const counts = [`${drifted} drifted since`, `${mended} in sync again`, `${still} still as they were`];
  return [
    ...differences.flatMap((one) => differenceLines(one, differ)),
    ...(differences.length === 0 ? [whole(span('nothing differs between the two', 'good'))] : [whole('')]),
    whole(`tasks: ${counts.join(', ')}`),
  ];
}

function differenceLines(
  { host, task, was, is, steps }: Difference,
  differ: UnifiedDiff | undefined,
): readonly Line[] {
  if (task === undefined) {
    return [whole(`${host}: `, is === 'unreachable' ? span('unreachable', 'bad') : 'reached again')];
  }
  const head = cuttable(
    `${host}: `,
    span(was === is ? '' : `${words[was]} -> `, 'dim'),
    span(words[is], tones[is]),
    span(was === is ? ', other than before' : '', 'dim'),
    ` ${task}`,
  );
  return [
    head,
    ...indented(
      4,
      steps.flatMap((step) => stepLines(step, differ)),
    ),
  ];
}
