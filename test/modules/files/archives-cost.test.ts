import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { download, unarchive } from '../../../modules/index.ts';
import { Forks } from '../../support/forks.ts';
import { programOf } from '../../support/modules.ts';
import { runIn, shellNames } from '../../support/shells.ts';

let dir = '';
let forks: Forks;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-cost-'));
  forks = new Forks();
});
afterEach(() => {
  forks.close();
  rmSync(dir, { recursive: true });
});

it.each(shellNames)(
  'starts as many processes for many archives as for few where nothing differs, in %s',
  async (shell) => {
    mkdirSync(join(dir, 'in/deep'), { recursive: true });
    for (const name of ['a', 'deep/b', 'deep/c']) writeFileSync(join(dir, 'in', name), name);
    execFileSync('tar', ['-czf', join(dir, 'in.tar.gz'), '-C', dir, 'in']);
    const sha256 = createHash('sha256').update('x').digest('hex');
    const run = async (count: number, under: readonly string[]) => {
      const body = (): void => {
        for (let n = 0; n < count; n += 1) {
          writeFileSync(join(dir, `x${n}`), 'x');
          download(join(dir, `x${n}`), { url: 'https://example.net/x', sha256, mode: '0644' });
          unarchive(join(dir, `out${n}`), { remote: join(dir, 'in.tar.gz'), strip: 1 });
        }
      };
      const ran = await runIn(shell, await programOf(body), { home: join(dir, 'home'), cwd: '/', under });
      return ran.statuses;
    };
    const counted = async (count: number): Promise<number> => {
      await run(count, []);
      const statuses = await run(count, forks.under);
      expect(statuses).toEqual(statuses.map(() => 'ok'));
      return forks.count();
    };
    const few = await counted(2);
    expect(await counted(6)).toBe(few);
    expect(few).toBeLessThan(40);
  },
);
