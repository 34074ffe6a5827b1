import { mkdirSync, mkdtempSync, realpathSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder of files that a test writes and changes. */
export interface TempProject {
  readonly dir: string;
  path(name: string): string;
  /** Writes files, as if that had been done some time ago. */
  write(files: Readonly<Record<string, string>>): void;
  remove(): void;
}

/** Makes a project in a temporary folder. */
export function tempProject(files: Readonly<Record<string, string>> = {}): TempProject {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'tsplay-load-')));
  const project: TempProject = {
    dir,
    path: (name) => join(dir, name),
    write(more) {
      for (const [name, text] of Object.entries(more)) {
        const path = join(dir, name);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
        // A file that is written while it is checked is not relied on later.
        const past = Date.now() / 1000 - 60;
        utimesSync(path, past, past);
      }
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
  project.write(files);
  return project;
}
