import type { SourceEntry, Step } from '../../../src/steps/index.ts';
import { folderSteps } from '../directory.ts';
import { metaStep, octal, resourceOf, sideClaims } from '../paths.ts';
import { linkSteps } from '../symlink.ts';

/** What is to be on the host, and where. */
export type Placed = SourceEntry & { readonly to: string };

/** Folders are there with their modes, links lead where they lead here. Folders come before what is in them. */
export function treeSteps(
  entries: readonly Placed[],
  o: { readonly folderMode: string | undefined; readonly owner: string | undefined },
): readonly Step[] {
  const { owner } = o;
  return entries.flatMap((entry) => {
    if (entry.kind === 'link') return linkSteps(entry.to, { to: entry.target, owner });
    if (entry.kind === 'file') return [];
    const mode = octal(o.folderMode ?? entry.mode);
    const inside = resourceOf('folder', entry.to);
    return [
      ...folderSteps(entry.to, { mode, owner, parents: false }),
      ...metaStep(
        entry.to,
        { mode, owner },
        { inside, fresh: 'set', claims: sideClaims(entry.to, { mode, owner }) },
      ),
    ];
  });
}
