import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { labError } from '../errors/lab.ts';
import { IMAGE_FILES } from './image.ts';
import { sshArguments } from './ssh-arguments.ts';
import { guestName, knownHostsFile, runningGuests, type GuestRecord } from './state.ts';

/** Arguments of ssh for a guest that is up. */
export function guestSshArguments(guest: GuestRecord, user?: string): readonly string[] {
  return sshArguments({
    key: join(guest.image, IMAGE_FILES.key),
    knownHosts: knownHostsFile(),
    port: guest.port,
    ...(user === undefined ? {} : { user }),
  });
}

/**
 * Opens a shell on a guest, or runs a command there, through the system's ssh on this terminal.
 *
 * @param host the guest's name, such as `lab1`, or `user@lab1`; root if no user is given
 * @param argv what to run; ssh joins it with spaces
 * @returns the status of ssh: the command's, or 255 if ssh itself failed
 * @throws TsplayError `lab-unknown-host` if no such guest is up
 */
export async function labSsh(host: string, argv: readonly string[]): Promise<number> {
  const [name = '', user] = host.split('@').toReversed();
  const running = await runningGuests();
  const guest = running.find(({ number, ready }) => ready && guestName(number) === name);
  if (!guest)
    throw labError('lab-unknown-host', { host: name, running: running.map((g) => guestName(g.number)) });
  const child = spawn('ssh', [...guestSshArguments(guest, user), ...argv], { stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('exit', (code) => resolve(code ?? 255));
  });
}
