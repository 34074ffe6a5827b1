import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labError } from '../errors/lab.ts';
import { openAgent, type Agent } from './agent.ts';
import { startGuest } from './guest-process.ts';
import { IMAGE_FILES } from './image.ts';
import { forwardedPort, openMonitor, saveState, type Monitor } from './monitor.ts';
import { socketPrefix } from './paths.ts';
import { guestPaths, type GuestCommand } from './qemu.ts';
import { WARM_UP } from './recipe.ts';
import { run } from './run-command.ts';
import { knownHostsLine, readHostKey, sshArguments } from './ssh-arguments.ts';

const LIMIT_MS = 300_000;

/** Waits until all units have started and none has failed. */
async function settled(agent: Agent): Promise<void> {
  await agent.booted();
  const state = await agent.run('systemctl is-system-running --wait || systemctl list-units --failed');
  if (state !== 'running') throw labError('lab-not-settled', { state });
}

/** Logs in once, which proves the keys. */
async function login(folder: string, port: number): Promise<void> {
  const knownHosts = join(folder, 'boot.known_hosts');
  await writeFile(knownHosts, knownHostsLine(await readHostKey(folder), port));
  const argv = sshArguments({ key: join(folder, IMAGE_FILES.key), knownHosts, port });
  await run(['ssh', ...argv, 'true']);
  await rm(knownHosts);
}

/**
 * Boots the guest of the image in `folder` once, and saves what it has become: disk, memory and devices. What a
 * login and the usual commands read is in its page cache by then.
 */
export async function saveFirstBoot(folder: string): Promise<void> {
  const prefix = socketPrefix(join(folder, 'boot'));
  const guest: GuestCommand = { name: 'lab', image: folder, prefix, port: 0, mode: 'save' };
  const paths = guestPaths(prefix);
  const deadline = AbortSignal.timeout(LIMIT_MS);
  const qemu = await startGuest(guest, true);
  const work = async (): Promise<Monitor> => {
    const [monitor, agent] = await Promise.all([
      openMonitor(guest.name, paths.monitor, deadline),
      openAgent(guest.name, paths.agent, deadline),
    ]);
    await settled(agent);
    await login(folder, await forwardedPort(monitor));
    for (const line of WARM_UP) await agent.run(line);
    await agent.run('sync');
    agent.close();
    await saveState(monitor, join(folder, IMAGE_FILES.state));
    return monitor;
  };
  const monitor = await qemu.outlives(work());
  await monitor.execute('quit');
  await qemu.ended;
  monitor.close();
  await Promise.all(Object.values(paths).map((path) => rm(path, { force: true })));
}
