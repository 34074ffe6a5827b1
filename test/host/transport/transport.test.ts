import { createHash, randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transportNamed, type TransportName } from '../../../src/transport/index.ts';
import type { Channel, Connection, Exit, Target } from '../../../src/transport/transport.ts';
import { startSshd, type Sshd } from '../../support/sshd.ts';

let sshd: Sshd;
const open: Connection[] = [];

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(async () => {
  for (const connection of open) connection.destroy();
  await sshd.close();
});

interface Output extends Exit {
  readonly stdout: string;
  readonly stderr: string;
}

async function finish(channel: Channel): Promise<Output> {
  const [stdout, stderr, exit] = await Promise.all([
    text(channel.stdout),
    text(channel.stderr),
    channel.exit,
  ]);
  return { stdout, stderr, ...exit };
}

async function run(connection: Connection, command: string): Promise<Output> {
  return finish(await connection.exec(command));
}

const ways = ['ssh2', 'openssh'] as const satisfies readonly TransportName[];

describe.each(ways)('%s:', (way) => {
  async function connect(overrides?: Partial<Target>): Promise<Connection> {
    const connection = await (await transportNamed(way)).open(sshd.target(overrides));
    open.push(connection);
    return connection;
  }

  describe('a command', () => {
    it('gives its output, its errors and its status', async () => {
      const connection = await connect();
      expect(await run(connection, 'echo out; echo err >&2; exit 7')).toEqual({
        stdout: 'out\n',
        stderr: 'err\n',
        code: 7,
        signal: undefined,
      });
      expect(await run(connection, 'true')).toMatchObject({ code: 0, signal: undefined });
    });

    it('says which signal ended it', async () => {
      // ssh gives the same status for all that is not an ordinary end.
      const ended =
        way === 'ssh2' ? { code: undefined, signal: 'SIGTERM' } : { code: 255, signal: undefined };
      expect(await run(await connect(), 'kill -TERM $$')).toMatchObject(ended);
    });

    it('reads what is written to it, until its end', async () => {
      const channel = await (await connect()).exec('cat; echo done');
      channel.stdin.write('a\n');
      channel.stdin.end('b\n');
      expect(await finish(channel)).toMatchObject({ stdout: 'a\nb\ndone\n', code: 0 });
    });

    it('ends before its output has been read, and none of it is lost', async () => {
      const channel = await (await connect()).exec('echo out; echo err >&2');
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await finish(channel)).toMatchObject({ stdout: 'out\n', stderr: 'err\n', code: 0 });
    });

    it('settles only after both streams have ended', async () => {
      const channel = await (await connect()).exec('echo out; echo err >&2');
      let settled = false;
      void channel.exit.then(() => (settled = true));
      expect(await text(channel.stdout)).toBe('out\n');
      await new Promise((resolve) => setTimeout(resolve, 100));
      expect(settled).toBe(false);
      expect(await text(channel.stderr)).toBe('err\n');
      await channel.exit;
    });
  });

  describe('50 MB', () => {
    const size = 50 * 1024 * 1024;
    const hash = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

    it('go to a command that reads slowly at first', async () => {
      const data = randomBytes(size);
      const channel = await (await connect()).exec('sleep 1; sha256sum');
      const output = finish(channel);
      let most = 0;
      await pipeline(
        Readable.from(chunks(data)),
        async function* (source: AsyncIterable<Buffer>) {
          for await (const chunk of source) {
            most = Math.max(most, channel.stdin.writableLength);
            yield chunk;
          }
        },
        channel.stdin,
      );
      expect((await output).stdout).toContain(hash(data));
      // It waits for the host and does not take everything into memory.
      expect(most).toBeLessThan(1024 * 1024);
    });

    it('come from a command, on both streams', async () => {
      const channel = await (
        await connect()
      ).exec(`head -c ${size} /dev/zero; head -c ${size} /dev/zero >&2`);
      const zeros = hash(Buffer.alloc(size));
      const [stdout, stderr, exit] = await Promise.all([
        buffer(channel.stdout),
        buffer(channel.stderr),
        channel.exit,
      ]);
      expect(hash(stdout)).toBe(zeros);
      expect(hash(stderr)).toBe(zeros);
      expect(exit).toEqual({ code: 0, signal: undefined });
    });

    it('to a command that ends early make an error and no wait', async () => {
      const channel = await (await connect()).exec('head -c 5; exit 3');
      const output = finish(channel);
      await expect(pipeline(Readable.from(chunks(randomBytes(size))), channel.stdin)).rejects.toThrow(
        /close|EPIPE/i,
      );
      expect(await output).toMatchObject({ code: 3 });
    });
  });

  describe('several commands', () => {
    it('run at the same time, but not more than eight', async () => {
      const connection = await connect();
      const channels: Channel[] = [];
      const starting = Array.from({ length: 12 }, async () => channels.push(await connection.exec('cat')));
      await Promise.all(starting.slice(0, 8));
      await new Promise((resolve) => setTimeout(resolve, 200));
      expect(channels).toHaveLength(8);
      for (let index = 0; index < 12; index += 1) {
        const channel = channels[index];
        if (channel === undefined) throw new Error('a place was not given on');
        channel.stdin.end(`${index}`);
        expect(await finish(channel)).toMatchObject({ stdout: `${index}`, code: 0 });
        await starting[index + 8];
      }
    });
  });

  describe('a connection', () => {
    it('that we close says no reason, and takes no more commands', async () => {
      const connection = await connect();
      await run(connection, 'true');
      let reason: unknown = 'still open';
      void connection.closed.then((why) => (reason = why));
      await connection.close();
      expect(reason).toBeUndefined();
      await expect(connection.exec('true')).rejects.toMatchObject({ code: 'exec-refused', exit: 3 });
    });

    it('that we destroy ends its commands without a status, at once', async () => {
      const connection = await connect();
      const output = finish(await connection.exec('echo begun; sleep 60'));
      const unread = await connection.exec('echo unread; sleep 60');
      connection.destroy();
      expect(await connection.closed).toBeUndefined();
      expect(await output).toMatchObject({ code: undefined, signal: undefined });
      expect(await unread.exit).toEqual({ code: undefined, signal: undefined });
    });

    it('waits only a little for the goodbye of a host that hangs, and can be destroyed meanwhile', async () => {
      const own = await startSshd();
      const transport = await transportNamed(way);
      try {
        const [one, two] = [await transport.open(own.target()), await transport.open(own.target())];
        own.cut('SIGSTOP');
        const begin = performance.now();
        let closed = false;
        const closing = Promise.all([one.close(), two.close()]).then(() => (closed = true));
        two.destroy();
        expect(await two.closed).toBeUndefined();
        expect(closed).toBe(false);
        await closing;
        expect(await one.closed).toBeUndefined();
        // Generous, for a machine that does other things too: the host would hang for ever.
        expect(performance.now() - begin).toBeLessThan(30_000);
      } finally {
        await own.close();
      }
    });

    it('that the host cuts says so, and its commands and writers end', async () => {
      const own = await startSshd();
      const transport = await transportNamed(way);
      try {
        const connection = await transport.open(own.target());
        const channel = await connection.exec('sleep 60');
        const output = finish(channel);
        const others = Array.from({ length: 7 }, () => connection.exec('sleep 60'));
        await Promise.all(others);
        const waiting = connection.exec('true').catch((error: unknown) => error);
        const writing = pipeline(Readable.from(endless()), channel.stdin);
        const written = writing.catch((error: unknown) => error);
        own.cut();
        expect(await connection.closed).toBeInstanceOf(Error);
        expect(await output).toMatchObject({ code: undefined, signal: undefined });
        expect(await written).toBeInstanceOf(Error);
        expect(await waiting).toMatchObject({ code: 'exec-refused', exit: 3 });
        await expect(connection.exec('true')).rejects.toMatchObject({ code: 'exec-refused' });
      } finally {
        await own.close();
      }
    });
  });
});

function* chunks(data: Buffer): Generator<Buffer> {
  for (let at = 0; at < data.length; at += 65_536) yield data.subarray(at, at + 65_536);
}

function* endless(): Generator<Buffer> {
  const chunk = Buffer.alloc(65_536);
  for (;;) yield chunk;
}
