import { factsError } from '../../errors/facts.ts';
import { near } from '../../errors/near.ts';
import type { TsplayEvent } from '../../events.ts';
import type { FactGroup } from '../../facts/index.ts';
import { factGroupNames, isFactGroup } from '../../facts/names.ts';
import { openInventory } from '../../playbook/open-inventory.ts';
import { play } from '../../playbook/play.ts';
import { visible } from '../../report/visible.ts';
import { askingWith, loginPassword } from '../asking.ts';
import { becomePassword } from '../become-password.ts';
import type { Flags } from '../commands/facts.ts';
import { printJson } from '../inventory/print.ts';
import { reported } from '../reported.ts';
import type { Reports } from '../reports.ts';

/** Gathers facts and prints them, in the order of the inventory; gives the exit status. */
export async function showFacts(flags: Flags, pattern: string): Promise<number> {
  const groups = groupsOf(flags.group ?? factGroupNames);
  const password = await becomePassword(flags.askBecomePass ?? false);
  const login = await loginPassword(flags.askPass ?? false);
  const cwd = process.cwd();
  const found = new Map<string, Readonly<Record<string, unknown>>>();
  const asking = play(
    'Facts',
    { hosts: pattern, facts: groups, become: flags.become },
    ({ host, facts }) => void found.set(host.name, { ...facts }),
  );
  let hosts: readonly string[] = [];
  const status = await reported(
    { ...flags, diff: false, record: false },
    { strict: false, within: `${cwd}/any`, only: await problemsReport(cwd) },
    async ({ emit, signal, quietly }) => {
      const inventory = await openInventory(flags.inventory, cwd);
      const { runPlays } = await import('../../runner/run.ts');
      await runPlays(
        { plays: [{ ...asking, where: undefined }], inventory },
        {
          inventory: flags.inventory,
          mode: 'check',
          forks: flags.forks,
          diff: false,
          extraVars: {},
          becomePassword: password,
          transport: flags.transport,
          asking: askingWith(login, quietly, signal),
          factAge: flags.factCache,
          cwd,
          emit(event) {
            if (event.type === 'run') hosts = event.hosts;
            emit(event);
          },
          signal,
        },
      );
    },
  );
  const known = hosts.flatMap((name): [string, unknown][] => {
    const facts = found.get(name);
    return facts === undefined ? [] : [[name, facts]];
  });
  if (flags.json) printJson(Object.fromEntries(known));
  else if (known.length > 0) process.stdout.write(await readable(Object.fromEntries(known)));
  const isWhole = [...found.values()].every((facts) => groups.every((group) => Object.hasOwn(facts, group)));
  return status === 0 && !isWhole ? 1 : status;
}

function groupsOf(names: readonly string[]): readonly FactGroup[] {
  return names.map((name) => {
    if (isFactGroup(name)) return name;
    const suggested = near(name, factGroupNames);
    throw factsError('no-such-facts', { group: name, near: suggested, known: factGroupNames });
  });
}

/** What stands in the way goes to standard error; standard output is for the facts alone. */
async function problemsReport(cwd: string): Promise<Reports> {
  const { plainReport } = await import('../../report/plain.ts');
  const report = await plainReport(process.stderr, { diff: false, verbosity: 0, cwd });
  return {
    event(event: TsplayEvent) {
      if (event.type === 'warning' || event.type === 'unreachable' || event.type === 'task')
        report.event(event);
    },
    pause: () => () => {},
    close: () => true,
    record: undefined,
  };
}

/** As YAML, which tells what is text. What a terminal would act on is escaped, as everywhere. */
async function readable(facts: Readonly<Record<string, unknown>>): Promise<string> {
  const { stringify } = await import('yaml');
  const text = stringify(JSON.parse(JSON.stringify(facts)), { lineWidth: 0, aliasDuplicateObjects: false });
  return text.split('\n').map(visible).join('\n');
}
