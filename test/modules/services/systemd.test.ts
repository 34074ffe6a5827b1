import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { service } from '../../../modules/index.ts';
import { Forks } from '../../support/forks.ts';
import { programOf } from '../../support/modules.ts';
import { runIn, shellNames, type ShellRun } from '../../support/shells.ts';

// A stand-in that answers as systemd 252 does; the real one is in the lab.
const systemctl = `#!/bin/sh
[ "$1" = show ] || { echo "systemctl $*" >&2; exit 0; }
while [ "$1" != -- ]; do shift; done
shift
first=1
for unit do
  [ -n "$first" ] || echo
  first=''
  id=$unit load=loaded active=active enabled=enabled reload=no can=yes source=
  case $unit in
    stopped*) active=inactive enabled=disabled ;;
    failed*) active=failed ;;
    starting*) active=activating ;;
    none*) load=not-found active=inactive enabled= ;;
    bad*) load=bad-setting active=inactive ;;
    masked*) load=masked active=inactive enabled=masked ;;
    static* | indirect* | generated* | alias* | transient*) enabled=\${unit%%-*} can=no ;;
    other-name*) id=first-name.service ;;
  esac
  printf '%s\\n' "Id=$id" "LoadState=$load" "ActiveState=$active" "SourcePath=$source" "UnitFileState=$enabled" "CanReload=$can" "NeedDaemonReload=$reload"
done
`;

let dir = '';
const path = process.env['PATH'] ?? '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'tsplay-units-'));
  mkdirSync(join(dir, 'bin'));
  writeFileSync(join(dir, 'bin/systemctl'), systemctl, { mode: 0o755 });
  process.env['PATH'] = `${join(dir, 'bin')}:${path}`;
});
afterAll(() => {
  process.env['PATH'] = path;
  rmSync(dir, { recursive: true });
});

const manager = 'systemd';

describe.each(shellNames)('units of systemd in %s', (shell) => {
  const check = async (body: () => void, under: readonly string[] = []): Promise<ShellRun> =>
    runIn(shell, await programOf(body), { home: join(dir, 'state'), mode: 'check', under });
  const told = async (name: string, options: object): Promise<string> => {
    const { outcomes, statuses } = await check(() => void service(name, { manager, ...options }));
    return [...outcomes.values()][0]?.error?.message ?? statuses[0] ?? '';
  };

  it.each([
    ['web', { state: 'running', enabled: true, masked: false }, 'ok'],
    ['web', { state: 'stopped' }, 'changed'],
    ['web', { enabled: false }, 'changed'],
    ['web', { masked: true }, 'changed'],
    ['stopped', { state: 'running' }, 'changed'],
    ['stopped', { state: 'stopped', enabled: false }, 'ok'],
    ['failed', { state: 'running' }, 'changed'],
    ['failed', { state: 'stopped' }, 'ok'],
    ['starting', { state: 'running' }, 'changed'],
    ['starting', { state: 'stopped' }, 'changed'],
    ['none', { masked: true }, 'changed'],
    ['none', { state: 'running' }, 'there is no unit none.service'],
    ['bad', { state: 'running' }, 'its file cannot be used'],
    ['masked', { state: 'running' }, 'it is masked; masked: false lifts that'],
    ['masked', { state: 'running', masked: false }, 'changed'],
    ['masked', { state: 'stopped', enabled: false, masked: true }, 'ok'],
    ['static-x', { enabled: true }, 'it has no [Install] section'],
    ['indirect-x', { enabled: false }, 'only names other units'],
    ['generated-x.mount', { enabled: true }, 'makes it at each boot'],
    ['alias-x', { enabled: true }, 'another name'],
    ['transient-x', { enabled: true }, 'systemd calls it transient'],
    ['static-x', { state: 'reloaded' }, 'cannot read its configuration anew'],
    ['web', { state: 'reloaded' }, 'changed'],
    ['other-name', { enabled: true }, 'ok'],
  ])('%s %j: %s', async (name, options, expected) => {
    expect(await told(name, options)).toContain(expected);
  });

  it('starts no more processes for twenty tasks than for two', async () => {
    const forks = new Forks();
    const count = async (tasks: number): Promise<number> => {
      const { statuses } = await check(() => {
        for (let n = 0; n < tasks; n += 1) service(`web${n}`, { manager, state: 'running', enabled: true });
      }, forks.under);
      expect(statuses).toEqual(Array.from({ length: tasks }, () => 'ok'));
      return forks.count();
    };
    expect(await count(20)).toBe(await count(2));
    forks.close();
  });
});
