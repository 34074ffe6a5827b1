import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { FolderHost } from './folder-host.ts';
import { stepsOf } from './modules.ts';
import { Namespace } from './namespace.ts';
import { hasTurn, type Shell } from './shells.ts';

// busybox prefers its own ip, which knows neither -N nor next hops, and its own tc.
const own = (name: string): string =>
  execFileSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).trim();
const [ip, tc] = [own('ip'), own('tc')];
/** What is sent to a shell, with the programs that stand on the PATH. */
export const rewritten = (text: string): string =>
  text
    .replaceAll(/(?<=[\s(|!])ip (?=-|"|addr|link|route|nexthop)/g, `${ip} `)
    .replaceAll(/(?<=[\s(|!])tc (?=qdisc|filter)/g, `${tc} `);

/** What the law of modules is shown by, in a network namespace: see test/lab/support/law.ts. */
export interface NamespaceCase {
  readonly declared: () => void;
  /** The lines that the state of the namespace has then, and had not before. */
  readonly shows: readonly string[];
  /** Those that it had before, and has not then. */
  readonly hides?: readonly string[];
  readonly varied: () => void;
  readonly variation: readonly string[];
  /** Commands of `ip`. */
  readonly drift: readonly string[];
  /** Left out where a module only says how things are. */
  readonly absent?: () => void;
}

/** Plays in a network namespace with real links; `state` is what other tools say of it, one fact a line. */
export class NamespacePlays {
  readonly namespace = new Namespace();
  readonly #host = new FolderHost({ under: this.namespace.under, rewritten });
  readonly #state: (namespace: Namespace) => readonly string[];
  #runs = 0;

  constructor(setUp: readonly string[], state: (namespace: Namespace) => readonly string[]) {
    this.#state = state;
    this.namespace.ips(...setUp);
  }

  state(): readonly string[] {
    return this.#state(this.namespace).toSorted();
  }

  /** Runs or checks what a body declares, each module call as one task. */
  async play(shell: Shell, body: () => void, mode: 'check' | 'apply' = 'apply') {
    this.#runs += 1;
    const name = `run${this.#runs}`;
    const { statuses, stderr, events } = await this.#host.run(shell, [{ steps: await stepsOf(body) }], {
      name,
      mode,
    });
    // Frames stand there too.
    const told = stderr.replaceAll(/\u001e.*\n/g, '');
    const why = events.flatMap((event) =>
      event.type === 'task' && event.error !== undefined ? [event.error.message] : [],
    );
    return { name, outcome: [...statuses, ...why, told].join(' ').trim() };
  }

  undo(shell: Shell, name: string): string {
    return this.#host.undo(shell, { name });
  }

  close(): void {
    this.#host.close();
    this.namespace.close();
  }
}

/** Lines that stand only in the first of two lists. */
export function only(a: readonly string[], b: readonly string[]): readonly string[] {
  return a.filter((line) => !b.includes(line));
}

/**
 * Holds modules to the law, each case in a namespace of its own. The shells take turns with the whole law; in the others
 * each program runs, changes what it is to change, finds nothing to do afterwards, and can be undone.
 */
export function namespaceLaw(
  shell: Shell,
  cases: Readonly<Record<string, NamespaceCase>>,
  playsOf: () => NamespacePlays,
): void {
  /** What is declared is there, and found so; gives the run and the state. */
  const begun = async (plays: NamespacePlays, one: NamespaceCase, before: readonly string[]) => {
    const first = await plays.play(shell, one.declared);
    expect(first.outcome).toBe('changed');
    const after = plays.state();
    expect(only(after, before)).toEqual([...one.shows].toSorted());
    expect(only(before, after)).toEqual([...(one.hides ?? [])].toSorted());
    expect((await plays.play(shell, one.declared)).outcome).toBe('ok');
    expect(plays.state()).toEqual(after);
    return { first: first.name, after };
  };
  /** One option has been changed, and nothing else; gives the run. */
  const varied = async (plays: NamespacePlays, one: NamespaceCase, after: readonly string[]) => {
    const { name, outcome } = await plays.play(shell, one.varied);
    expect(outcome).toBe('changed');
    expect(only(plays.state(), after)).toEqual([...one.variation].toSorted());
    return name;
  };

  const turns = Object.entries(cases).map(
    ([name, one], index) => [name, one, hasTurn(index, shell)] as const,
  );
  it.each(turns.filter(([, , whole]) => !whole))('%s is as in other shells', async (_, one) => {
    const plays = playsOf();
    const before = plays.state();
    const { first, after } = await begun(plays, one, before);
    const name = await varied(plays, one, after);
    plays.undo(shell, name);
    expect(plays.state()).toEqual(after);
    for (const words of one.drift) plays.namespace.ip(words);
    expect((await plays.play(shell, one.declared)).outcome).toBe('changed');
    expect(plays.state()).toEqual(after);
    plays.undo(shell, first);
    expect(plays.state()).toEqual(before);
  });

  it.each(turns.filter(([, , whole]) => whole))('%s keeps the law', async (_, one) => {
    const plays = playsOf();
    const before = plays.state();
    expect((await plays.play(shell, one.declared, 'check')).outcome).toBe('changed');
    expect(plays.state()).toEqual(before);
    const { first, after } = await begun(plays, one, before);

    expect((await plays.play(shell, one.varied, 'check')).outcome).toBe('changed');
    expect(plays.state()).toEqual(after);
    const name = await varied(plays, one, after);
    expect((await plays.play(shell, one.varied)).outcome).toBe('ok');
    plays.undo(shell, name);
    expect(plays.state()).toEqual(after);

    for (const words of one.drift) plays.namespace.ip(words);
    expect(plays.state()).not.toEqual(after);
    expect((await plays.play(shell, one.declared)).outcome).toBe('changed');
    expect(plays.state()).toEqual(after);

    plays.undo(shell, first);
    expect(plays.state()).toEqual(before);
  });

  const removable = Object.entries(cases)
    .flatMap(([name, { absent, ...one }]) =>
      absent === undefined ? [] : [[name, { ...one, absent }] as const],
    )
    // What is absent has little text of its own, so the shells take turns.
    .filter((_, index) => hasTurn(index, shell));
  it.each(removable)('%s goes when it is absent, and comes back', async (_, one) => {
    const plays = playsOf();
    const before = plays.state();
    await plays.play(shell, one.declared);
    const after = plays.state();
    expect((await plays.play(shell, one.absent, 'check')).outcome).toBe('changed');
    expect(plays.state()).toEqual(after);
    const { name, outcome } = await plays.play(shell, one.absent);
    expect(outcome).toBe('changed');
    expect(plays.state()).toEqual(only(before, one.hides ?? []));
    expect((await plays.play(shell, one.absent)).outcome).toBe('ok');
    plays.undo(shell, name);
    expect(plays.state()).toEqual(after);
  });
}
