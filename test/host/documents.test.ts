import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { LocalProject } from '../support/local-project.ts';

let project: LocalProject;
beforeEach(() => {
  project = new LocalProject('');
  return () => project.remove();
});

interface Told {
  readonly status: number | null;
  /** `task status`, in order. */
  readonly tasks: readonly string[];
  readonly steps: readonly { readonly before?: string; readonly after?: string }[];
  readonly roundTrips: unknown;
  readonly all: string;
}

/** What tsplay tells of a play with this body. */
function tells(command: 'check' | 'run', body: string): Told {
  project.write(
    'site.ts',
    `// @ts-nocheck
import { play, secret } from 'tsplay';
import { command, file, json, line, yaml } from 'tsplay/modules';
const at = (name) => process.cwd() + '/' + name;
export default play('Test', { hosts: 'all' }, async () => {\n${body}\n});\n`,
  );
  const { status, stdout, stderr } = project.tsplay(
    command,
    'site.ts',
    '-i',
    'here',
    '--diff',
    '--output',
    'json',
  );
  const events = stdout
    .split('\n')
    .filter((one) => one.startsWith('{'))
    .map((one) => JSON.parse(one) as Record<string, string>);
  return {
    status,
    tasks: events.flatMap((event) =>
      event['type'] === 'task' ? [`${event['task']?.replace(project.folder, '')} ${event['status']}`] : [],
    ),
    steps: events.filter((event) => event['type'] === 'step' && event['status'] === 'changed'),
    roundTrips: events.find((event) => event['type'] === 'session')?.['roundTrips'],
    all: stdout + stderr,
  };
}

const text = (name: string): string => readFileSync(project.at(name), 'utf8');

describe('a document', () => {
  it('is read, changed in place, and left when it is so', () => {
    project.write('a.json', '{\n  "a": 1,\n  "b": [12345678901234567890]\n}\n');
    project.write('b.yaml', '# c\na: 1 # d\n');
    const body = `
      const [a, b] = await Promise.all([
        json(at('a.json'), { set: { a: 2 }, remove: ['none'], merge: { c: { d: true } }, backup: true }),
        yaml(at('b.yaml'), { set: { a: 2 } }),
      ]);
      command('after', { run: ['true'], when: a.changed });
      await json(at('new.json'), { set: { x: 1 }, create: true, mode: '0600' });`;
    const check = tells('check', body);
    expect(check.tasks).toEqual([
      'json[/a.json] changed',
      'yaml[/b.yaml] changed',
      'command[after] changed',
      'json[/new.json] changed',
    ]);
    expect(check.steps[0]).toMatchObject({
      before: text('a.json'),
      after: text('a.json').replace('"a": 1', '"a": 2').replace(']\n', '],\n  "c": {\n    "d": true\n  }\n'),
    });
    expect(text('b.yaml')).toBe('# c\na: 1 # d\n');
    const run = tells('run', body);
    expect(run.tasks).toEqual(check.tasks);
    expect(run.status).toBe(0);
    expect(text('b.yaml')).toBe('# c\na: 2 # d\n');
    expect(text('a.json~')).toContain('"a": 1');
    expect(text('new.json')).toBe('{\n  "x": 1\n}\n');
    const again = tells('run', body);
    expect(again.tasks.filter((one) => !one.endsWith('ok'))).toEqual(['command[after] skipped']);
    expect(project.tsplay('rollback', '-i', 'here').status).toBe(0);
  });

  it('is foretold upon what earlier tasks would have made', () => {
    project.write('a.json', '{}\n');
    const body = `
      line(at('a.json'), { match: '^', line: '{"a": 1}' });
      await json(at('a.json'), { set: { b: 2 } });
      await Promise.all([json(at('a.json'), { set: { c: 3 } }), json(at('a.json'), { set: { d: 4 } })]);
      line(at('new.json'), { line: '{}', create: true });
      await json(at('new.json'), { set: { a: 1 } });`.replace(
      "line(at('a.json'), { match: '^', line: '{\"a\": 1}' });",
      "line(at('a.json'), { match: '^[{]', line: '{\"a\": 1}' });",
    );
    const first = body.replace('await json', 'const x = await json');
    const check = tells('check', first);
    expect(check.tasks.filter((one) => !one.endsWith('changed'))).toEqual([]);
    const run = tells('run', first);
    expect(run.tasks).toEqual(check.tasks);
    expect(JSON.parse(text('a.json'))).toEqual({ a: 1, b: 2, c: 3, d: 4 });
    expect(check.steps.map(({ after }) => after)).toEqual(run.steps.map(({ after }) => after));
  });

  it('that somebody else changes meanwhile is left alone', () => {
    project.write('a.json', '{"a":1}');
    const body = `
      const waiting = json(at('a.json'), { set: { a: 2 } });
      command('meanwhile', { run: ['sh', '-c', 'echo "{}" >"$1"', 'sh', at('a.json')] });
      await waiting;`;
    const run = tells('run', body);
    expect(run.tasks).toEqual(['command[meanwhile] changed', 'json[/a.json] failed']);
    expect(run.all).toContain('it has been changed by somebody else since it was read; run again');
    expect(text('a.json')).toBe('{}\n');
  });

  it('that cannot be changed fails its task, in a check, too', () => {
    project.write('bad.json', '{"a" 1}');
    project.write('list.json', '[1]');
    project.write('two.yaml', 'a: 1\n---\nb: 2\n');
    writeFileSync(project.at('latin'), Buffer.from([0x61, 0x3a, 0x20, 0xe4, 0x0a]));
    symlinkSync('nowhere', project.at('link'));
    const wrong: readonly (readonly [string, string])[] = [
      [
        "json(at('bad.json'), { set: { a: 1 } })",
        'bad.json is no JSON: something else was expected in line 1, column 6',
      ],
      ["json(at('list.json'), { set: { a: 1 } })", 'list.json has no object at the document'],
      ["json(at('none'), { set: { a: 1 } })", 'none does not exist, so it cannot be edited'],
      ["yaml(at('two.yaml'), { set: { a: 1 } })", 'two.yaml has several YAML documents'],
      ["yaml(at('latin'), { set: { a: 1 } })", 'latin is not text in UTF-8'],
      ["yaml(at('link'), { set: { a: 1 } })", 'link does not exist, so it cannot be edited'],
      ["yaml(at('inventory'), { set: { a: 1 } })", 'inventory is not a regular file'],
    ];
    const calls = wrong.map(([call]) => `await ${call.replace(/ \}\)$/, ', ignoreErrors: true })')};`);
    const check = tells('check', calls.join('\n'));
    expect(check.status).toBe(0);
    expect(check.tasks.filter((one) => one.endsWith('failed'))).toHaveLength(wrong.length);
    for (const [, message] of wrong) expect(check.all).toContain(message);
  });

  it('shows no secret', () => {
    project.write('a.json', '{"password": "the old one"}');
    const body = "await json(at('a.json'), { set: { password: secret('the new one') } });";
    for (const command of ['check', 'run', 'run'] as const) {
      expect(tells(command, body).all).not.toMatch(/the (old|new) one/);
    }
    expect(text('a.json')).toBe('{"password": "the new one"}');
    expect(project.run('grep', '-rl', 'the new one', 'state', '.tsplay/runs').stdout).toBe('');
  });

  it('costs one barrier, and so do several that begin together', () => {
    for (const name of ['a', 'b', 'c']) project.write(name, '{"a":1}');
    const one = "json(at('a'), { set: { a: 1 } })";
    const two = one.replace("'a'", "'b'");
    const without = tells('check', "command('x', { run: ['true'], reads: true });").roundTrips;
    expect(tells('check', `await ${one};`).roundTrips).toBe(Number(without) + 1);
    expect(tells('check', `await Promise.all([${one}, ${two}]);`).roundTrips).toBe(Number(without) + 1);
  });

  it('has to be waited for, and its options are looked at before anything connects', () => {
    const forgotten = tells('check', "json(at('a.json'), { set: { a: 1 } });");
    expect(forgotten).toMatchObject({ status: 64 });
    expect(forgotten.all).toContain("the body ended before json('");
    const wrong = tells(
      'check',
      "await json('relative', { set: { 'a..b': 1 }, remove: ['l[0]'], mode: '0600' });",
    );
    expect(wrong.status).toBe(64);
    for (const part of [
      'must be absolute',
      "'a..b' is no path of keys",
      'a place in a list',
      'mode is that of a new',
    ])
      expect(wrong.all).toContain(part);
  });

  it('can be changed from the command line', () => {
    project.write('a.json', '{"a":1}');
    const { status } = project.tsplay(
      'task',
      '-i',
      'here',
      'all',
      'json',
      project.at('a.json'),
      'set={"a":2}',
    );
    expect([status, text('a.json')]).toEqual([0, '{"a":2}']);
  });
});
