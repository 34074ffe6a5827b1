import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labError } from '../errors/lab.ts';
import { DEFAULT_MIRROR, KERNEL_PACKAGE, KEYRING, SUITE } from './recipe.ts';
import { attempt, run } from './run-command.ts';
import { toolEnvironment } from './tools.ts';

const TARGET_FORMAT = '$(REPO_URI)\t$(RELEASE)\t$(LABEL)\t$(COMPONENT)';

/**
 * Picks the Debian mirror from the lines of `apt-get indextargets`: a main archive (no updates, security or
 * backports), by preference one of our suite.
 */
export function pickMirror(targets: string): string {
  const archives = targets
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([uri = '', release = '', label, component]) => {
      const main = component === 'main' && /^[a-z]+$/.test(release);
      return main && /^(https?|file):/.test(uri) && (label === 'Debian' || release === SUITE);
    });
  const archive = archives.find(([, release]) => release === SUITE) ?? archives[0];
  return archive?.[0] ?? DEFAULT_MIRROR;
}

/** The Debian mirror that this machine's apt uses. */
export async function mirror(): Promise<string> {
  const argv = ['apt-get', 'indextargets', '--format', TARGET_FORMAT, 'Identifier: Packages'];
  return pickMirror((await attempt(argv, { env: toolEnvironment() })).stdout);
}

/** The tools' environment with apt's proxies, which debootstrap's wget reads from there. */
export async function proxyEnvironment(): Promise<NodeJS.ProcessEnv> {
  const env = toolEnvironment();
  for (const scheme of ['http', 'https']) {
    const argv = ['apt-config', 'shell', 'proxy', `Acquire::${scheme}::Proxy`];
    const proxy = /^proxy='([a-z]+:\/\/[^']+)'/.exec((await attempt(argv, { env })).stdout)?.[1];
    if (proxy !== undefined) env[`${scheme}_proxy`] = proxy;
  }
  return env;
}

/**
 * Downloads the guests' kernel package into `folder` and gives its path. The machine's apt does it, with its
 * proxies and settings, but with package lists of its own: the machine may run another release.
 */
export async function downloadKernel(folder: string, mirrorUri: string): Promise<string> {
  const lists = join(folder, 'lists');
  const cache = join(folder, 'cache');
  const sources = join(folder, 'sources.list');
  await Promise.all([lists, cache].map((path) => mkdir(join(path, 'partial'), { recursive: true })));
  await writeFile(sources, `deb [arch=amd64 signed-by=${KEYRING}] ${mirrorUri} ${SUITE} main\n`);
  const settings = [
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=/dev/null',
    `Dir::State::Lists=${lists}`,
    `Dir::Cache=${cache}`,
    'APT::Architecture=amd64',
    // apt's own user cannot enter our folder.
    'APT::Sandbox::User=root',
  ].flatMap((setting) => ['-o', setting]);
  const env = toolEnvironment();
  await run(['apt-get', ...settings, 'update'], { env });
  const depends = await run(['apt-cache', ...settings, 'depends', '--important', KERNEL_PACKAGE], { env });
  const kernel = /Depends: (\S+)/.exec(depends)?.[1] ?? KERNEL_PACKAGE;
  await run(['apt-get', ...settings, 'download', kernel], { env, cwd: folder });
  const deb = (await readdir(folder)).find((name) => name.endsWith('.deb'));
  if (deb === undefined)
    throw labError('lab-command-failed', { command: 'apt-get download', output: kernel });
  return join(folder, deb);
}
