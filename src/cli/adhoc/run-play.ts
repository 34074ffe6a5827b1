import type { TsplayEvent } from '../../events.ts';
import { openInventory } from '../../playbook/open-inventory.ts';
import type { Play } from '../../playbook/play.ts';
import type { Secret } from '../../secrets/secret.ts';
import { askingWith, loginPassword } from '../asking.ts';
import { becomePassword } from '../become-password.ts';
import type { InventoryFlags } from '../flags.ts';
import type { Reporting } from '../reported.ts';
import type { ReachFlags } from './flags.ts';

/** What a person gives once, before anything is shown. */
export interface Passwords {
  readonly login: Secret | undefined;
  readonly become: Secret | undefined;
}

/** Asks for what the flags say. */
export async function passwordsOf(flags: Pick<ReachFlags, 'askPass' | 'askBecomePass'>): Promise<Passwords> {
  const become = await becomePassword(flags.askBecomePass ?? false);
  return { become, login: await loginPassword(flags.askPass ?? false) };
}

/** How a play that was made here is run. */
export interface HandMade {
  readonly mode: 'run' | 'check';
  readonly diff: boolean;
  readonly passwords: Passwords;
}

/** Runs one play that stands in no playbook. */
export async function runHandMade(
  play: Play,
  { inventory: name, forks, transport }: InventoryFlags & ReachFlags,
  { mode, diff, passwords }: HandMade,
  { emit, signal, quietly }: Reporting,
): Promise<void> {
  const cwd = process.cwd();
  const inventory = await openInventory(name, cwd);
  const { runPlays } = await import('../../runner/run.ts');
  await runPlays(
    // Files that it names are relative to the working folder, and it has no place of its own.
    { plays: [{ ...play, where: undefined }], inventory },
    {
      inventory: name,
      mode,
      forks,
      diff,
      extraVars: {},
      becomePassword: passwords.become,
      transport,
      asking: askingWith(passwords.login, quietly, signal),
      cwd,
      emit: (event: TsplayEvent) => emit(event),
      signal,
    },
  );
}
