import { lazily, library, query, sh, type Library, type Query } from '../../src/steps/index.ts';
import { apk } from './shell-apk.ts';
import { apt } from './shell-apt.ts';
import { dnf } from './shell-dnf.ts';
import { packageIndex } from './shell-index.ts';
import { pacman } from './shell-pacman.ts';
import { plans } from './shell-plans.ts';
import { transactions } from './shell-transactions.ts';
import { versions } from './shell-versions.ts';
import { zypper } from './shell-zypper.ts';

/** The package managers that there are functions for. */
export const managers = ['apt', 'dnf', 'yum', 'zypper', 'apk', 'pacman'] as const;
export type Manager = (typeof managers)[number];

/** All functions about packages, which stand once in a program. */
const functions: Library = library(
  'pkg',
  [versions, packageIndex, transactions, apt, dnf, zypper, apk, pacman].reduce(
    (all, part) => sh`${all}${part}`,
    plans,
  ),
);

/**
 * What steps about these packages look at: one process each for all packages of the program, and most only if need be.
 * Of a range of versions, such as `>=1.18 <2`, it is asked which packages are within it.
 */
export function packageQueries(
  names: readonly string[],
  manager: Manager | undefined,
  range = '',
): readonly (Query | Library)[] {
  const own = manager === undefined ? '' : `_${manager}`;
  const asked = (name: string, items = names): Query =>
    lazily(
      query(
        `pkg_${name}${own}`,
        sh`${manager === undefined ? sh`` : sh`ts_pkg=${manager}; `}"pkg_\${ts_pkg}_"${name} "$@"`,
        items,
      ),
    );
  const ranges = names.map((name) => `${name} ${range}`);
  return [
    functions,
    ...['state', 'provided', 'candidates', 'available', 'holds', 'index'].map((name) => asked(name)),
    ...(range === '' ? [] : [asked('fits', ranges), asked('choices', ranges)]),
  ];
}
