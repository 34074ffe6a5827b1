import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  chmodSync,
  readdirSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  action,
  edit,
  entries,
  file,
  present,
  procFile,
  reading,
  sh,
  tool,
  value,
  absent,
} from '../../src/steps/index.ts';
import type { Step } from '../../src/steps/step.ts';
import { program, runIn, shellNames, shells } from '../support/shells.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-kinds-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const at = (name: string): string => join(dir, name);
const home = (): string => at('state');

/** Everything in the folder but our own state: names, modes and contents. */
function snapshot(): Record<string, string> {
  const names = readdirSync(dir)
    .filter((name) => name !== 'state')
    .toSorted();
  return Object.fromEntries(
    names.map((name) => {
      const mode = (statSync(at(name)).mode & 0o7777).toString(8);
      const content = readFileSync(at(name), 'latin1');
      // Entries are a set: an undo brings them back, not their order.
      return [name, `${mode} ${name === 'list' ? content.split('\n').toSorted().join('\n') : content}`];
    }),
  );
}

const kinds: Record<string, { before: () => void; steps: () => Step[]; after: () => void }> = {
  present: {
    before: () => {},
    steps: () => [
      present('flag', {
        test: sh`[ -e ${at('flag')} ]`,
        create: sh`: >${at('flag')}`,
        remove: sh`rm ${at('flag')}`,
      }),
    ],
    after: () => expect(existsSync(at('flag'))).toBe(true),
  },
  absent: {
    before: () => writeFileSync(at('flag'), "it's\n\tthere $(id)"),
    steps: () => [
      absent('flag', {
        test: sh`[ -e ${at('flag')} ]`,
        save: sh`cat ${at('flag')}`,
        create: sh`printf '%s' "$1" >${at('flag')}`,
        remove: sh`rm ${at('flag')}`,
      }),
    ],
    after: () => expect(existsSync(at('flag'))).toBe(false),
  },
  value: {
    before: () => writeFileSync(at('value'), "old'value"),
    steps: () => [
      value('setting', {
        read: reading(sh`cat ${at('value')}`),
        want: 'new\n`value`',
        write: sh`printf '%s' "$1" >${at('value')}`,
      }),
    ],
    after: () => expect(readFileSync(at('value'), 'utf8')).toBe('new\n`value`'),
  },
  entries: {
    before: () => writeFileSync(at('list'), "keep\t1\nchange\told\nextra\t'x'\n"),
    steps: () => [
      entries('list', {
        list: sh`sort ${at('list')}`,
        want: [
          ['keep', '1'],
          ['change', 'new', 'more words'],
          ['added', '*'],
        ],
        add: sh`printf '%s' "$1" >>${at('list')}; shift; for f; do printf '\t%s' "$f" >>${at('list')}; done; echo >>${at('list')}`,
        remove: sh`grep -v "^$1	" ${at('list')} >${at('list.new')}; mv ${at('list.new')} ${at('list')}`,
      }),
    ],
    after: () =>
      expect(readFileSync(at('list'), 'utf8').trim().split('\n').toSorted()).toEqual([
        'added\t*',
        'change\tnew\tmore words',
        'keep\t1',
      ]),
  },
  file: {
    before: () => {
      writeFileSync(at('conf'), 'old content\n');
      chmodSync(at('conf'), 0o640);
    },
    steps: () => [
      file(at('conf'), { content: "new 'content'\n\n", mode: '600' }),
      file(at('binary'), { content: 'a\0b\\n\u0001' }),
    ],
    after: () => {
      expect(readFileSync(at('conf'), 'utf8')).toBe("new 'content'\n\n");
      expect(statSync(at('conf')).mode & 0o777).toBe(0o600);
      expect(readFileSync(at('binary'), 'utf8')).toBe('a\0b\\n\u0001');
      expect(statSync(at('binary')).mode & 0o777).toBe(0o644);
    },
  },
  edit: {
    before: () => writeFileSync(at('ini'), 'a=1\nb=2\n'),
    steps: () => [edit(at('ini'), { filter: sh`sed 's/^b=.*/b=3/'` })],
    after: () => expect(readFileSync(at('ini'), 'utf8')).toBe('a=1\nb=3\n'),
  },
  action: {
    before: () => {},
    steps: () => [
      action('make it', {
        run: sh`echo made >${at('made')}`,
        guard: { kind: 'creates', path: at('made') },
        undo: sh`rm ${at('made')}`,
      }),
    ],
    after: () => expect(readFileSync(at('made'), 'utf8')).toBe('made\n'),
  },
};

describe.each(shellNames)('in %s', (shell) => {
  it.each(Object.keys(kinds))(
    '%s: predicts, leaves alone, applies, applies nothing, undoes',
    async (name) => {
      const kind = kinds[name];
      if (kind === undefined) throw new Error(name);
      kind.before();
      const original = snapshot();
      const what = program({ steps: kind.steps() });

      const check = await runIn(shell, what, { home: home(), mode: 'check' });
      expect(check).toMatchObject({ statuses: ['changed'], finished: true, code: 0 });
      expect(snapshot()).toEqual(original);
      expect(existsSync(home())).toBe(false);

      const run = await runIn(shell, what, { home: home() });
      expect(run).toMatchObject({ statuses: ['changed'], finished: true, code: 0 });
      kind.after();
      expect(existsSync(join(home(), 'lock'))).toBe(false);

      const again = await runIn(shell, what, { home: home(), run: 'second' });
      expect(again).toMatchObject({ statuses: ['ok'], finished: true });
      expect(existsSync(join(home(), 'runs/second'))).toBe(false);

      const [command, ...args] = shells[shell];
      execFileSync(command, [...args, join(home(), 'runs/test/undo.sh')]);
      expect(snapshot()).toEqual(original);
      // Undoing twice is harmless.
      execFileSync(command, [...args, join(home(), 'runs/test/undo.sh')]);
      expect(snapshot()).toEqual(original);
    },
  );

  it('reads kernel parameters whole, all of them by one process until something is changed', async () => {
    const same = (path: `/proc/${string}`) =>
      value(path, {
        read: procFile(path),
        want: readFileSync(path, 'utf8').trim().replaceAll('\t', ' '),
        write: sh`false`,
      });
    // Several digits, several words, a text, and one that is empty on most hosts.
    const paths = [
      'kernel/pid_max',
      'net/ipv4/tcp_rmem',
      'kernel/ostype',
      'net/ipv4/ip_local_reserved_ports',
    ];
    const all = paths.map((path) => same(`/proc/sys/${path}`));
    // The tool of this machine, noting who calls it; busybox has its own.
    const real = execFileSync('sh', ['-c', 'command -v grep'], { encoding: 'utf8' }).trim();
    writeFileSync(at('grep'), `#!/bin/sh\necho >>${at('calls')}\nexec ${real} "$@"\n`, { mode: 0o755 });
    const changes = file(at('new'), { content: 'x' });
    const path = process.env['PATH'];
    try {
      process.env['PATH'] = `${dir}:${path}`;
      const run = await runIn(
        shell,
        program({ steps: all }, { steps: [changes] }, { steps: all.slice(0, 2) }),
        {
          home: home(),
        },
      );
      expect(run.statuses).toEqual(['ok', 'changed', 'ok']);
    } finally {
      process.env['PATH'] = path;
    }
    expect(existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8') : '').toBe(
      shell === 'ash' ? '' : '\n',
    );
  });

  it('does not begin with a kernel parameter that can only be read', async () => {
    const path = '/proc/sys/kernel/osrelease';
    const steps = [
      value('the release', { read: procFile(path), want: 'other', write: sh`: >${at('tried')}` }),
    ];
    for (const mode of ['check', 'apply'] as const) {
      const run = await runIn(shell, program({ steps }), { home: home(), mode });
      expect(run.outcomes.get(1)?.error?.message).toContain(
        'the release can only be read, on this host or by this user',
      );
    }
    expect([existsSync(at('tried')), existsSync(home())]).toEqual([false, false]);
  });

  it('never takes the unreadable for the absent', async () => {
    const steps = [present('x', { test: sh`exit 3`, create: sh`: >${at('x')}` })];
    const run = await runIn(shell, program({ steps }), { home: home() });
    expect(run.statuses).toEqual(['failed']);
    expect(existsSync(at('x'))).toBe(false);
  });

  it('notices a first command that fails, and a value that does not read back', async () => {
    const failing = [value('v', { read: reading(sh`echo a`), want: 'b', write: sh`false && true` })];
    const lying = [value('v', { read: reading(sh`echo a`), want: 'b', write: sh`true` })];
    const run = await runIn(shell, program({ steps: failing }), { home: home() });
    const other = await runIn(shell, program({ steps: lying }), { home: home(), run: 'other' });
    expect([run.statuses, other.statuses]).toEqual([['failed'], ['failed']]);
    expect(other.outcomes.get(1)?.error?.message).toContain('reads back differently');
  });

  it('skips what follows a failure, but not what stands in always, nor after an attempt', async () => {
    const fail = { steps: [action('fail', { run: sh`exit 7` })] };
    const fine = { steps: [action('fine', { run: sh`exit 0` })] };
    const plain = await runIn(
      shell,
      program(fail, fine, { kind: 'always', scope: 1 }, fine, { kind: 'always-end', scope: 1 }, fine),
      { home: home() },
    );
    expect(plain.statuses).toEqual(['failed', 'skipped', 'changed', 'skipped']);
    const tried = await runIn(
      shell,
      program({ kind: 'attempt', scope: 1 }, fail, fine, { kind: 'attempt-end', scope: 1 }, fine, {
        ...fine,
        when: { op: 'scope', scope: 1 },
      }),
      { home: home(), run: 'tried' },
    );
    expect(tried.statuses).toEqual(['failed', 'skipped', 'changed', 'changed']);
  });

  it('keeps a change that somebody waits for until the waiting task has succeeded', async () => {
    const producer = {
      steps: [file(at('conf'), { content: 'x' })],
      marks: ['mark1'],
    };
    const consumer = (run: string) => ({
      steps: [action('restart', { run: sh`[ -e ${at('ready')} ] && echo ${run} >>${at('restarts')}` })],
      when: { op: 'changed', task: 1 } as const,
      clears: ['mark1'],
      awaited: new Map([[1, 'mark1']]),
    });
    const first = await runIn(shell, program(producer, consumer('a')), { home: home(), run: 'a' });
    expect(first.statuses).toEqual(['changed', 'failed']);
    writeFileSync(at('ready'), '');
    const check = await runIn(shell, program(producer, consumer('b')), {
      home: home(),
      run: 'b',
      mode: 'check',
    });
    expect(check.statuses).toEqual(['ok', 'changed']);
    const second = await runIn(shell, program(producer, consumer('b')), { home: home(), run: 'b' });
    expect(second.statuses).toEqual(['ok', 'changed']);
    const third = await runIn(shell, program(producer, consumer('c')), { home: home(), run: 'c' });
    expect(third.statuses).toEqual(['ok', 'skipped']);
    expect(readFileSync(at('restarts'), 'utf8')).toBe('b\n');
  });

  it('names the package of a missing program', async () => {
    const run = await runIn(shell, program({ steps: [tool('no-such-tool', { debian: 'the-package' })] }), {
      home: home(),
      mode: 'check',
    });
    const end = run.events.find((event) => event.type === 'task');
    expect(end).toMatchObject({ status: 'failed', error: { hint: expect.stringContaining('the-package') } });
  });

  it('judges what stands inside a thing that is not there yet by what making it sets', async () => {
    const inside = 'flag:x' as const;
    const read = reading(sh`cat ${at('missing')}`);
    const write = sh`true`;
    const steps = [
      present('x', { test: sh`[ -e ${at('x')} ]`, create: sh`: >${at('x')}`, provides: inside }),
      value('set', { read, write, want: '1', inside, fresh: 'set' }),
    ];
    const run = await runIn(
      shell,
      program(
        { steps },
        { steps: [value('same', { read, write, want: '1', inside, fresh: { value: '1' } })] },
        { steps: [value('differs', { read, write, want: '1', inside, fresh: { value: '0' } })] },
        { steps: [value('open', { read, write, want: '1', inside })] },
      ),
      { home: home(), mode: 'check' },
    );
    expect(run.statuses).toEqual(['changed', 'ok', 'changed', 'unknown']);
  });
});
