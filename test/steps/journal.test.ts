import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { absent, entries, reading, sh, value, type Step } from '../../src/steps/index.ts';
import { FolderHost } from '../support/folder-host.ts';
import { shellNames } from '../support/shells.ts';

let host: FolderHost;
beforeEach(() => {
  host = new FolderHost();
});
afterEach(() => host.close());

const setting = (name: string): Step =>
  value(name, {
    read: reading(sh`cat ${host.at(name)}`),
    want: 'new',
    write: sh`printf '%s' "$1" >${host.at(name)}`,
  });
const entryFiles = (): readonly string[] =>
  readdirSync(join(host.dir, 'state/runs/test'))
    .filter((name) => name.endsWith('.undo'))
    .map((name) => join(host.dir, 'state/runs/test', name));

describe.each(shellNames)('the undo journal in %s', (shell) => {
  it('passes by an entry of which only a part was written, wherever that ends', async () => {
    const old = "it's\n#end\n'\n#end 0\n\n#end '$(exit 7)'";
    host.write('first', 'old');
    host.write('second', old);
    await host.run(shell, [{ steps: [setting('first'), setting('second')] }]);
    const [first = '', second = ''] = entryFiles();
    const [whole, other] = [readFileSync(second, 'utf8'), readFileSync(first, 'utf8')];
    const ends = [...whole.matchAll(/\n#end[^\n]*/g)].flatMap(({ index, 0: { length } }) => [
      index + 5,
      index + length,
    ]);
    // All but the last one stand in the value, or are a part of the last line.
    for (const end of [0, 1, ...ends.slice(0, -1), whole.length - 2]) {
      writeFileSync(first, other);
      writeFileSync(second, whole.slice(0, end));
      expect(host.undo(shell)).toContain('undone 0');
      expect([end, host.read('first').toString(), host.read('second').toString()]).toEqual([
        end,
        'old',
        'new',
      ]);
      host.write('first', 'new');
    }
    writeFileSync(second, whole);
    host.undo(shell);
    expect(host.read('second').toString()).toBe(old);
  });

  it('stands as a wall where the old value holds zero bytes, and does not put back another one', async () => {
    const names = ['setting', 'list', 'gone'];
    for (const name of names) host.write(name, 'a\0b\n');
    const list = entries('list', {
      list: sh`cat ${host.at('list')}`,
      want: [['new']],
      add: sh`printf '%s\n' "$1" >>${host.at('list')}`,
      remove: sh`if [ "$1" = new ]; then : >${host.at('list')}; else echo new >${host.at('list')}; fi`,
    });
    const gone = absent('gone', {
      test: sh`[ -e ${host.at('gone')} ]`,
      save: sh`cat ${host.at('gone')}`,
      remove: sh`rm ${host.at('gone')}`,
      create: sh`printf '%s' "$1" >${host.at('gone')}`,
    });
    const run = await host.run(
      shell,
      [setting('setting'), list, gone].map((step) => ({ steps: [step] })),
    );
    expect(run.statuses).toEqual(['changed', 'changed', 'changed']);
    const after = host.snapshot();
    const said = host.undo(shell);
    expect(said.match(/undo wall/g)).toHaveLength(3);
    // What was added goes; what was taken away does not come back as something else.
    expect(host.since(after)).toEqual(['list: "644 new\\n" is now "644 "']);
  });
});
