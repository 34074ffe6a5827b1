import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { planError } from '../../errors/plan.ts';
import { basisOf } from '../../plan/compare-plan.ts';
import { makePlan, type Made } from '../../plan/make-plan.ts';
import { writePlan } from '../../plan/plan-file.ts';
import { loadPlaybook } from '../../playbook/playbook.ts';
import { foreseeing } from '../../runner/planning/foresee.ts';
import { visible } from '../../report/visible.ts';
import { concealed } from '../../secrets/conceal.ts';
import { connect } from '../../transport/index.ts';
import { passwordsOf } from '../adhoc/run-play.ts';
import { askingWith } from '../asking.ts';
import type { Flags } from '../commands/plan.ts';
import { showError } from '../command.ts';
import { parseExtraVars } from '../extra-vars.ts';
import { reported } from '../reported.ts';
import { version } from '../version.ts';

/** Checks a playbook and keeps what would be done; gives the exit status. */
export async function planAndSave(flags: Flags, playbook: string): Promise<number> {
  const cwd = process.cwd();
  const { inventory, limit, forks, extraVar = [], out, tags, skipTags, startAt } = flags;
  const extraVars = await parseExtraVars(extraVar, cwd);
  const passwords = await passwordsOf(flags);
  const salt = randomBytes(16).toString('base64');
  const result: { made?: Made; save?: (made: Made) => Promise<void> } = {};
  const status = await reported(
    flags,
    { strict: false, within: resolve(cwd, playbook) },
    async ({ emit, signal, quietly }) => {
      const loaded = await loadPlaybook(playbook, inventory, cwd, foreseeing({ limit, cwd, extraVars }));
      const basis = await basisOf(loaded, version());
      const asking = askingWith(passwords.login, quietly, signal);
      const { transport, factCache: factAge } = flags;
      const becomePassword = passwords.become;
      const wished = { only: tags, skip: skipTags, startAt };
      const options = {
        wished,
        inventory,
        limit,
        forks,
        extraVars,
        becomePassword,
        transport,
        asking,
        factAge,
        cwd,
      };
      result.made = await makePlan(loaded, { ...options, emit, signal }, { open: connect, salt });
      result.save = async ({ hosts, beside }) => {
        if (extraVar.some((word) => concealed(word) !== word)) throw planError('plan-has-secret', undefined);
        const time = new Date().toISOString();
        const head = { format: 'tsplay.plan', version: 1, made: time, ...basis } as const;
        const given = {
          playbook,
          inventory: [...inventory],
          ...(limit === undefined ? {} : { limit }),
          extraVars: [...extraVar],
          ...(tags === undefined ? {} : { tags }),
          ...(skipTags === undefined ? {} : { skipTags }),
          ...(startAt === undefined ? {} : { startAt }),
        };
        await writePlan(resolve(cwd, out), {
          ...head,
          ...given,
          salt,
          hosts,
          beside: [...beside],
          applied: [],
        });
      };
    },
  );
  const { made, save } = result;
  if (made === undefined || save === undefined || status > 3) return status;
  const missing = [...new Set([...made.failed, ...made.unreachable])];
  if (missing.length > 0) {
    await showError(planError('check-failed', { hosts: missing, file: out }));
    return status;
  }
  await save(made);
  tell(made.hosts, out);
  return 0;
}

/** Says what has been written, and for which hosts it is not all of the playbook. */
function tell(hosts: Made['hosts'], out: string): void {
  const entries = Object.entries(hosts);
  const changing = entries.filter(([, { found }]) => found.some(({ status }) => status === 'changed'));
  const what =
    changing.length === 0 ? 'nothing to change' : `changes on ${changing.map(([name]) => name).join(', ')}`;
  process.stderr.write(`plan written to ${visible(out)}: ${what}\n`);
  for (const [name, { ends }] of entries) {
    if (ends === undefined) continue;
    process.stderr.write(
      `${name}: the plan ends within play '${visible(ends.play)}': ${visible(ends.why)}\n`,
    );
  }
}
