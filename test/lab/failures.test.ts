import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventStream } from '../support/event-stream.ts';
import { withLab } from './support/lab.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const lab = withLab(3);
let project = '';

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'tsplay-failures-'));
  mkdirSync(join(project, 'node_modules'));
  symlinkSync(root, join(project, 'node_modules/tsplay'));
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(project, 'site.ts'),
    `import { play } from 'tsplay';
import { file } from 'tsplay/modules';
export default play('Files', { hosts: 'all' }, () => {
  file('/srv/small/conf', { content: 'x'.repeat(200_000), mode: '0644' });
  file('/etc/after', { content: 'after\\n' });
});
`,
  );
});
afterAll(() => rmSync(project, { recursive: true }));

interface Outcome {
  readonly code: number;
  readonly events: readonly Record<string, unknown>[];
}

function run(): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [
        join(root, 'dist/src/cli/main.js'),
        'run',
        'site.ts',
        '-i',
        'lab',
        '--limit',
        'lab1:lab2:lab3',
        '--output',
        'json',
      ],
      { cwd: project, maxBuffer: 1 << 26 },
      (error, stdout) => {
        const events = eventStream(stdout) as unknown as Outcome['events'];
        resolve({ code: Number(error?.code ?? 0), events });
      },
    );
  });
}

const failureOf = ({ events }: Outcome, host: string): unknown =>
  events.find(
    (event) => event['type'] === 'task' && event['host'] === host && event['status'] === 'failed',
  )?.['error'];

it('tells of a full disk and a read-only root with what the host said; nothing is half-written; the rest goes on', async () => {
  await lab.read(
    'lab1',
    'mkdir -p /srv/small; mount -t tmpfs -o size=100k none /srv/small; echo old >/srv/small/conf',
  );
  await lab.read(
    'lab2',
    'mkdir -p /srv/small; sync; echo u >/proc/sysrq-trigger; while touch /srv/x 2>/dev/null; do sleep 0.1; done',
  );
  await lab.read('lab3', 'mkdir -p /srv/small');
  const outcome = await run();
  expect(outcome.code).toBe(1);
  expect(failureOf(outcome, 'lab1')).toMatchObject({
    message: 'could not write /srv/small/conf',
    stderr: expect.stringMatching(/100% \/srv\/small/),
  });
  expect(failureOf(outcome, 'lab2')).toMatchObject({
    message: '/srv/small/conf cannot be written: the permissions of its folder or its file system forbid it',
  });
  expect(failureOf(outcome, 'lab3')).toBeUndefined();
  expect(await lab.read('lab1', 'cat /srv/small/conf; ls -A /srv/small; ls /etc/after 2>&1 || true')).toMatch(
    /^old\nconf\nls: /,
  );
  expect(await lab.read('lab3', 'stat -c %s /srv/small/conf; cat /etc/after')).toBe('200000\nafter');

  // Mended, the same run brings all of them there.
  await lab.read('lab1', 'mount -o remount,size=1m /srv/small');
  await lab.read('lab2', 'mount -o remount,rw /');
  expect((await run()).code).toBe(0);
  const again = await run();
  expect(again.events.at(-1)).toMatchObject({ hosts: { lab1: { ok: 2 }, lab2: { ok: 2 }, lab3: { ok: 2 } } });
  for (const host of lab.hosts) {
    expect(await lab.read(host, 'stat -c %s /srv/small/conf; ls /var/lib/tsplay/v1')).toBe(
      '200000\npending\nruns',
    );
  }
});

it('undoes nothing that it has not written down: with a full journal, nothing changes', async () => {
  await lab.read(
    'lab1',
    'rm -rf /var/lib/tsplay; mkdir -p /var/lib/tsplay; mount -t tmpfs -o size=16k none /var/lib/tsplay; rm -f /etc/after',
  );
  const outcome = await run();
  expect(outcome.code).toBe(1);
  expect(failureOf(outcome, 'lab1')).toMatchObject({
    message: expect.stringContaining('nothing was changed'),
  });
  expect(await lab.read('lab1', 'ls /etc/after 2>&1 || true')).toContain('No such file');
});
