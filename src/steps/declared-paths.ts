import type { Claim } from './module.ts';
import type { Step } from './step.ts';

/** The paths on the host that a task is about: those of its claims, of files it writes or edits, of what it creates. */
export function declaredBy(task: {
  readonly claims: readonly Claim[];
  readonly steps: readonly Step[];
}): readonly string[] {
  const claimed = task.claims.map(({ resource }) => resource.slice(resource.indexOf(':') + 1));
  const written = task.steps.map((step) =>
    step.kind === 'file' || step.kind === 'edit'
      ? step.path
      : step.kind === 'action' && step.guard.kind === 'creates'
        ? step.guard.path
        : '',
  );
  return [...claimed, ...written].filter((path) => path.startsWith('/'));
}

const purged = 'purged:';

/** What a task claims that removes all of a folder that no task declares. */
export function purgeClaim(folder: string): Claim {
  return { resource: `${purged}${folder}`, value: 'only what is declared' };
}

/** The folders that a task purges. */
export function purgedBy({ claims }: { readonly claims: readonly Claim[] }): readonly string[] {
  return claims.flatMap(({ resource }) =>
    resource.startsWith(purged) ? [resource.slice(purged.length)] : [],
  );
}
