import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transportNamed, type TransportName } from '../../../src/transport/index.ts';
import { ssh2Transport } from '../../../src/transport/ssh2-transport.ts';
import type { Connection, Target } from '../../../src/transport/transport.ts';
import { freePort, startSshd, type Sshd } from '../../support/sshd.ts';

let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.close());

async function refusalBy(way: TransportName, target: Target): Promise<unknown> {
  try {
    (await (await transportNamed(way)).open(target)).destroy();
  } catch (error) {
    return error;
  }
  throw new Error('it was reached');
}

/** A server that is no sshd. */
async function serve(handle: Parameters<typeof createServer>[1]): Promise<{ server: Server; port: number }> {
  const server = createServer({}, handle);
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return { server, port };
}

const ways = ['ssh2', 'openssh'] as const satisfies readonly TransportName[];

// They wait more than they work, and for servers of their own.
describe.each(ways)('over %s: a host that cannot be reached', { concurrent: true }, (way) => {
  const refusal = (target: Target): Promise<unknown> => refusalBy(way, target);

  it('because nothing listens', async () => {
    const port = await freePort();
    expect(await refusal(sshd.target({ port }))).toMatchObject({
      code: 'connection-refused',
      exit: 3,
      host: 'web1',
      message: expect.stringContaining(`web1 (${userInfo().username}@127.0.0.1, port ${port})`),
    });
  });

  it('because its name is not known', async () => {
    expect(await refusal(sshd.target({ address: 'no-such-host.invalid' }))).toMatchObject({
      code: 'name-not-found',
      message: expect.stringContaining('no-such-host.invalid'),
    });
  });

  it('because it does not answer', async () => {
    const port = await freePort();
    // A process that never accepts, behind a queue of one: once that is full, packets are dropped.
    const code = `require('net').createServer().listen({port:${port},host:'127.0.0.1',backlog:1},()=>{
      require('fs').writeSync(1,'x'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)),0,0); })`;
    const silent = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(silent.stdout, 'data');
    const queue = Array.from({ length: 4 }, () => connect(port, '127.0.0.1').on('error', () => {}));
    try {
      await once(queue[0] as NodeJS.EventEmitter, 'connect');
      await new Promise((resolve) => setTimeout(resolve, 100));
      const begin = performance.now();
      expect(await refusal(sshd.target({ port, connectTimeout: 1_000 }))).toMatchObject({
        code: 'connection-timeout',
        message: expect.stringContaining('no answer within 1 s'),
      });
      expect(performance.now() - begin).toBeLessThan(5_000);
    } finally {
      for (const socket of queue) socket.destroy();
      silent.kill('SIGKILL');
      await once(silent, 'close');
    }
  });

  it('because it accepts and then says nothing', async () => {
    const { server, port } = await serve(() => {});
    try {
      expect(await refusal(sshd.target({ port, connectTimeout: 300 }))).toMatchObject({
        code: 'handshake-timeout',
        message: expect.stringContaining('0.3 s'),
      });
    } finally {
      server.close();
    }
  });

  it('because something else than SSH answers', async () => {
    const { server, port } = await serve((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    try {
      expect(await refusal(sshd.target({ port }))).toMatchObject({
        code: 'not-ssh',
        message: expect.stringContaining('it said: HTTP/1.1 400 Bad Request'),
      });
    } finally {
      server.close();
    }
  });

  it('because it has no algorithm in common with us', async () => {
    const strict = await startSshd(['Ciphers aes256-cbc']);
    try {
      expect(await refusal(strict.target())).toMatchObject({
        code: 'handshake-failed',
        message: expect.stringMatching(/no matching .*cipher/),
      });
    } finally {
      await strict.close();
    }
  });

  it('because it always drops us, which is tried five times', async () => {
    let connections = 0;
    const { server, port } = await serve((socket) => {
      connections += 1;
      socket.end('Exceeded MaxStartups\r\n');
    });
    try {
      expect(await refusal(sshd.target({ port }))).toMatchObject({
        code: 'handshake-dropped',
        message: expect.stringMatching(/5 times; it said: Exceeded MaxStartups$/),
      });
      expect(connections).toBe(5);
    } finally {
      server.close();
    }
  });

  it('because it resets us at once, which is tried five times', async () => {
    let connections = 0;
    const { server, port } = await serve((socket) => {
      connections += 1;
      socket.resetAndDestroy();
    });
    try {
      expect(await refusal(sshd.target({ port }))).toMatchObject({ code: 'handshake-dropped' });
      expect(connections).toBe(5);
    } finally {
      server.close();
    }
  });
});

async function whoami(connection: Connection): Promise<string> {
  const channel = await connection.exec('id -un');
  channel.stderr.resume();
  return text(channel.stdout);
}

describe.each(ways)('over %s: many connections at once', (way) => {
  const refusal = (target: Target): Promise<unknown> => refusalBy(way, target);

  const all = async (server: Sshd, count: number): Promise<readonly string[]> =>
    Promise.all(
      Array.from({ length: count }, async () => {
        const connection = await (await transportNamed(way)).open(server.target());
        try {
          return await whoami(connection);
        } finally {
          await connection.close();
        }
      }),
    );

  const everyone = (count: number): readonly string[] =>
    Array.from({ length: count }, () => `${userInfo().username}\n`);

  const refusals = ({ dir }: Sshd): number =>
    readFileSync(join(dir, 'log'), 'utf8').split('MaxStartups').length - 1;

  it('all come through, and never more than ten are in their handshake', async () => {
    // This sshd refuses every connection above ten, and says so in its log.
    const strict = await startSshd(['MaxStartups 10', 'LogLevel VERBOSE']);
    try {
      expect(await all(strict, 30)).toEqual(everyone(30));
      expect(refusals(strict)).toBe(0);
    } finally {
      await strict.close();
    }
  });

  it('come through where the host refuses most of them at first', async () => {
    const strict = await startSshd(['MaxStartups 3:100:3', 'LogLevel VERBOSE']);
    try {
      expect(await all(strict, 12)).toEqual(everyone(12));
      expect(refusals(strict)).toBeGreaterThan(0);
    } finally {
      await strict.close();
    }
  });

  it('do not wait for a host that does not answer', async () => {
    const sockets: Socket[] = [];
    const { server, port } = await serve((socket) => void sockets.push(socket.on('error', () => {})));
    try {
      let refused = 0;
      const silent = Array.from({ length: 12 }, async () => {
        await refusal(sshd.target({ port, connectTimeout: 30_000 }));
        refused += 1;
      });
      expect(await all(sshd, 1)).toEqual(everyone(1));
      expect(refused).toBe(0);
      server.close();
      // Those that come later, too.
      const hangingUp = setInterval(() => sockets.splice(0).forEach((socket) => socket.destroy()), 20);
      await Promise.all(silent);
      clearInterval(hangingUp);
    } finally {
      server.close();
    }
  });
});

describe('a command that the host does not start', () => {
  it('says so', async () => {
    const none = await startSshd(['MaxSessions 0']);
    try {
      const connection = await ssh2Transport.open(none.target());
      for (let times = 0; times < 9; times += 1) {
        await expect(connection.exec('true')).rejects.toMatchObject({
          code: 'exec-refused',
          exit: 3,
          message: expect.stringContaining('open failed'),
          hint: expect.stringContaining('MaxSessions'),
        });
      }
      await connection.close();
    } finally {
      await none.close();
    }
  });

  it('starts in another connection where this one may have no more', async () => {
    const strict = await startSshd(['MaxSessions 1']);
    try {
      const said: string[] = [];
      const connection = await ssh2Transport.open(strict.target(), (message) => said.push(message));
      const first = await connection.exec('cat');
      const others = await Promise.all([1, 2, 3].map(() => whoami(connection)));
      expect(others).toEqual([1, 2, 3].map(() => `${userInfo().username}\n`));
      expect(said[0]).toContain('MaxSessions');
      first.stdin.end('still here');
      first.stderr.resume();
      expect(await text(first.stdout)).toBe('still here');
      await first.exit;
      // The host frees the place a moment after it has told the end.
      const again = (): Promise<string> => whoami(connection).catch(() => 'not yet');
      await expect.poll(again).toBe(`${userInfo().username}\n`);
      await connection.close();
    } finally {
      await strict.close();
    }
  });
});

describe('what a host may say first', () => {
  it('is no part of the output', async () => {
    const banner = await startSshd([`Banner ${sshd.clientKey}.pub`]);
    try {
      const connection = await ssh2Transport.open(banner.target());
      const channel = await connection.exec('echo out');
      channel.stderr.resume();
      expect(await text(channel.stdout)).toBe('out\n');
      await connection.close();
    } finally {
      await banner.close();
    }
  });

  it('is what a forced command says, whatever we ask for', async () => {
    const forced = await startSshd(['ForceCommand echo only this']);
    try {
      const connection = await ssh2Transport.open(forced.target());
      const channel = await connection.exec('echo out');
      channel.stderr.resume();
      expect(await text(channel.stdout)).toBe('only this\n');
      await connection.close();
    } finally {
      await forced.close();
    }
  });
});
