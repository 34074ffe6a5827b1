import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A folder with playbooks that import this tsplay. */
export interface PlaybookProject {
  readonly dir: string;
  /** A path in it. */
  at(name: string): string;
  write(name: string, text: string): void;
  has(name: string): boolean;
  /** Removes a file, where there is one. */
  forget(name: string): void;
  remove(): void;
}

/** Makes an empty project with a random name. */
export function playbookProject(): PlaybookProject {
  const dir = mkdtempSync(join(tmpdir(), 'tsplay-project-'));
  const at = (name: string): string => join(dir, name);
  mkdirSync(at('node_modules'));
  symlinkSync(root, at('node_modules/tsplay'));
  writeFileSync(at('package.json'), '{"type":"module"}');
  return {
    dir,
    at,
    write(name, text) {
      mkdirSync(dirname(at(name)), { recursive: true });
      writeFileSync(at(name), text, { mode: 0o600 });
    },
    has: (name) => existsSync(at(name)),
    forget: (name) => rmSync(at(name), { force: true }),
    remove: () => rmSync(dir, { recursive: true }),
  };
}
