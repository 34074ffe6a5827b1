import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mount, waitFor } from '../../../modules/index.ts';
import { Forks } from '../../support/forks.ts';
import { programOf } from '../../support/modules.ts';
import { runIn, shellNames } from '../../support/shells.ts';

/** Mounts of this machine that have no source, by place. */
const mounts: readonly (readonly [path: string, type: string])[] = readFileSync(
  '/proc/self/mountinfo',
  'utf8',
)
  .split('\n')
  .flatMap((line) => {
    const [own = '', behind = ''] = line.split(' - ');
    const [type = ''] = behind.split(' ');
    const path = own.split(' ')[4] ?? '';
    return ['proc', 'sysfs', 'tmpfs', 'devpts', 'mqueue', 'cgroup2'].includes(type) && /^[\w/.-]+$/.test(path)
      ? [[path, type] as const]
      : [];
  })
  .filter(([path], index, all) => all.findIndex(([other]) => other === path) === index);

describe.each(shellNames)('in %s', (shell) => {
  let home = '';
  let forks: Forks;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'tsplay-costs-'));
    forks = new Forks();
  });
  afterEach(() => {
    forks.close();
    rmSync(home, { recursive: true });
  });

  /** How many processes a check takes in which nothing would change. */
  async function processes(body: () => void): Promise<number> {
    const run = await runIn(shell, await programOf(body), { home, mode: 'check', under: forks.under });
    expect([...new Set(run.statuses)]).toEqual(['ok']);
    return forks.count();
  }

  it('many that wait for ports, or for files, take as many processes as one', async () => {
    const waits = (count: number) => (): void => {
      for (let n = 1; n <= count; n += 1) {
        waitFor(`port ${n}`, { port: n, state: 'drained' });
        waitFor(`file ${n}`, { file: '/etc/passwd' });
      }
    };
    expect(await processes(waits(30))).toBe(await processes(waits(1)));
  });

  it('many mounts take as many processes as one', async () => {
    expect(mounts.length).toBeGreaterThan(1);
    const some = (count: number) => (): void => {
      for (const [path, type] of mounts.slice(0, count)) mount(path, { type, persist: false });
    };
    expect(await processes(some(mounts.length))).toBe(await processes(some(1)));
  });
});
