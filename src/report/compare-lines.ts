import type { Comparison, Difference, Finding, Unseen } from './compare.ts';
import { cuttable, indented, span, whole, type Line, type Tone } from './line.ts';
import { stepLines, type UnifiedDiff } from './step-lines.ts';

const words: Readonly<Record<Finding, string>> = {
  ok: 'in sync',
  changed: 'drift',
  failed: 'failed',
  skipped: 'skipped',
  unknown: 'unknown',
  unreachable: 'unreachable',
  left: 'not reached',
  absent: 'not looked at',
};

const tones: Readonly<Record<Finding, Tone>> = {
  ok: 'good',
  changed: 'changed',
  failed: 'bad',
  skipped: 'dim',
  unknown: 'unknown',
  unreachable: 'bad',
  left: 'unknown',
  absent: 'dim',
};

/** What is different in the newer of two audits, a line for each task and what it found below it. */
export function comparisonLines(
  { differences, still, unseen, cut }: Comparison,
  differ: UnifiedDiff | undefined,
): readonly Line[] {
  const drifted = differences.filter(({ is }) => is === 'changed').length;
  const mended = differences.filter(({ was, is }) => was === 'changed' && is === 'ok').length;
  const lost = differences.filter(({ is, task }) => is === 'left' && task !== undefined).length;
  const notReached = lost + unseen.filter(({ task }) => task !== undefined).length;
  const counts = [
    `${drifted} drifted since`,
    `${mended} in sync again`,
    `${still} still as they were`,
    ...(notReached === 0 ? [] : [`${notReached} not reached`]),
  ];
  const isWhole = unseen.length + cut.length === 0;
  const none = isWhole
    ? span('nothing differs between the two', 'good')
    : span('nothing differs in what both have looked at');
  return [
    ...differences.flatMap((one) => differenceLines(one, differ)),
    ...unseen.map(unseenLine),
    ...cut.map((which) =>
      whole(span(`the ${which} check was cut off: what it had not come to is not on record`, 'unknown')),
    ),
    differences.length === 0 ? whole(none) : whole(''),
    whole(`tasks: ${counts.join(', ')}`),
  ];
}

function unseenLine({ host, task, why }: Unseen): Line {
  const what = task === undefined ? 'unreachable in both' : `not reached in either: ${task}`;
  return cuttable(`${host}: `, span(what, 'unknown'), span(` (${why})`, 'dim'));
}

function differenceLines(
  { host, task, was, is, steps, why }: Difference,
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
    span(is === 'left' && why !== undefined ? ` (${why})` : '', 'dim'),
  );
  return [
    head,
    ...indented(
      4,
      steps.flatMap((step) => stepLines(step, differ)),
    ),
  ];
}
