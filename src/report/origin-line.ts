import type { Commit, TsplayEvent } from '../events.ts';
import { cuttable, span, type Line } from './line.ts';

type Origin = Extract<TsplayEvent, { type: 'origin' }>;

/** Who ran it, where, and from what. */
export function originLine({ user, login, controller, tsplay, commit }: Origin): Line {
  const from = commit === undefined ? '' : `, ${commitText(commit)}`;
  return cuttable(span(`by ${whoText({ user, login, controller })}${from}, tsplay ${tsplay}`, 'dim'));
}

/** `ops as root@ctl1` */
export function whoText({ user, login, controller }: Pick<Origin, 'user' | 'login' | 'controller'>): string {
  return `${login === undefined ? '' : `${login} as `}${user}@${controller}`;
}

/** `commit 1a2b3c4d5e6f of main, with changes` */
export function commitText({ id, branch, dirty }: Commit): string {
  return `commit ${id.slice(0, 12)}${branch === undefined ? '' : ` of ${branch}`}${dirty ? ', with changes' : ''}`;
}
