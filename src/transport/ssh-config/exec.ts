import { sshConfigError } from '../../errors/ssh-config.ts';

/** Milliseconds that a command has to decide. */
const patience = 30_000;

// The same question has the same answer within a run, however many hosts ask it.
const cache = new Map<string, Promise<boolean>>();

/** Does a command of `Match exec` succeed? It is run by the user's shell, as OpenSSH does. */
export function succeeds(command: string): Promise<boolean> {
  let running = cache.get(command);
  if (running === undefined) cache.set(command, (running = run(command)));
  return running;
}

async function run(command: string): Promise<boolean> {
  // Few configurations run anything.
  const { spawn } = await import('node:child_process');
  return new Promise((resolve, reject) => {
    const shell = process.env['SHELL'] || '/bin/sh';
    const child = spawn(shell, ['-c', command], {
      stdio: 'ignore',
      timeout: patience,
      killSignal: 'SIGKILL',
    });
    const fail = (problem: string): void => reject(sshConfigError('ssh-config-exec', { command, problem }));
    child.once('error', (error) => fail(error.message));
    child.once('close', (code, signal) => {
      if (signal === 'SIGKILL') fail(`it did not end within ${patience / 1000} s`);
      else resolve(code === 0);
    });
  });
}
