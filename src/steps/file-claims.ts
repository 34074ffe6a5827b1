import { contentMark } from './content.ts';
import type { Claim } from './module.ts';
import type { FileStep } from './kinds/file.ts';
import type { Step } from './step.ts';

/**
 * What steps claim by writing files: two tasks may want the same of a file, or different sides of it, but not two
 * contents; and what one task writes whole another must not edit, since each would undo the other at every run.
 */
export function fileClaims(steps: readonly Step[]): readonly Claim[] {
  return steps.flatMap((step) => {
    if (step.kind === 'file') return claimsOf(step);
    if (step.kind !== 'edit') return [];
    return [{ resource: `file:${step.path}`, value: 'edited in place' }, ...kept(step)];
  });
}

function claimsOf({ path, content, mode, owner, backup, from, existing }: FileStep): readonly Claim[] {
  const [user = '', group = ''] = owner?.split(':') ?? [];
  const sides = { mode, user, group };
  return [
    // What is in a file that is there is whose it may be.
    ...(existing === undefined
      ? [
          {
            resource: `file:${path}` as const,
            value:
              from !== undefined
                ? `a copy of ${from}`
                : content === undefined
                  ? 'absent'
                  : `of content ${contentMark(content)}`,
          },
        ]
      : []),
    ...kept({ path, backup }),
    ...Object.entries(sides).flatMap(([side, value]) =>
      value === undefined || value === ''
        ? []
        : [{ resource: `${side} of file:${path}` as const, value: `'${value}'` }],
    ),
  ];
}

function kept({ path, backup }: Pick<FileStep, 'path' | 'backup'>): readonly Claim[] {
  return backup === true
    ? [{ resource: `file:${path}~`, value: `the version before the last change of ${path}` }]
    : [];
}
