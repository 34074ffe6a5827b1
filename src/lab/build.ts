import { chmod, mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { labError } from '../errors/lab.ts';
import { mirror, proxyEnvironment } from './apt.ts';
import { saveFirstBoot } from './first-boot.ts';
import { bootstrap, configure, installKernel, makeDisk } from './image.ts';
import { withLock } from './lock.ts';
import { cacheHome, imagesFolder } from './paths.ts';
import { run } from './run-command.ts';
import type { Tell } from './tell.ts';
import { BUILD_TOOLS, ensureTools, isRoot, RUN_TOOLS } from './tools.ts';
import { labVersion } from './version.ts';

const UNFINISHED = 'building-';

/** Builds of other versions are half a gigabyte each; they go at the first new build this long after theirs. */
const KEPT_MS = 30 * 24 * 3600 * 1000;

async function isBuilt(image: string): Promise<boolean> {
  return stat(image).then(
    () => true,
    () => false,
  );
}

/** The folder of the lab's current version, built or not. */
export async function imageFolder(): Promise<string> {
  return join(imagesFolder(), await labVersion());
}

/** The folder of the lab's current version if it is built. Throws where QEMU is not installed. */
export async function builtImage(): Promise<string | undefined> {
  const image = await imageFolder();
  return (await isBuilt(image)) ? image : undefined;
}

/** Removes what interrupted builds left, and versions that are long out of use. */
async function tidy(images: string): Promise<void> {
  for (const name of await readdir(images)) {
    const path = join(images, name);
    const old = /^[0-9a-f]{16}$/.test(name) && Date.now() - (await stat(path)).mtimeMs > KEPT_MS;
    if (old || name.startsWith(UNFINISHED)) await rm(path, { recursive: true });
  }
}

/** Everything in a folder of its own, which becomes the image by one rename when it is complete. */
async function build(images: string, image: string, tell: Tell): Promise<void> {
  await tidy(images);
  const folder = await mkdtemp(join(images, UNFINISHED));
  const root = join(folder, 'root');
  try {
    await mkdir(root);
    await chmod(root, 0o755);
    const [source, env] = await Promise.all([mirror(), proxyEnvironment()]);
    tell(`Installing the guests' Debian packages from ${source}`);
    await bootstrap(root, source, env);
    tell('Installing their kernel');
    await installKernel(root, folder, source);
    tell('Making their disk');
    await configure(root, folder);
    await makeDisk(root, folder);
    tell('First boot, to be saved and resumed ever after');
    await saveFirstBoot(folder);
    await rename(folder, image);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A build through sudo into a user's cache is to be the user's. */
async function handOver(): Promise<void> {
  const { uid, gid } = await stat(cacheHome());
  if (uid !== 0) await run(['chown', '-R', `${uid}:${gid}`, join(cacheHome(), 'tsplay')]);
}

/**
 * Builds the lab's image unless the cache has it, and gives its folder. Takes about a minute and a half, once;
 * tools that are missing are installed with apt-get. Two builds at once do not collide: the second one waits.
 *
 * @throws TsplayError `lab-unsupported`, `lab-needs-root`, `lab-tools-missing`, `lab-command-failed`
 */
export async function labBuild(options: { readonly tell: Tell }): Promise<string> {
  const { tell } = options;
  if (platform() !== 'linux' || arch() !== 'x64')
    throw labError('lab-unsupported', { platform: `${platform()} on ${arch()}` });
  await ensureTools(RUN_TOOLS, tell);
  const image = await imageFolder();
  if (await isBuilt(image)) return image;
  if (!isRoot()) throw labError('lab-needs-root', undefined);
  await ensureTools(BUILD_TOOLS, tell);

  const images = imagesFolder();
  const started = Date.now();
  const waiting = () => tell('Waiting for another build of the lab');
  await withLock(join(images, 'build.lock'), waiting, async () => {
    if (await isBuilt(image)) return;
    try {
      await build(images, image, tell);
    } finally {
      await handOver();
    }
    tell(`Built the lab in ${Math.round((Date.now() - started) / 1000)} s`);
  });
  return image;
}
