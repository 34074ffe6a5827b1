import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pickMirror } from '../../src/lab/apt.ts';
import { connectWhenThere } from '../../src/lab/line-socket.ts';
import { withLock } from '../../src/lab/lock.ts';
import { socketPrefix } from '../../src/lab/paths.ts';
import { guestCommand } from '../../src/lab/qemu.ts';
import { run } from '../../src/lab/run-command.ts';
import { missingPackages } from '../../src/lab/tools.ts';

describe('pickMirror', () => {
  const targets = (...lines: readonly (readonly string[])[]): string =>
    lines.map((line) => line.join('\t')).join('\n');

  test('takes the main archive of this machine, not its updates, security or other vendors', () => {
    const lines = targets(
      ['http://vendor.example/apt', 'stable', 'Vendor', 'main'],
      ['http://mirror.example/security', 'bookworm-security', 'Debian-Security', 'main'],
      ['http://mirror.example/debian', 'bookworm-updates', 'Debian', 'main'],
      ['http://mirror.example/debian', 'bookworm', 'Debian', 'main'],
    );
    expect(pickMirror(lines)).toBe('http://mirror.example/debian');
  });

  test('prefers the release of the guests, and takes the mirror of another one otherwise', () => {
    const trixie = ['http://a.example/debian', 'trixie', 'Debian', 'main'];
    const bookworm = ['http://b.example/debian', 'bookworm', 'Debian', 'main'];
    expect(pickMirror(targets(trixie, bookworm))).toBe('http://b.example/debian');
    expect(pickMirror(targets(trixie))).toBe('http://a.example/debian');
  });

  test('falls back to deb.debian.org where apt knows no Debian that debootstrap can read', () => {
    expect(pickMirror('')).toBe('http://deb.debian.org/debian');
    const cdrom = ['cdrom://Debian', 'bookworm', 'Debian', 'main'];
    const ubuntu = ['http://archive.example/ubuntu', 'noble', 'Ubuntu', 'main'];
    expect(pickMirror(targets(cdrom, ubuntu))).toBe('http://deb.debian.org/debian');
  });
});

describe('guestCommand', () => {
  const devices = (argv: readonly string[]) => argv.filter((_, i) => argv[i - 1] === '-device');
  const of = (number: number, image = '/image') =>
    guestCommand({
      name: `lab${number}`,
      image,
      prefix: `/run/lab${number}`,
      port: 0,
      mode: 'resume',
      plug: { number, folder: '/run' },
    });

  test('has the same devices in the same order when saving and when resuming, on any place', () => {
    const saved = guestCommand({ name: 'lab', image: '/image', prefix: '/run/x', port: 0, mode: 'save' });
    expect(devices(of(1))).toEqual(devices(saved));
    expect(devices(of(8))).toEqual(devices(saved));
  });

  test('wires every guest to the first, each end with the name that the other one sends to', () => {
    const ends = (argv: readonly string[], end: 'local' | 'remote') =>
      argv.flatMap((arg) => new RegExp(`${end}\\.path=([^,]+)`).exec(arg)?.[1] ?? []);
    const others = [2, 3, 4, 5, 6, 7, 8].map((number) => of(number));
    expect(ends(of(1), 'local').toSorted()).toEqual(others.flatMap((o) => ends(o, 'remote')).toSorted());
    expect(ends(of(1), 'remote').toSorted()).toEqual(others.flatMap((o) => ends(o, 'local')).toSorted());
  });

  test('keeps a comma in a path from becoming an option', () => {
    expect(of(1, '/a,b').join(' ')).toContain('mem-path=/a,,b/memory,share=off');
  });
});

describe('withLock', () => {
  test('lets one at a time in, tells the other that it waits, and is free after a failure', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tsplay-lock-'));
    const file = join(folder, 'deep/lock');
    const events: string[] = [];
    try {
      const first = withLock(
        file,
        () => {},
        async () => {
          events.push('first in');
          await new Promise((resolve) => setTimeout(resolve, 600));
          events.push('first out');
          throw new Error('failed');
        },
      );
      await new Promise((resolve) => setTimeout(resolve, 100));
      const second = withLock(
        file,
        () => events.push('second waits'),
        async () => events.push('second in'),
      );
      await expect(first).rejects.toThrow('failed');
      await second;
      expect(events).toEqual(['first in', 'second waits', 'first out', 'second in']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('commands', () => {
  test('fail with what they said', async () => {
    const failing = run(['sh', '-c', 'echo nothing; echo reason >&2; exit 3']);
    await expect(failing).rejects.toMatchObject({
      code: 'lab-command-failed',
      message: expect.stringMatching(/failed: reason$/),
    });
    await expect(run(['/no/such/command'])).rejects.toMatchObject({ code: 'lab-command-failed' });
  });

  test('are looked for in sbin also, and those that are missing are known by their package', async () => {
    const tools = [
      { file: 'sh', package: 'dash' },
      { file: 'no-such-command-here', package: 'some-package' },
      { file: '/no/such/file', package: 'some-package' },
    ];
    expect(await missingPackages(tools)).toEqual(['some-package']);
  });
});

test('a socket whose name the kernel would not take is refused', () => {
  expect(socketPrefix('/run/lab1')).toBe('/run/lab1');
  expect(() => socketPrefix(`/${'x'.repeat(100)}`)).toThrow(/too long/);
});

test('a socket that does not answer is given up at the deadline, and so is one that is not there', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tsplay-socket-'));
  const path = join(folder, 'socket');
  const deadline = AbortSignal.timeout(500);
  const server = createServer((client) => client.write('hello\n'));
  setTimeout(() => server.listen(path), 100);
  try {
    const socket = await connectWhenThere(path, deadline);
    expect(await socket?.next()).toBe('hello');
    expect(await socket?.next()).toBeUndefined();
    expect(deadline.aborted).toBe(true);
    expect(await connectWhenThere(join(folder, 'other'), AbortSignal.timeout(50))).toBeUndefined();
  } finally {
    server.close();
    await rm(folder, { recursive: true });
  }
});
