import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HostLayer } from './host-layers.ts';
import { OverlayHost, type Body } from './overlay-host.ts';
import { shellNames, type Shell } from './shells.ts';

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

/** Holds modules to the law in every shell, or in these, each case on a host of its own, with layers if it needs some. */
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

    it.each(Object.entries(cases))('%s keeps the law', async (_, one) => {
      const seen = (views: Readonly<Record<string, string>> = {}): void => {
        for (const [command, text] of Object.entries(views)) {
          expect(host.sh(command)).toBe(text);
        }
      };
      const traces = one.traces ?? /^$(?!)/m;
      const state = (): readonly string[] =>
        [...host.snapshot(), ...(one.view === undefined ? [] : host.sh(one.view).split('\n'))].filter(
          (line) => !traces.test(line),
        );
      const changed = async (body: Body): Promise<string> => {
        const before = state();
        const { rewritten } = one;
        const check = await host.run(shell, body, { mode: 'check', rewritten });
        expect(check.told).toContain('changed');
        expect(state()).toEqual(before);
        const run = await host.run(shell, body, { rewritten });
        // What check has predicted, task by task.
        expect(run.told).toEqual(check.told);
        const after = state();
        const again = await host.run(shell, body, { rewritten });
        expect(again.told).toEqual(again.told.map(() => 'ok'));
        expect(state()).toEqual(after);
        return run.name;
      };

      if (one.ground !== undefined) host.sh(one.ground);
      const before = state();
      const first = await changed(one.declared);
      seen(one.there);
      const after = state();

      const varied = await changed(one.varied);
      const other = difference(state(), after);
      expect(other).not.toEqual([]);
      expect(other.filter((line) => !one.variation.test(line))).toEqual([]);
      host.undo(shell, varied);
      expect(state()).toEqual(after);

      host.sh(one.drift);
      expect(state()).not.toEqual(after);
      const repaired = await changed(one.declared);
      seen(one.there);
      expect(state()).toEqual(after);
      host.undo(shell, repaired);
      host.undo(shell, first);
      expect(state()).toEqual(before);

      if (one.absent === undefined) return;
      await host.run(shell, one.declared, { rewritten: one.rewritten });
      const present = state();
      const removal = await changed(one.absent);
      seen(one.gone);
      host.undo(shell, removal);
      expect(state()).toEqual(present);
      seen(one.there);
    });
  });
}
