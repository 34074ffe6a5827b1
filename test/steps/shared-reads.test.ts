import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { command, file } from '../../modules/index.ts';
import { secret } from '../../src/steps/index.ts';
import { Forks } from '../support/forks.ts';
import { programOf } from '../support/modules.ts';
import { runIn, shellNames, type Shell } from '../support/shells.ts';

let dir: string;
let forks: Forks;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-reads-'));
  forks = new Forks();
  mkdirSync(join(dir, 'etc'));
});
afterEach(() => {
  rmSync(dir, { recursive: true });
  forks.close();
});

const at = (name: string): string => join(dir, 'etc', name);
const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, number) => at(`it's ${number} *`));
const files = (count: number) => (): void => {
  for (const path of names(count)) file(path, { content: `${path}\n`, mode: '0640', owner: 'root:root' });
};

async function play(shell: Shell, body: () => void, mode: 'apply' | 'check' = 'apply') {
  const home = join(dir, 'state');
  const { statuses } = await runIn(shell, await programOf(body), { home, mode, under: forks.under });
  const told = Object.fromEntries(
    ['ok', 'changed', 'failed', 'skipped'].map((status) => [
      status,
      statuses.filter((one) => one === status).length,
    ]),
  );
  return { told, processes: forks.count() };
}

describe.each(shellNames)('in %s', (shell) => {
  it('files are read all at once, also where one of them changes', async () => {
    const count = shell === 'dash' ? 200 : 50;
    const [few, many] = [files(4), files(count)];
    // As a run would leave them, which takes a while under a tracer.
    for (const path of names(count)) {
      writeFileSync(path, `${path}\n`);
      chmodSync(path, 0o640);
    }
    for (const mode of ['apply', 'check'] as const) {
      const a = await play(shell, few, mode);
      const b = await play(shell, many, mode);
      expect([a.told['ok'], b.told['ok']]).toEqual([4, count]);
      expect(b.processes).toBe(a.processes);
      expect(b.processes).toBeLessThan(15);
    }
    const spoil = (which = 2): void => writeFileSync(names(4)[which] ?? '', 'by hand');
    spoil();
    const a = await play(shell, few);
    spoil();
    const b = await play(shell, many);
    expect([a.told, b.told]).toMatchObject([
      { changed: 1, ok: 3 },
      { changed: 1, ok: count - 1 },
    ]);
    expect(b.processes).toBe(a.processes);
    // What was read of those behind it holds: a change of the last one costs as much.
    spoil(3);
    expect((await play(shell, few)).processes).toBe(a.processes);
    expect(readFileSync(names(4)[2] ?? '', 'utf8')).toBe(`${names(4)[2]}\n`);
  });

  it('what something else may have changed is read again', async () => {
    const [first = '', second = ''] = names(2);
    await play(shell, files(2));
    const { told } = await play(shell, () => {
      file(first, { content: `${first}\n`, mode: '0640', owner: 'root:root' });
      command('spoil', { run: ['sh', '-c', 'echo more >>"$1"', 'sh', second] });
      file(second, { content: `${second}\n`, mode: '0640', owner: 'root:root' });
    });
    expect(told).toMatchObject({ ok: 1, changed: 2 });
    expect(readFileSync(second, 'utf8')).toBe(`${second}\n`);
  });

  it('the reading leaves no difference out: content, mode, owner, links, pipes, secrets', async () => {
    const body = (): void => {
      file(at('mode'), { content: 'x', mode: '0600' });
      file(at('sticky'), { content: 'x', mode: '1644' });
      file(at('user'), { content: 'x', owner: 'root' });
      file(at('group'), { content: 'x', owner: ':0' });
      file(at('secret'), { content: secret('a'), mode: '0600' });
      file(at('none'), { content: '' });
      file(at('link'), { content: 'target' });
      file(at('with\\backslash'), { content: 'x', mode: '0600' });
      file(at('gone'), { state: 'absent' });
    };
    writeFileSync(at('target'), 'other');
    symlinkSync('target', at('link'));
    expect((await play(shell, body)).told).toMatchObject({ changed: 8, ok: 1 });
    expect((await play(shell, body)).told).toMatchObject({ ok: 9 });
    chmodSync(at('mode'), 0o640);
    chmodSync(at('sticky'), 0o644);
    writeFileSync(at('secret'), 'b');
    writeFileSync(at('none'), '\n');
    writeFileSync(at('target'), 'other');
    writeFileSync(at('gone'), '');
    expect((await play(shell, body, 'check')).told).toMatchObject({ changed: 6, ok: 3 });
    expect((await play(shell, body)).told).toMatchObject({ changed: 6, ok: 3 });
    expect((await play(shell, body)).told).toMatchObject({ ok: 9 });
    expect(readFileSync(at('target'), 'utf8')).toBe('target');
  });
});
