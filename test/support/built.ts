import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** tsplay as it is installed, built from these sources into a folder of its own. */
export interface Built {
  readonly folder: string;
  /** The file that `tsplay` is. */
  readonly main: string;
  remove(): void;
}

/** Builds tsplay. Types are checked elsewhere. */
export function build(): Built {
  const folder = mkdtempSync(join(tmpdir(), 'tsplay-built-'));
  const dist = join(folder, 'dist');
  const output = ['--outDir', dist, '--declaration', 'false', '--noCheck'];
  execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', join(root, 'tsconfig.build.json'), ...output]);
  for (const beside of ['src/steps/runtime', 'src/report/page']) {
    cpSync(join(root, beside), join(dist, beside), { recursive: true });
  }
  // Which module is where: what is not said there is looked for in all of them.
  writeFileSync(join(dist, 'modules/index.json'), '{}');
  copyFileSync(join(root, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, main: join(dist, 'src/cli/main.js'), remove: () => rmSync(folder, { recursive: true }) };
}
