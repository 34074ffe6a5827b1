import { contentMark } from './content.ts';
import type { Claim } from './module.ts';
import type { FileStep, Step } from './step.ts';

/**
 * What steps claim by writing whole files: two tasks may want the same of a file, or different sides of it, but not two
 * contents.
 */
export function fileClaims(steps: readonly Step[]): readonly Claim[] {
  return steps.flatMap((step) => (step.kind === 'file' ? claimsOf(step) : []));
}

function claimsOf({ path, content, mode, owner, backup }: FileStep): readonly Claim[] {
  const [user = '', group = ''] = owner?.split(':') ?? [];
  const sides = { mode, user, group };
  return [
    {
      resource: `file:${path}`,
      value: content === undefined ? 'absent' : `of content ${contentMark(content)}`,
    },
    ...(backup === true
      ? [{ resource: `file:${path}~` as const, value: `the version before the last change of ${path}` }]
      : []),
    ...Object.entries(sides).flatMap(([side, value]) =>
      value === undefined || value === ''
        ? []
        : [{ resource: `${side} of file:${path}` as const, value: `'${value}'` }],
    ),
  ];
}
