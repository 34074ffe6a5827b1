import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryAccount, type Account } from '../support/account.ts';
import { ageKey, type AgeKey } from '../support/age.ts';
import { cli, startCli } from '../support/cli.ts';
import { filesWith } from '../support/files-with.ts';
import { playbookProject, type PlaybookProject } from '../support/playbook-project.ts';
import { ProcessWatch, traced, tracedLines, traceProcess, type ExecTrace } from '../support/process-watch.ts';
import { startSshd, type Sshd } from '../support/sshd.ts';
import { onTerminal } from '../support/terminal.ts';

/** Words that stand nowhere else, and are never written down here. */
const word = (name: string): string => `canary${name}${randomBytes(12).toString('hex')}`;
const canary = { value: word('v'), next: word('n'), extra: word('x'), env: word('e') };

let sshd: Sshd;
let key: AgeKey;
/** Logs in, and becomes the other one, with its password. */
let login: Account;
let other: Account;
let project: PlaybookProject;
let target = '';
let onTarget: ExecTrace;
const started = Date.now();
const outputs: string[] = [];
let runs = 0;

const path = (name: string): string => project.at(name);
const at = (name: string): string => join(target, name);
const sealed = async (text: string): Promise<string> => JSON.stringify(await key.encrypt(text));

describe.skipIf(process.getuid?.() !== 0)('a secret', () => {
  beforeAll(async () => {
    project = playbookProject();
    target = path('target');
    for (const name of ['target', 'home', 'tmp', 'state', 'traces']) mkdirSync(path(name));
    chmodSync(project.dir, 0o755);
    chmodSync(target, 0o1777);
    key = await ageKey(project.dir);
    login = temporaryAccount({ sudo: 'with-password' });
    other = temporaryAccount();
    sshd = await startSshd(['PasswordAuthentication yes']);
    onTarget = await traceProcess(Number(readFileSync(join(sshd.dir, 'pid'), 'utf8')), path('traces/target'));
    project.write('app.hbs', '# generated\npassword = {{canary}}\nurl = {{url}}\n');
    project.write('extra.yaml.age', await key.encrypt(`extra: ${canary.extra}\n`));
    await writeInventory(canary.value);
    writePlaybook();
  });
  afterAll(async () => {
    await onTarget?.stop();
    await sshd?.close();
    login?.remove();
    other?.remove();
    project.remove();
  });

  async function writeInventory(value: string): Promise<void> {
    project.write(
      'prod.yaml',
      `hosts:
  far:
    address: 127.0.0.1
    port: ${sshd.port}
    user: ${login.name}
    password: !age ${await sealed(login.password)}
    knownHostsFiles: [${sshd.knownHosts}]
    becomePassword: !age ${await sealed(login.password)}
  near: { connection: local }
vars:
  canary: !age ${await sealed(value)}
  env: { $secret: { env: CANARY } }
`,
    );
  }

  function writePlaybook(): void {
    project.write(
      'site.ts',
      `import { attempt, play, secret, Secret, v } from 'tsplay';
import { command, file, template } from 'tsplay/modules';
import { defineModule, file as fileStep } from 'tsplay/steps';
const networkFile = defineModule<{ readonly content: Secret }>('network-file', {
  network: true,
  steps: (path, { content }) => [fileStep(path, { content, mode: '600' })],
});
const vars = v.object({ canary: v.instance(Secret), env: v.instance(Secret), extra: v.instance(Secret) });
export default play('Canary', { hosts: 'all', vars }, async ({ host, vars: { canary, env, extra } }) => {
  const at = (name: string) => \`${target}/\${host.name}-\${name}\`;
  const url = secret\`db://\${canary}:\${extra}@db1/\${env}\`;
  file(at('plain'), { content: canary, mode: '0600' });
  template(at('app.conf'), { source: 'app.hbs', vars: { canary, url }, mode: '0600' });
  command('reads', { run: ['sh', '-c', 'umask 077; cat >"$1"', 'sh', at('stdin')], stdin: url });
  networkFile(at('network'), { content: canary });
  if (host.name === 'far') {
    const become = '${other.name}';
    file(at('theirs'), { content: canary, mode: '0600', become });
    command('their own', { run: ['sh', '-c', 'umask 077; cat >"$1"', 'sh', at('their-stdin')], stdin: url, become });
    networkFile(at('their-network'), { content: canary, become });
  }
  attempt(() => {
    command('tells it', { run: ['sh', '-c', 'tee /dev/stderr; exit 3'], stdin: url });
  });
  attempt(() => {
    file('/nowhere/plain', { content: canary });
  });
  const told = await command('repeats it', { run: ['cat'], stdin: url, reads: true }).result();
  throw new Error(\`it said \${told.stdout}, of \${String(canary)} and \${JSON.stringify({ canary })}\`);
});
`,
    );
  }

  const env = (): NodeJS.ProcessEnv => ({
    PATH: process.env['PATH'],
    HOME: path('home'),
    TMPDIR: path('tmp'),
    TS_HOME: path('state'),
    TSPLAY_IDENTITY: key.file,
    CANARY: canary.env,
  });

  interface Told {
    readonly code: number | null;
    readonly text: string;
  }

  /** Runs tsplay, and keeps all that it says. */
  const tsplay = (...args: readonly string[]): Promise<Told> => told(args, (words) => words);

  /** Keeps all that it executes, too. */
  function tracedTsplay(...args: readonly string[]): Promise<Told> {
    runs += 1;
    const trace = path(`traces/${runs}`);
    return told(args, (words) => traced(trace, words));
  }

  async function told(
    args: readonly string[],
    under: (words: readonly string[]) => readonly string[],
  ): Promise<Told> {
    const { code, stdout, stderr } = await startCli(args, { cwd: project.dir, env: env(), only: true, under })
      .ended;
    const text = `${stdout}${stderr}`;
    outputs.push(text);
    return { code, text };
  }

  const inventory = ['site.ts', '-i', 'prod.yaml', '-e', '@extra.yaml.age'];
  const loud = [...inventory, '--diff', '-vvv'];
  const all = (): readonly string[] => [...Object.values(canary), login.password];

  it('goes where it is meant to go, in every way to run it', async () => {
    const watch = new ProcessWatch(all().filter((one) => one !== canary.env));
    const reports = ['html', 'xml', 'jsonl', 'txt'].map((ending) => path(`report.${ending}`));
    const reported = reports.flatMap((file) => ['--report', file]);
    const openssh = ['--transport', 'openssh', '--limit', 'far'];
    // What changes nothing is in nobody's way.
    const [check, other, compiled] = await Promise.all([
      tsplay('check', ...loud, '--output', 'json', ...reported, '--report', 'github'),
      tracedTsplay('check', ...loud, ...openssh, '--output', 'plain'),
      tsplay('compile', ...inventory, '--limit', 'far'),
    ]);
    for (const file of reports) expect(readFileSync(file, 'utf8')).toContain('‹secret›');
    expect(check).toMatchObject({ code: 1, text: expect.stringContaining('/nowhere') as string });
    expect(other).toMatchObject({ code: 1, text: expect.stringContaining('/nowhere') as string });
    expect(compiled.code).toBe(0);
    const run = await tracedTsplay('run', ...loud, '--output', 'json');
    expect(run).toMatchObject({
      code: 1,
      text: expect.stringContaining('it said db://‹secret›:‹secret›@db1/‹secret›') as string,
    });
    await onTarget.stop();
    const url = `db://${canary.value}:${canary.extra}@db1/${canary.env}`;
    for (const host of ['far', 'near']) {
      expect(readFileSync(at(`${host}-plain`), 'utf8')).toBe(canary.value);
      expect(readFileSync(at(`${host}-app.conf`), 'utf8')).toContain(
        `password = ${canary.value}\nurl = ${url}\n`,
      );
      expect(readFileSync(at(`${host}-stdin`), 'utf8')).toBe(url);
      expect(readFileSync(at(`${host}-network`), 'utf8')).toBe(canary.value);
    }
    for (const [name, content] of [
      ['theirs', canary.value],
      ['their-stdin', url],
      ['their-network', canary.value],
    ] as const) {
      expect(readFileSync(at(`far-${name}`), 'utf8')).toBe(content);
      expect(statSync(at(`far-${name}`)).uid).not.toBe(statSync(at('far-plain')).uid);
    }
    const again = await tsplay('run', ...loud, '--output', 'plain');
    expect(again.text).toMatch(/tells it[^]*‹secret›/);
    const terminal = await onTerminal([process.execPath, cli, 'run', ...loud], [], {
      cwd: project.dir,
      env: env(),
    });
    expect(terminal).toMatchObject({ code: 1, shown: expect.stringContaining('‹secret›') as string });
    outputs.push(terminal.shown);
    const refused = readFileSync(path('site.ts'), 'utf8').replace(
      'canary: v.instance(Secret)',
      'canary: v.custom<Secret>(() => false, (issue) => `refuses ${String(issue.input)} ${JSON.stringify(issue)}`)',
    );
    project.write('refuses.ts', refused);
    expect(await tsplay('run', 'refuses.ts', ...inventory.slice(1), '-vvv')).toMatchObject({
      code: 64,
      text: expect.stringContaining('refuses ‹secret›') as string,
    });
    expect(await watch.stop()).toEqual([]);
    expect(watch.passes).toBeGreaterThan(100);
  });

  it('is in no output', () => {
    expect(outputs).toHaveLength(7);
    for (const text of outputs) for (const one of all()) expect(text).not.toContain(one);
  });

  it('is in no command line and no environment, of all that was executed on either side', () => {
    const far = onTarget.lines();
    expect(far.length).toBeGreaterThan(100);
    expect(far.filter((line) => all().some((one) => line.includes(one)))).toEqual([]);
    for (let run = 1; run <= runs; run += 1) {
      const [first = '', ...others] = tracedLines(path(`traces/${run}`));
      // Whoever starts tsplay puts it there.
      expect(first).toContain(canary.env);
      expect(
        [first.replaceAll(canary.env, ''), ...others].filter((line) =>
          all().some((one) => line.includes(one)),
        ),
      ).toEqual([]);
    }
  });

  const homes = (): readonly string[] => [login, other].map(({ name }) => `/home/${name}`);
  const places = (): readonly string[] => [
    project.dir,
    ...homes(),
    sshd.dir,
    tmpdir(),
    '/var/tmp',
    '/var/log',
    '/dev/shm',
    '/run',
    '/etc',
  ];

  it('is in no file but those that it was asked for', () => {
    const asked = ['plain', 'app.conf', 'stdin', 'network'].flatMap((name) => [
      `far-${name}`,
      `near-${name}`,
    ]);
    const theirs = ['theirs', 'their-stdin', 'their-network'].map((name) => `far-${name}`);
    const found = filesWith(all(), places(), started).filter((file) => !file.startsWith(path('traces/')));
    expect(new Set(found)).toEqual(new Set([...asked, ...theirs].map(at)));
    const records = readdirSync(path('.tsplay/runs')).map((name) => path(`.tsplay/runs/${name}`));
    expect(records.length).toBeGreaterThan(3);
    for (const file of records) expect(readFileSync(file, 'utf8')).toContain('‹secret›');
  });

  it('stays in the journal alone once it is replaced, where its owner can undo that', async () => {
    await writeInventory(canary.next);
    expect((await tsplay('run', ...loud, '--output', 'plain')).code).toBe(1);
    expect(readFileSync(at('far-plain'), 'utf8')).toBe(canary.next);
    const old = filesWith([canary.value], places(), started);
    expect(old.every((file) => /\/runs\/[^/]+\/\d+\.old$/.test(file))).toBe(true);
    // Three here and three there, and two of the other user: what a command has written nobody can tell.
    expect(old).toHaveLength(8);
    for (const file of old) {
      expect(statSync(file).mode & 0o077).toBe(0);
      expect(statSync(dirname(file)).mode & 0o077).toBe(0);
    }
    const newest = readdirSync(path('state/runs')).toSorted().at(-1) ?? '';
    outputs.push(execFileSync('sh', [path(`state/runs/${newest}/undo.sh`)], { encoding: 'utf8' }));
    expect(readFileSync(at('near-plain'), 'utf8')).toBe(canary.value);
    for (const text of outputs) for (const one of all()) expect(text).not.toContain(one);
  });
});
