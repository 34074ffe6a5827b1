import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { cli } from '../support/cli.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tsplay-cli-'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  return () => rmSync(folder, { recursive: true });
});

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** No colours, a lab that nobody has, and a state folder that is not that of this machine. */
function env(): NodeJS.ProcessEnv {
  const { PATH = '', HOME = '/' } = process.env;
  return { PATH, HOME, TSPLAY_LAB: 'no-such-lab', TS_HOME: join(folder, 'state') };
}

function tsplay(...args: readonly string[]): Result {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: env(),
  });
  return { status, stdout, stderr };
}

describe('tsplay', () => {
  it('says its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
      version: string;
    };
    expect(tsplay('--version')).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' });
  });

  it('lists its commands', () => {
    expect(tsplay()).toEqual(tsplay('--help'));
    expect(tsplay('--help')).toMatchObject({ status: 0, stderr: '' });
    expect(tsplay('--help').stdout).toMatchInlineSnapshot(`
      "USAGE
        tsplay run (-i INVENTORY)... <PLAYBOOK>
        tsplay check (-i INVENTORY)... <PLAYBOOK>
        tsplay compile (-i INVENTORY)... <PLAYBOOK>
        tsplay plan (-i INVENTORY)... (-o FILE) <PLAYBOOK>
        tsplay apply <FILE>
        tsplay rollback (-i INVENTORY)...
        tsplay history
        tsplay show
        tsplay facts (-i INVENTORY)...
        tsplay exec (-i INVENTORY)... <PATTERN, COMMAND, ARGUMENT>...
        tsplay task (-i INVENTORY)... <PATTERN, MODULE, NAME, OPTION>...
        tsplay console (-i INVENTORY)...
        tsplay doc
        tsplay init
        tsplay inventory list|graph|host|explain ...
        tsplay types (-i INVENTORY)...
        tsplay secret encrypt|decrypt|edit|rekey|keygen ...
        tsplay lab build|up|ssh|status|down ...
        tsplay -h
        tsplay -v

      Agentless provisioning in TypeScript.

      Example: tsplay check playbooks/site.ts -i lab --diff

      FLAGS
        -h --help     Print help information and exit
        -v --version  Print version information and exit
           --         All subsequent inputs should be interpreted as arguments

      COMMANDS
        run        Bring hosts to the state that a playbook declares
        check      Tell what a run would change, and change nothing
        compile    Print the shell program of one host
        plan       Check a playbook, and keep what a run would do for tsplay apply
        apply      Do what a plan says, on hosts that are as it found them
        rollback   Undo the last run on hosts
        history    List the runs, checks and rollbacks of this project
        show       Show a run that is over, or what differs between two audits
        facts      Show what hosts say of themselves
        exec       Run a command on hosts
        task       Call one module on hosts, without a playbook
        console    Call modules on hosts line by line
        doc        Show what modules there are, and what they can be given
        init       Make a project: a playbook, a role, inventories, a test
        inventory  Show hosts, groups, and where variables come from
        types      Write down what an inventory has, for editors and the compiler
        secret     Keep values and files encrypted with age, beside what uses them
        lab        Virtual machines to try playbooks on, with real kernels
      "
    `);
  });

  it('explains each flag', () => {
    expect(tsplay('check', '--help').stdout).toMatchInlineSnapshot(`
      "USAGE
        tsplay check (-i INVENTORY)... <PLAYBOOK>
        tsplay check -h

      Tells what a run would change, and changes nothing.

      Example: tsplay check playbooks/site.ts -i prod --diff

      Exit status: 0 in sync, 2 drift, 1 a task failed, 3 a host was unreachable, 64 nothing was checked.

      FLAGS
        -i  --inventory...         A file or folder, a name in inventory/, or lab; of several, the last wins
        -l [--limit]               Of these hosts only those that match, such as web*:!web3
           [--vault-id]...         Password of Ansible Vault: a file, a program that prints it, env:NAME, or prompt
        -e [--extra-var]...        Variable that wins over the inventory: KEY=TEXT, KEY:=JSON, @FILE.json, @FILE.yaml
        -f [--forks]               Most hosts at once                                                                             [default = 20]
        -o [--output]              Live, as lines, or as events for programs; by default what fits standard output                [tty|plain|json]
        -v [--verbose]             Show every task, live output and traffic; -vv every step too
           [--report]...           Write a report too: audit.html, junit.xml, events.jsonl, log.txt, KIND:FILE, or github
           [--record/--no-record]  Keep what happens for tsplay history and tsplay show                                           [default = true]
        -K [--ask-become-pass]     Ask for the password of sudo, su or doas; else TSPLAY_BECOME_PASSWORD, if set
        -k [--ask-pass]            Ask for the password of the login; else TSPLAY_PASSWORD, if set
           [--transport]           The way to every host; by default ssh2, or the system's ssh where that cannot go               [ssh2|openssh|local]
           [--fact-cache]          Keep facts, and take those of former runs that are not older, such as 10m; s, m, h, d
        -d [--diff]                Show what stands there and what comes in its place                                             [default = false]
        -t [--tags]...             Only tasks with one of these tags, and those that are always; all, tagged, untagged            [separator = ,]
           [--skip-tags]...        No task with one of these tags                                                                 [separator = ,]
           [--start-at]            On each host nothing before this task: its id, or its name; * is anything
           [--step]                Ask before each task on each host; each is a program of its own then                           [default = false]
           [--resume]              Go on with the last run of this playbook: leave out what it has done, task by task             [default = false]
           [--rerun]               Only hosts of the last run of this playbook that failed, were unreachable, or were not come to [failed|unreachable|left]
           [--list-hosts]          Print which hosts take part, and run nothing                                                   [default = false]
           [--list-tasks]          Print which tasks would run, as far as they are known, and run nothing                         [default = false]
           [--list-tags]           Print which tags there are, and run nothing                                                    [default = false]
           [--strict]              Tasks that cannot be predicted count as drift                                                  [default = false]
        -h  --help                 Print help information and exit
            --                     All subsequent inputs should be interpreted as arguments

      ARGUMENTS
        PLAYBOOK  The playbook, a .ts file
      "
    `);
  });

  it.each([
    [['chek'], 'there is no command chek; did you mean check?\nSee tsplay --help.\n'],
    [['help'], 'there is no command help; did you mean --help?\nSee tsplay --help.\n'],
    [['--versoin'], 'there is no flag --versoin; did you mean --version?\nSee tsplay --help.\n'],
    [['zzz'], 'there is no command zzz\nSee tsplay --help.\n'],
    [['lab', 'upp'], 'there is no command upp; did you mean up?\nSee tsplay lab --help.\n'],
    [['lab', '--version'], 'there is no flag --version\nSee tsplay lab --help.\n'],
    [['run', '--hepl'], 'there is no flag --hepl; did you mean --help?\nSee tsplay run --help.\n'],
    [
      ['run', 'x.ts', '-i', 'prod', '--extra-vras', 'a=1'],
      'there is no flag --extra-vras; did you mean --extra-var?\nSee tsplay run --help.\n',
    ],
    [['run', 'x.ts', '-i', 'prod', '-z'], 'there is no flag -z\nSee tsplay run --help.\n'],
    [['run', '-i', 'prod'], 'Expected argument for PLAYBOOK\nSee tsplay run --help.\n'],
    [['run', 'x.ts'], 'Expected input for flag --inventory\nSee tsplay run --help.\n'],
    [
      ['run', 'x.ts', '-i', 'prod', '--dif'],
      'there is no flag --dif; did you mean --diff?\nSee tsplay run --help.\n',
    ],
    [
      ['run', 'x.ts', '-i', 'prod', '--forks', '0'],
      'Failed to parse "0" for forks: 0 is not a whole number from 1\nSee tsplay run --help.\n',
    ],
    [
      ['check', 'x.ts', '-i', 'prod', '--output', 'xml'],
      '--output is one of tty, plain, json, not xml\nSee tsplay check --help.\n',
    ],
    [
      ['check', 'x.ts', '-i', 'prod', '--output', 'jsno'],
      '--output is one of tty, plain, json, not jsno; did you mean json?\nSee tsplay check --help.\n',
    ],
    [['lab', 'up', 'many'], expect.stringMatching(/not a whole number.*\nSee tsplay lab up --help.\n$/)],
  ])('refuses %j', (args, stderr) => {
    expect(tsplay(...args)).toEqual({ status: 64, stdout: '', stderr });
  });

  it.each([
    [['run', 'none.ts', '-i', 'prod'], /there is no inventory 'prod'/],
    [['check', 'none.ts', '-i', 'prod'], /there is no inventory 'prod'/],
    [['compile', 'none.ts', '-i', 'prod'], /there is no inventory 'prod'/],
    [['rollback', '-i', 'prod'], /there is no inventory 'prod'/],
    [['run', 'none.ts', '-i', 'prod', '-e', 'x'], /error\[bad-extra-var\]: -e x/],
    [['lab', 'ssh', 'lab9', 'ls', '-la', '--help'], /lab9/],
  ])('finds out before anything runs: %j', (args, message) => {
    const { status, stdout, stderr } = tsplay(...args);
    expect({ status, stdout }).toEqual({ status: 64, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('a run of tsplay', () => {
  beforeEach(() => {
    mkdirSync(join(folder, 'inventory'));
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(root, join(folder, 'node_modules/tsplay'));
    writeFileSync(join(folder, 'inventory/here.yaml'), 'hosts:\n  here: { connection: local }\n');
  });

  function playbook(body: string): void {
    // The variables of tests have no types.
    writeFileSync(
      join(folder, 'site.ts'),
      `// @ts-nocheck\nimport { each, play } from 'tsplay';\nimport { command, file } from 'tsplay/modules';\n` +
        `export default play('Test', { hosts: 'all' }, ({ vars }) => { ${body} });\n`,
    );
  }

  it('gives the variables of the command line to the playbook', () => {
    playbook("command('vars', { run: ['echo', JSON.stringify(vars)], reads: true });");
    const { status, stdout } = tsplay('run', 'site.ts', '-i', 'here', '-v', '-e', 'a=1', '-e', 'b:=[2]');
    expect(stdout).toContain('    here | {"a":"1","b":[2]}\n');
    expect(status).toBe(0);
  });

  it('keeps an awaited change for the task of its key, when the list comes in another order', () => {
    const reloaded = join(folder, 'reloaded');
    const reload = `test ! -e ${folder}/\${site}.broken && echo \${site} >>${reloaded}`;
    playbook(`each(vars.sites, String, (site) => {
      const conf = file(\`${folder}/\${site}.conf\`, { content: site });
      command('reload', { run: ['sh', '-c', \`${reload}\`], when: conf.changed });
    });`);
    writeFileSync(join(folder, 'a.broken'), '');
    expect(tsplay('run', 'site.ts', '-i', 'here', '-e', 'sites:=["a","b"]').status).toBe(1);
    rmSync(join(folder, 'a.broken'));
    expect(tsplay('run', 'site.ts', '-i', 'here', '-e', 'sites:=["b","a"]').status).toBe(0);
    expect(readFileSync(reloaded, 'utf8')).toBe('b\na\n');
  });

  it('prints what runs as other users too', () => {
    playbook("command('me', { run: ['id', '-un'] }); command('it', { run: ['whoami'], become: 'nobody' });");
    const { status, stdout } = tsplay('compile', 'site.ts', '-i', 'here');
    expect(status).toBe(0);
    expect(stdout).toMatch(/'id' '-un'[^]*ts_as 2 'nobody'[^]*# ---- ts_as 2: as nobody\n[^]*'whoami'/);
    expect(spawnSync('sh', ['-n'], { input: stdout, encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });

  it('exits with 2 on drift, and only in a check', () => {
    playbook("command('x', { run: ['true'] });");
    expect(tsplay('check', 'site.ts', '-i', 'here')).toMatchObject({ status: 2, stderr: '' });
    expect(tsplay('run', 'site.ts', '-i', 'here', '--check').stdout).toContain(
      'here: would change command[x]\n',
    );
    expect(tsplay('run', 'site.ts', '-i', 'here')).toMatchObject({ status: 0, stderr: '' });
  });

  it('exits with 1 when a task fails', () => {
    playbook("command('x', { run: ['false'] });");
    expect(tsplay('run', 'site.ts', '-i', 'here')).toMatchObject({ status: 1, stderr: '' });
  });

  it('ends quietly when nobody reads on', () => {
    playbook("for (const n of [1, 2, 3]) command(`x${n}`, { run: ['seq', '20000'], reads: true });");
    const shell = `"$1" "$2" run site.ts -i here -v; echo "status $?" >&2`;
    const { stdout, stderr } = spawnSync(
      'sh',
      ['-c', `{ ${shell}; } | head -n 1`, 'sh', process.execPath, cli],
      { cwd: folder, encoding: 'utf8', env: env() },
    );
    expect(stdout).toMatch(/^run site\.ts on here: 1 host, .*\n$/);
    expect(stderr).toBe('status 141\n');
  });

  /** Starts a run whose only task takes so many seconds, and waits until it is at it. */
  async function startLong(seconds: number): Promise<ChildProcessWithoutNullStreams> {
    playbook(`command('long', { run: ['sh', '-c', 'echo begun; exec sleep ${seconds}'], reads: true });`);
    const child = spawn(process.execPath, [cli, 'run', 'site.ts', '-i', 'here', '-v'], {
      cwd: folder,
      env: env(),
    });
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        if (chunk.includes('begun')) resolve();
      });
    });
    return child;
  }

  it('takes Ctrl-C as a wish to end in good order, and says so', async () => {
    const child = await startLong(1);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(stderr).toContain('Interrupted: every host stops before its next step');
    expect(stdout).toContain('\nrecap\n');
  });

  it('takes a second Ctrl-C as an order to leave at once', async () => {
    const child = await startLong(60);
    const begun = Date.now();
    child.kill('SIGINT');
    await once(child.stderr, 'data');
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([130, null]);
    expect(Date.now() - begun).toBeLessThan(50_000);
  });
});

describe('the tsplay of a project', () => {
  function install(where: string, main = "console.log('own', process.argv.slice(2).join(' '));"): void {
    const own = join(where, 'node_modules/tsplay');
    mkdirSync(own, { recursive: true });
    writeFileSync(join(own, 'package.json'), '{"name":"tsplay","type":"module","bin":{"tsplay":"main.js"}}');
    if (main !== '') writeFileSync(join(own, 'main.js'), main);
  }

  it('takes over, whatever it is asked', () => {
    install(folder);
    expect(tsplay('run', 'site.ts', '--newer')).toEqual({
      status: 0,
      stdout: 'own run site.ts --newer\n',
      stderr: '',
    });
    expect(tsplay('--version').stdout).toBe('own --version\n');
  });

  it('is that of the playbook, not of the inventory or the working folder', () => {
    const project = join(folder, 'project');
    mkdirSync(project);
    writeFileSync(join(project, 'package.json'), '{}');
    install(project);
    expect(tsplay('run', 'project/site.ts', '-i', 'x').stdout).toBe('own run project/site.ts -i x\n');
    expect(tsplay('run', '-i', 'project/hosts.ts').status).toBe(64);
  });

  it('is left out where it is broken, or is this one', () => {
    install(folder, '');
    expect(tsplay('--version').stdout).toMatch(/^\d/);
    rmSync(join(folder, 'node_modules/tsplay'), { recursive: true });
    symlinkSync(root, join(folder, 'node_modules/tsplay'));
    expect(tsplay('--version').stdout).toMatch(/^\d/);
  });

  it('may crash, which is not taken for a failed task', () => {
    install(folder, "setTimeout(() => { throw new Error('boom'); });");
    const { status, stdout, stderr } = tsplay('run', 'site.ts');
    expect({ status, stdout }).toEqual({ status: 70, stdout: '' });
    expect(stderr).toMatch(/^This is a bug in tsplay.*\n {2}Error: boom\n {6}at /);
    expect(stderr).toMatch(/these versions: tsplay \S+, Node v\S+, /);
  });

  it('sets the exit status', () => {
    install(folder, 'process.exitCode = 3;');
    expect(tsplay('run', 'site.ts').status).toBe(3);
  });
});
