import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  absent,
  command,
  copy,
  directory,
  file,
  hardlink,
  line,
  symlink,
  template,
} from '../../../modules/index.ts';
import { programOf } from '../../support/modules.ts';
import { runIn, shells } from '../../support/shells.ts';

let dir = '';
const at = (name: string): string => join(dir, name);
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-way-'));
  mkdirSync(at('source/tree/folder'), { recursive: true });
  writeFileSync(at('source/text'), 'new\n');
  writeFileSync(at('source/tree/file'), 'new\n');
  symlinkSync('elsewhere', at('source/tree/link'));
});
afterEach(() => rmSync(dir, { recursive: true }));

/** What may stand on a host at a path. */
const found: Readonly<Record<string, (path: string) => void>> = {
  'a file': (path) => writeFileSync(path, 'old\n'),
  'an empty folder': (path) => mkdirSync(path),
  'a folder': (path) => {
    mkdirSync(path);
    writeFileSync(join(path, 'in'), 'old\n');
  },
  'a link to a file': (path) => {
    writeFileSync(`${path}.file`, 'old\n');
    symlinkSync(`${path}.file`, path);
  },
  'a link to a folder': (path) => {
    mkdirSync(`${path}.folder`);
    symlinkSync(`${path}.folder`, path);
  },
  'a link to nowhere': (path) => symlinkSync(`${path}.nowhere`, path),
  'a pipe': (path) => void execFileSync('mkfifo', [path]),
};

/** What may be declared there; the tree has a file, a folder and a link, each of which is the path in turn. */
const declared: Readonly<Record<string, { readonly path: string; readonly call: (path: string) => void }>> = {
  file: { path: 'x', call: (path) => void file(path, { content: 'new\n' }) },
  template: { path: 'x', call: (path) => void template(path, { source: 'source/text' }) },
  'a copied file': { path: 'x', call: (path) => void copy(path, { source: 'source/text' }) },
  'no file': { path: 'x', call: (path) => void file(path, { state: 'absent' }) },
  line: { path: 'x', call: (path) => void line(path, { line: 'new', create: true }) },
  directory: { path: 'x', call: (path) => void directory(path, { mode: '0700' }) },
  'no directory': { path: 'x', call: (path) => void directory(path, { state: 'absent' }) },
  symlink: { path: 'x', call: (path) => void symlink(path, { to: 'elsewhere' }) },
  'a forced symlink': { path: 'x', call: (path) => void symlink(path, { to: 'elsewhere', force: true }) },
  'no symlink': { path: 'x', call: (path) => void symlink(path, { state: 'absent' }) },
  hardlink: { path: 'x', call: (path) => void hardlink(path, { to: at('source/text') }) },
  'nothing at all': { path: 'x', call: (path) => void absent(path, { recursive: true }) },
  'a tree': { path: 'x', call: (path) => void copy(path, { source: 'source/tree' }) },
  'a file of a tree': { path: 'x/file', call: () => void copy(at('x'), { source: 'source/tree' }) },
  'a folder of a tree': { path: 'x/folder', call: () => void copy(at('x'), { source: 'source/tree' }) },
  'a link of a tree': { path: 'x/link', call: () => void copy(at('x'), { source: 'source/tree' }) },
};

/** All that stands in a folder, whatever it is. */
function state(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((name) => name !== 'source' && name !== 'state')
    .toSorted()
    .flatMap((name) => {
      const path = join(folder, name);
      const stat = lstatSync(path);
      const mode = `${path} ${stat.mode.toString(8)}`;
      if (stat.isSymbolicLink()) return [`${path} -> ${readlinkSync(path)}`];
      if (stat.isDirectory()) return [mode, ...state(path)];
      return [stat.isFile() ? `${mode} ${readFileSync(path, 'utf8')}` : mode];
    });
}

// What tells them apart are tests, which bash has as dash does.
describe.each(['dash', 'ash'] as const)('what stands in the way, in %s', (shell) => {
  const play = async (body: () => void, mode: 'check' | 'apply', run: string) => {
    const ran = await runIn(shell, await programOf(body, at('site.ts')), {
      home: at('state'),
      cwd: '/',
      mode,
      run,
    });
    const messages = ran.events.flatMap((event) =>
      event.type === 'task' && event.error !== undefined ? [event.error.message] : [],
    );
    return { told: [...ran.statuses, ...messages], statuses: ran.statuses };
  };
  const undo = (run: string): void => {
    const [command, ...words] = shells[shell];
    execFileSync(command, [...words, at(`state/runs/${run}/undo.sh`)]);
  };

  it.each(Object.entries(declared))(
    '%s is what a check says, and is taken back',
    async (name, { path, call }) => {
      for (const [kind, make] of Object.entries(found)) {
        if (path !== 'x') mkdirSync(at('x'));
        make(at(path));
        const before = state(dir);
        const told = (one: object): object => ({ name, kind, ...one });
        const check = await play(() => call(at(path)), 'check', kind);
        expect(told({ state: state(dir) })).toEqual(told({ state: before }));
        const run = await play(() => call(at(path)), 'apply', kind);
        expect(told(run)).toEqual(told(check));
        const again =
          run.statuses[0] === 'changed' ? await play(() => call(at(path)), 'apply', 'again') : run;
        expect(told({ statuses: again.statuses })).toEqual(
          told({ statuses: run.statuses.map((status) => (status === 'changed' ? 'ok' : status)) }),
        );
        if (existsSync(at(`state/runs/${kind}`))) undo(kind);
        expect(told({ state: state(dir) })).toEqual(told({ state: before }));
        for (const one of readdirSync(dir)) if (one !== 'source') rmSync(at(one), { recursive: true });
      }
    },
  );

  it.skipIf(shell === 'ash').each(Object.entries(declared))(
    '%s is no failure in a check where a command before may clear the place',
    async (name, { path, call }) => {
      for (const [kind, make] of Object.entries(found)) {
        if (path !== 'x') mkdirSync(at('x'));
        make(at(path));
        const body = (): void => {
          command('clear', { run: ['rm', '-rf', at(path)] });
          call(at(path));
        };
        const check = await play(body, 'check', kind);
        const run = await play(body, 'apply', kind);
        expect({ name, kind, run: run.told }).toEqual({
          name,
          kind,
          run: ['changed', expect.stringMatching(/changed|ok/)],
        });
        expect({ name, kind, check: check.told }).toEqual({
          name,
          kind,
          check: ['changed', expect.stringMatching(/changed|ok|unknown/)],
        });
        for (const one of readdirSync(dir)) if (one !== 'source') rmSync(at(one), { recursive: true });
      }
    },
  );
});
