import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostLayer } from './host-layers.ts';
import { OverlayHost, type Body, type OverlayResult } from './overlay-host.ts';
import { hasTurn, shellNames, type Shell } from './shells.ts';

/** What the law of modules is shown by, on a host that is an overlay of this machine. */
export interface OverlayCase {
  /** Shell commands that lay the ground. */
  readonly ground?: string;
  /** Calls of modules; those that wait for the host are waited for. */
  readonly declared: Body;
  /** Commands by which other tools see what was declared, and what they print when it is there. */
  readonly there: Readonly<Record<string, string>>;
  /** The same with one option changed. */
  readonly varied: Body;
  /** Lines of the state that the change of the option may add or take away. */
  readonly variation: RegExp;
  /** Shell commands that break by hand what was declared. */
  readonly drift: string;
  /** Left out where a module only says how things are. */
  readonly absent?: Body;
  /** Likewise when it is gone. */
  readonly gone?: Readonly<Record<string, string>>;
  /** What is not in files: prints facts, one a line. */
  readonly view?: string;
  /** Lines of the state in which the host after an undo may differ from the host before, such as logs and caches. */
  readonly traces?: RegExp;
  /** Changes the programs that are sent, such as how long they wait. @defaultValue nothing */
  readonly rewritten?: (text: string) => string;
}

/** Lines that stand in one of two lists only. */
function difference(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...a.filter((line) => !b.includes(line)), ...b.filter((line) => !a.includes(line))].toSorted();
}

/** What a host is held to a law by. */
function holding(host: OverlayHost, shell: Shell, one: OverlayCase) {
  const { view, traces, rewritten } = one;
  const seen = (views: Readonly<Record<string, string>> = {}): void => {
    for (const [command, text] of Object.entries(views)) expect(host.sh(command)).toBe(text);
  };
  const state = (): readonly string[] => {
    const lines = [...host.snapshot(), ...(view === undefined ? [] : host.sh(view).split('\n'))];
    return traces === undefined ? lines : lines.filter((line) => !traces.test(line));
  };
  const run = (body: Body, mode: 'check' | 'apply' = 'apply'): Promise<OverlayResult> =>
    host.run(shell, body, { mode, rewritten });
  /** Runs what changes something, as a check has foretold task by task; gives the name of the run. */
  const changed = async (body: Body): Promise<string> => {
    const before = state();
    const check = await run(body, 'check');
    expect(check.told).toContain('changed');
    expect(state()).toEqual(before);
    const { told, name } = await run(body);
    expect(told).toEqual(check.told);
    const after = state();
    const again = await run(body);
    expect(again.told).toEqual(again.told.map(() => 'ok'));
    expect(state()).toEqual(after);
    return name;
  };
  return {
    seen,
    state,
    run,
    changed,
    undo: (name: string): void => void host.undo(shell, name),
    sh: (command: string): void => void host.sh(command),
  };
}

type Held = ReturnType<typeof holding>;

/** What is declared is there, where only the ground was; gives both states, and the run. */
async function begun(held: Held, one: OverlayCase) {
  if (one.ground !== undefined) held.sh(one.ground);
  const before = held.state();
  const first = await held.changed(one.declared);
  held.seen(one.there);
  const after = held.state();
  return { before, first, after };
}

/** One option has been changed, and nothing else. */
function onlyVaried(held: Held, one: OverlayCase, after: readonly string[]): void {
  const other = difference(held.state(), after);
  expect(other).not.toEqual([]);
  expect(other.filter((line) => !one.variation.test(line))).toEqual([]);
}

async function wholeLaw(held: Held, one: OverlayCase): Promise<void> {
  const { before, first, after } = await begun(held, one);

  const varied = await held.changed(one.varied);
  onlyVaried(held, one, after);
  held.undo(varied);
  expect(held.state()).toEqual(after);

  held.sh(one.drift);
  expect(held.state()).not.toEqual(after);
  const repaired = await held.changed(one.declared);
  held.seen(one.there);
  expect(held.state()).toEqual(after);
  held.undo(repaired);
  held.undo(first);
  expect(held.state()).toEqual(before);

  if (one.absent === undefined) return;
  await held.run(one.declared);
  const present = held.state();
  const removal = await held.changed(one.absent);
  held.seen(one.gone);
  held.undo(removal);
  expect(held.state()).toEqual(present);
  held.seen(one.there);
}

async function goesAndComesBack(held: Held, absent: Body, gone: OverlayCase['gone']): Promise<void> {
  const present = held.state();
  const { told, name } = await held.run(absent);
  expect(told).toContain('changed');
  held.seen(gone);
  held.undo(name);
  expect(held.state()).toEqual(present);
}

/**
 * What of the law may be otherwise in another shell: each program runs, changes what it is to change, finds nothing to do
 * afterwards, and can be undone.
 */
async function sameInShell(held: Held, one: OverlayCase): Promise<void> {
  const { before, first, after } = await begun(held, one);

  const varied = await held.run(one.varied);
  expect(varied.told).toContain('changed');
  onlyVaried(held, one, after);
  held.undo(varied.name);

  held.sh(one.drift);
  await held.run(one.declared);
  expect(held.state()).toEqual(after);

  if (one.absent !== undefined) await goesAndComesBack(held, one.absent, one.gone);
  held.undo(first);
  expect(held.state()).toEqual(before);
}

/**
 * Holds modules to the law in every shell, or in these, each case on a host of its own, with layers if it needs some. The
 * shells take turns with the whole law; what a case is there for besides is tried in each.
 */
export function overlayLaw(
  cases: Readonly<Record<string, OverlayCase>>,
  shells: readonly Shell[] = shellNames,
  layers: readonly HostLayer[] = [],
): void {
  describe.each(shells)('in %s', (shell) => {
    let host: OverlayHost;
    beforeEach(async () => {
      host = await OverlayHost.start(layers);
    });
    afterEach(() => host.close());

    const turns = Object.entries(cases).map(
      ([name, one], index) => [name, one, hasTurn(index, shell, shells)] as const,
    );
    it.each(turns.filter(([, , whole]) => whole))('%s keeps the law', async (_, one) => {
      await expect(wholeLaw(holding(host, shell, one), one)).resolves.toBeUndefined();
    });
    it.each(turns.filter(([, , whole]) => !whole))('%s is as in other shells', async (_, one) => {
      await expect(sameInShell(holding(host, shell, one), one)).resolves.toBeUndefined();
    });
  });
}
