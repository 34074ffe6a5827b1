// Builds dist/: one file to one file, and the shell runtime beside the code that reads it.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
rmSync(`${root}dist`, { recursive: true, force: true });
execFileSync(`${root}node_modules/.bin/tsc`, ['-p', `${root}tsconfig.build.json`], { stdio: 'inherit' });
cpSync(`${root}src/steps/runtime`, `${root}dist/src/steps/runtime`, { recursive: true });
chmodSync(`${root}dist/src/cli/main.js`, 0o755);
